import { createInflateRaw, type InflateRaw } from 'node:zlib';
import type { ByteSource } from './byteSource.js';
import type { FileSink } from './fileSink.js';

/** A deflate stream that is cut off or damaged. */
export class DamagedStream extends Error {}

/** Inflated at a time: every step is a trip to another thread. */
const BLOCK = 1024 * 1024;
/** How far back a compressed block may refer (RFC 1951). */
const WINDOW = 32 * 1024;

/** Inflates up to the end of the deflate stream and puts back what follows it. */
export async function inflateInto(source: ByteSource, sink: FileSink): Promise<void> {
  const window = await copyStored(source, sink);
  if (window !== undefined) await inflateCompressed(source, sink, window);
}

/**
 * Copies the blocks of type "stored" that the stream begins with: streams made without compression have no others.
 * Undefined at the stream's end, else what the compressed blocks that follow may refer to.
 */
async function copyStored(source: ByteSource, sink: FileSink): Promise<Buffer | undefined> {
  let window: Buffer = Buffer.alloc(0);
  for (;;) {
    const head = await source.take(1);
    const flags = head[0];
    if (flags === undefined) throw new DamagedStream();
    if ((flags & 6) !== 0) {
      source.unread(head);
      return window;
    }
    const sizes = await source.take(4);
    if (sizes.length < 4) throw new DamagedStream();
    let left = sizes.readUInt16LE(0);
    if (left !== (~sizes.readUInt16LE(2) & 0xffff)) throw new DamagedStream();
    for await (const piece of source.pieces(left)) {
      left -= piece.length;
      window = lastOf(window, piece);
      await sink.write(piece);
    }
    if (left > 0) throw new DamagedStream();
    if ((flags & 1) !== 0) return undefined;
  }
}

function lastOf(window: Buffer, piece: Buffer): Buffer {
  return (piece.length >= WINDOW ? piece : Buffer.concat([window, piece])).subarray(-WINDOW);
}

async function inflateCompressed(source: ByteSource, sink: FileSink, window: Buffer): Promise<void> {
  const inflate = createInflateRaw({
    chunkSize: BLOCK,
    ...(window.length === 0 ? {} : { dictionary: window }),
  });
  const output = (async () => {
    for await (const chunk of inflate) await sink.write(chunk as Buffer);
  })();
  try {
    await Promise.all([feed(source, inflate), output]);
  } catch (error) {
    const inZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw inZlib ? new DamagedStream() : error;
  } finally {
    inflate.destroy();
  }
}

async function feed(source: ByteSource, inflate: InflateRaw): Promise<void> {
  let fed = 0;
  for (;;) {
    const chunk = await source.take(BLOCK);
    if (chunk.length === 0) {
      inflate.end();
      return;
    }
    fed += chunk.length;
    await new Promise<void>((resolve, reject) => {
      inflate.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    // What the engine left untouched lies behind the end of its stream.
    const left = fed - inflate.bytesWritten;
    if (left === 0) continue;
    source.unread(chunk.subarray(chunk.length - left));
    return;
  }
}
