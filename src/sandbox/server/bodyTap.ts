import { Transform, type TransformCallback } from 'node:stream';

/** What is kept of one request's body for leak searches. */
const CAPTURE_LIMIT = 1024 * 1024;

/** Sees a request's body go by: keeps its beginning and tells when a number of bytes has passed. */
export class BodyTap extends Transform {
  private readonly kept: Buffer[] = [];
  private keptBytes = 0;
  private passed = 0;

  constructor(
    private readonly limit: number,
    private readonly onLimit: () => void,
  ) {
    super();
  }

  get captured(): Buffer {
    return Buffer.concat(this.kept);
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.keptBytes < CAPTURE_LIMIT) {
      const part = chunk.subarray(0, CAPTURE_LIMIT - this.keptBytes);
      this.kept.push(Buffer.from(part));
      this.keptBytes += part.length;
    }
    this.passed += chunk.length;
    if (this.passed >= this.limit) this.onLimit();
    else done(null, chunk);
  }
}
