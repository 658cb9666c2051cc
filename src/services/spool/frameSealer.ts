import { randomBytes } from 'node:crypto';
import { fileSize, frameSize, saltLength, type FileCipher } from './sealedFormat.js';

export function newSalt(): Buffer {
  return randomBytes(saltLength);
}

/** Content in, the bytes of a sealed file out, in order and without holding any back. */
export class FrameSealer {
  private frame: ReturnType<FileCipher['frame']> | undefined;
  private inFrame = 0;
  private index = 0;
  private content = 0;

  constructor(private readonly cipher: FileCipher) {}

  /** Bytes of content so far. */
  get size(): number {
    return this.content;
  }

  /** What the file will take on the disk with what came so far. */
  get fileSize(): number {
    return fileSize(this.content);
  }

  seal(bytes: Uint8Array): Buffer[] {
    const sealed: Buffer[] = [];
    for (let at = 0; at < bytes.length;) {
      this.frame ??= this.cipher.frame(this.index);
      const piece = bytes.subarray(at, at + frameSize - this.inFrame);
      sealed.push(this.frame.update(piece));
      at += piece.length;
      this.inFrame += piece.length;
      this.content += piece.length;
      if (this.inFrame === frameSize) sealed.push(...this.endFrame());
    }
    return sealed;
  }

  /** Ends the last frame; nothing can be sealed after it. */
  end(): Buffer[] {
    return this.endFrame();
  }

  /** What makes the file whole. */
  mark(): Buffer {
    return this.cipher.mark(this.content);
  }

  private endFrame(): Buffer[] {
    if (this.frame === undefined) return [];
    const last = this.frame.final();
    const tag = this.frame.getAuthTag();
    this.frame = undefined;
    this.inFrame = 0;
    this.index++;
    return last.length > 0 ? [last, tag] : [tag];
  }
}
