import type { DeidentifiedInstance } from '../deid/types.js';
import type { SourceStamp } from '../dicom/byteSource.js';
import { sameStamp } from '../dicom/fileSource.js';
import { readFileMeta } from '../dicom/part10Reader.js';
import type { SendingSource, Sources } from '../dicom/sources.js';
import { GiftCloudError } from '../support/errors.js';
import { InflatedFile } from './inflatedFile.js';

/**
 * The bytes of one de-identified object, in order, from its segments and its source file. The file must be the one
 * that was de-identified: its stamp is compared when it is opened and when everything was read.
 * Errors: FILE_CHANGED, FILE_UNREADABLE.
 */
export class ObjectReader {
  private segment = 0;
  private inSegment = 0;

  private constructor(
    private readonly file: SendingSource,
    private readonly object: DeidentifiedInstance,
    private readonly inflated: InflatedFile | undefined,
  ) {}

  static async open(path: string, object: DeidentifiedInstance, sources: Sources): Promise<ObjectReader> {
    const file = await sources.openToSend(path);
    try {
      if (!sameStamp(await file.currentStamp(), object.sourceStamp)) throw changed();
      const start = object.sourceDeflated ? deflatedStart(path, object.sourceStamp, sources) : undefined;
      const inflated = start === undefined ? undefined : new InflatedFile(file, start);
      return new ObjectReader(file, object, inflated);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Fills all targets with the next bytes; there must be that many left. */
  async fill(targets: readonly Buffer[]): Promise<void> {
    let queue = [...targets];
    while (queue.length > 0) {
      const segment = this.object.segments[this.segment];
      if (segment === undefined) throw changed();
      const length = 'bytes' in segment ? segment.bytes.length : segment.range.length;
      const left = length - this.inSegment;
      if (left === 0) {
        this.segment++;
        this.inSegment = 0;
        continue;
      }
      const [now, later] = cut(queue, left);
      let at = this.inSegment;
      if ('bytes' in segment) {
        for (const target of now) {
          target.set(segment.bytes.subarray(at, at + target.length));
          at += target.length;
        }
      } else {
        at += await this.readRange(now, segment.range.offset + at);
      }
      this.inSegment = at;
      queue = later;
    }
  }

  /** Says FILE_CHANGED when the source is not any more what it was. */
  async assertUnchanged(): Promise<void> {
    if (!sameStamp(await this.file.currentStamp(), this.object.sourceStamp)) throw changed();
  }

  async close(): Promise<void> {
    this.inflated?.close();
    await this.file.close();
  }

  private async readRange(targets: Buffer[], position: number): Promise<number> {
    let done = 0;
    let queue = targets;
    while (queue.length > 0) {
      const got = await this.read(queue, position + done);
      if (got === 0) throw changed();
      done += got;
      queue = cut(queue, got)[1];
    }
    return done;
  }

  private async read(targets: readonly Buffer[], position: number): Promise<number> {
    if (!this.inflated) return this.file.readInto(targets, position);
    try {
      return await this.inflated.readInto(targets, position);
    } catch {
      // It could be inflated when it was de-identified.
      throw changed();
    }
  }
}

/** Where the deflated data set of the file begins. */
function deflatedStart(path: string, stamp: SourceStamp, sources: Sources): number {
  const source = sources.open(path);
  try {
    if (!sameStamp(source.stamp, stamp)) throw changed();
    return readFileMeta(source).parser.position;
  } finally {
    source.close();
  }
}

/** Splits targets after `length` bytes. */
function cut(targets: readonly Buffer[], length: number): [Buffer[], Buffer[]] {
  const first: Buffer[] = [];
  const rest: Buffer[] = [];
  let left = length;
  for (const target of targets) {
    if (left >= target.length) first.push(target);
    else if (left > 0) {
      first.push(target.subarray(0, left));
      rest.push(target.subarray(left));
    } else rest.push(target);
    left = Math.max(0, left - target.length);
  }
  return [first, rest];
}

function changed(): GiftCloudError {
  return new GiftCloudError('FILE_CHANGED', 'A file changed while it was processed.', {
    hint: 'Wait until nothing writes to it any more, then repeat the action.',
    retryable: true,
  });
}
