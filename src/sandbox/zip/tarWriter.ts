import { createReadStream } from 'node:fs';
import type { ArchiveEntry } from './zipWriter.js';

const BLOCK = 512;

/** Streams a tar (ustar) of stored files. */
export async function* writeTar(entries: readonly ArchiveEntry[]): AsyncGenerator<Buffer> {
  for (const entry of entries) {
    yield header(entry);
    for await (const chunk of createReadStream(entry.path, { highWaterMark: 256 * 1024 })) {
      yield chunk as Buffer;
    }
    const rest = entry.size % BLOCK;
    if (rest > 0) yield Buffer.alloc(BLOCK - rest);
  }
  yield Buffer.alloc(2 * BLOCK);
}

function header(entry: ArchiveEntry): Buffer {
  const block = Buffer.alloc(BLOCK);
  const [prefix, name] = splitName(entry.name);
  block.write(name, 0, 100, 'utf8');
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${entry.size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write(
    `${Math.floor(entry.modified / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
    'latin1',
  );
  block.write(' '.repeat(8), 148, 'latin1');
  block.write('0ustar\u000000', 156, 'latin1');
  block.write(prefix, 345, 155, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Names over 100 bytes are split at a slash (POSIX ustar). */
function splitName(name: string): [string, string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  const slash = name.indexOf('/', Math.max(0, name.length - 101));
  return slash < 0 ? ['', name] : [name.slice(0, slash), name.slice(slash + 1)];
}
