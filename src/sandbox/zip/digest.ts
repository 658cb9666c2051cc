import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';

export interface StoredBytes {
  readonly size: number;
  readonly md5: string;
  readonly crc32: number;
}

/** Writes a stream to a file and tells its size and checksums; memory does not grow with it. */
export async function writeDigested(
  source: AsyncIterable<Buffer>,
  path: string,
  signal?: AbortSignal,
): Promise<StoredBytes> {
  const md5 = createHash('md5');
  let size = 0;
  let crc = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      md5.update(chunk);
      crc = crc32(chunk, crc);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const target = createWriteStream(path, { flags: 'w', mode: 0o600 });
  await (signal === undefined
    ? pipeline(source, meter, target)
    : pipeline(source, meter, target, { signal }));
  return { size, md5: md5.digest('hex'), crc32: crc };
}
