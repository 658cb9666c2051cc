import { open, type FileHandle } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Written at a time; the next block is gathered meanwhile. */
const BLOCK = 1024 * 1024;

export interface StoredBytes {
  readonly size: number;
  readonly crc32: number;
}

/** A file being written: gathers small chunks, knows size and CRC-32, holds two blocks of memory at most. */
export class FileSink {
  private size = 0;
  private crc = 0;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private writing: Promise<void> = Promise.resolve();

  private constructor(private readonly file: FileHandle) {}

  static async open(path: string): Promise<FileSink> {
    return new FileSink(await open(path, 'w', 0o600));
  }

  /** Takes over the chunk: it must not change afterwards. */
  async write(chunk: Buffer): Promise<void> {
    this.crc = crc32(chunk, this.crc);
    this.size += chunk.length;
    this.gathered.push(chunk);
    this.gatheredBytes += chunk.length;
    if (this.gatheredBytes >= BLOCK) await this.flush();
  }

  async finish(): Promise<StoredBytes> {
    await this.flush();
    await this.writing;
    return { size: this.size, crc32: this.crc };
  }

  /** Also after a failure; what a running write says does not matter any more then. */
  async close(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.file.close();
  }

  private async flush(): Promise<void> {
    await this.writing;
    const [blocks, expected] = [this.gathered, this.gatheredBytes];
    if (expected === 0) return;
    this.gathered = [];
    this.gatheredBytes = 0;
    this.writing = this.file.writev(blocks).then(({ bytesWritten }) => {
      if (bytesWritten !== expected) throw new Error('the file could not be written whole');
    });
    // Heard of at the next flush; until then it is nobody's unhandled rejection.
    this.writing.catch(() => undefined);
  }
}

/** Writes a stream to a file; memory does not grow with it. */
export async function writeFrom(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  path: string,
): Promise<StoredBytes> {
  const sink = await FileSink.open(path);
  try {
    for await (const chunk of source) await sink.write(chunk);
    return await sink.finish();
  } finally {
    await sink.close();
  }
}
