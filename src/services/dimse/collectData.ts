import type { IncomingData } from './association.js';

/** The whole data set of a message; undefined where it is longer than `limit` bytes. The caller skips the rest. @throws DimseFault */
export async function collectData(data: IncomingData, limit: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let size = 0;
  for (let next = await data.next(); next !== undefined; next = await data.next()) {
    size += next.length;
    if (size > limit) return undefined;
    pieces.push(Buffer.from(next));
  }
  return Buffer.concat(pieces);
}
