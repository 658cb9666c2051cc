/** A stream read piece by piece; what was read too much of can be put back. */
export class ByteSource {
  private readonly chunks: AsyncIterator<Buffer>;
  private pending: Buffer | undefined;
  private arrived = 0;

  constructor(stream: AsyncIterable<Buffer>) {
    this.chunks = stream[Symbol.asyncIterator]();
  }

  /** How many bytes were taken so far. */
  get position(): number {
    return this.arrived - (this.pending?.length ?? 0);
  }

  /** The next bytes as they come; undefined at the end. Rejects when the stream breaks. */
  async next(): Promise<Buffer | undefined> {
    const { pending } = this;
    this.pending = undefined;
    if (pending !== undefined) return pending;
    for (;;) {
      const result = await this.chunks.next();
      if (result.done === true) return undefined;
      this.arrived += result.value.length;
      if (result.value.length > 0) return result.value;
    }
  }

  unread(rest: Buffer): void {
    if (rest.length === 0) return;
    this.pending = this.pending === undefined ? rest : Buffer.concat([rest, this.pending]);
  }

  /** So many bytes; fewer only at the end. */
  async take(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const piece of this.pieces(length)) parts.push(piece);
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
  }

  /** So many bytes in pieces, without copying; fewer only at the end. */
  async *pieces(length = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      const chunk = await this.next();
      if (chunk === undefined) return;
      if (chunk.length > left) this.unread(chunk.subarray(left));
      const piece = chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= piece.length;
      yield piece;
    }
  }

  /** Reads what is left and forgets it. */
  async drain(): Promise<void> {
    while ((await this.next()) !== undefined);
  }
}
