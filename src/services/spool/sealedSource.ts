import type { SourceStamp } from '../dicom/byteSource.js';
import type { FileSource } from '../dicom/fileSource.js';
import type { SendingSource } from '../dicom/sources.js';
import { giveBack } from '../support/giveBack.js';
import {
  contentSize,
  decodeHead,
  FileCipher,
  fileSize,
  frameRange,
  frameSize,
  headLength,
  notWhole,
  tagLength,
} from './sealedFormat.js';
import type { SpoolKeys } from './spoolKeys.js';

/** Head, first frame and, of a short file, the final mark: one read opens most objects. */
const firstRead = headLength + frameSize + 2 * tagLength;

/** How a sealed file is opened: by whom, and whether it is whole yet. */
export interface Opening {
  readonly keys: SpoolKeys;
  /** Of the file within the spool. */
  readonly name: string;
  /** Bytes of content of a file that has no final mark yet. */
  readonly unfinished?: number;
}

/**
 * The content of a sealed file for positional reads. A frame is authenticated before a byte of it is given; the last one that
 * was opened is kept. Errors: STATE_UNREADABLE; those of the file, which is closed with it.
 */
export function openSealed(file: FileSource, opening: Opening): FileSource {
  try {
    const start = file.read(0, firstRead);
    const frames = new Frames(start, file.size, opening);
    if (opening.unfinished === undefined) frames.assertWhole(file.read(file.size - tagLength, tagLength));
    return new SealedFile(file, frames);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The same for sending. */
export async function openSealedToSend(file: SendingSource, opening: Opening): Promise<SendingSource> {
  try {
    const { size } = await file.currentStamp();
    const start = await readWhole(file, 0, Math.min(size, firstRead));
    const frames = new Frames(start, size, opening);
    frames.assertWhole(await readWhole(file, size - tagLength, tagLength));
    return new SealedSending(file, frames);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** What both have in common: where frames lie, how they open, and the one that was opened last. */
class Frames {
  readonly content: number;
  private readonly cipher: FileCipher;
  private index = -1;
  private frame: Buffer = Buffer.alloc(0);

  constructor(
    private start: Buffer,
    size: number,
    { keys, name, unfinished }: Opening,
  ) {
    this.cipher = new FileCipher(keys, decodeHead(start.subarray(0, headLength)), name);
    this.content = unfinished ?? contentSize(size);
    // Without its mark a file is shorter.
    if (size < fileSize(this.content) - tagLength) throw notWhole();
  }

  assertWhole(mark: Buffer): void {
    if (!this.cipher.mark(this.content).equals(mark)) throw notWhole();
  }

  /** The frame of a position, if it is open: lent until another one is opened. */
  held(position: number): Buffer | undefined {
    const index = Math.floor(position / frameSize);
    if (index === this.index) return this.frame;
    const { offset, length } = this.range(position);
    return offset + length <= this.start.length
      ? this.take(position, this.start.subarray(offset, offset + length))
      : undefined;
  }

  range(position: number): { readonly offset: number; readonly length: number } {
    return frameRange(Math.floor(position / frameSize), this.content);
  }

  /** Opens a frame; lent as above. @param sealed its bytes, which are not needed afterwards */
  take(position: number, sealed: Buffer): Buffer {
    const index = Math.floor(position / frameSize);
    const frame = this.cipher.open(index, sealed);
    giveBack(sealed);
    this.forget();
    this.frame = frame;
    this.index = index;
    // The bytes that were read ahead are of no use any more.
    if (index === 0) this.start = Buffer.alloc(0);
    return frame;
  }

  /** No frame is open any more. */
  forget(): void {
    giveBack(this.frame);
    this.frame = Buffer.alloc(0);
    this.index = -1;
  }
}

class SealedFile implements FileSource {
  readonly stamp: SourceStamp;
  readonly size: number;

  constructor(
    private readonly file: FileSource,
    private readonly frames: Frames,
  ) {
    this.stamp = file.stamp;
    this.size = frames.content;
  }

  read(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.size - position)));
    return buffer.subarray(0, this.readInto(buffer, position));
  }

  readInto(target: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(target.length, this.size - position));
    for (let done = 0; done < wanted;) {
      const at = position + done;
      const frame = this.frames.held(at) ?? this.load(at);
      done += frame.copy(target, done, at % frameSize, (at % frameSize) + wanted - done);
    }
    return wanted;
  }

  currentStamp(): SourceStamp {
    return this.file.currentStamp();
  }

  close(): void {
    this.frames.forget();
    this.file.close();
  }

  private load(position: number): Buffer {
    const { offset, length } = this.frames.range(position);
    const sealed = this.file.read(offset, length);
    if (sealed.length < length) throw notWhole();
    return this.frames.take(position, sealed);
  }
}

class SealedSending implements SendingSource {
  constructor(
    private readonly file: SendingSource,
    private readonly frames: Frames,
  ) {}

  /** As far as one frame goes. */
  async readInto(targets: readonly Buffer[], position: number): Promise<number> {
    if (position >= this.frames.content) return 0;
    const { offset, length } = this.frames.range(position);
    const frame =
      this.frames.held(position) ?? this.frames.take(position, await readWhole(this.file, offset, length));
    let done = 0;
    for (const target of targets) {
      const from = (position % frameSize) + done;
      done += frame.copy(target, 0, from, from + target.length);
    }
    return done;
  }

  currentStamp(): Promise<SourceStamp> {
    return this.file.currentStamp();
  }

  close(): Promise<void> {
    this.frames.forget();
    return this.file.close();
  }
}

async function readWhole(file: SendingSource, position: number, length: number): Promise<Buffer> {
  if (length < 0 || position < 0) throw notWhole();
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length;) {
    const got = await file.readInto([bytes.subarray(done)], position + done);
    if (got === 0) throw notWhole();
    done += got;
  }
  return bytes;
}
