import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import type { ByteSource, SourceStamp } from './byteSource.js';

/** The bytes of one file, with what tells that it is still the same file. */
export interface FileSource extends ByteSource {
  /** Size, time and inode at the time of opening. */
  readonly stamp: SourceStamp;
  /** Fills `target` from `position` without making a new buffer; gives the number of bytes, fewer only at the end. */
  readInto(target: Uint8Array, position: number): number;
  /** The stamp as it is now. */
  currentStamp(): SourceStamp;
}

export function sameStamp(a: SourceStamp, b: SourceStamp): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.inode === b.inode;
}

/** Opens without waiting: a named pipe among the inputs must not hang the run. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/**
 * Opens a regular file for positional, synchronous reads. Buffers from `read` belong to the caller. The reader does
 * its own read-ahead, so every read here is one system call. Errors: FILE_UNREADABLE.
 */
export function openFileSource(path: string): FileSource {
  const fd = reading(() => openSync(path, openFlags));
  try {
    return new OpenFile(fd);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

class OpenFile implements FileSource {
  readonly stamp: SourceStamp;
  readonly size: number;
  private closed = false;

  constructor(private readonly fd: number) {
    const stats = reading(() => fstatSync(fd));
    if (!stats.isFile()) throw unreadableFile('it is not a regular file');
    this.stamp = stampOf(stats);
    this.size = stats.size;
  }

  read(position: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafeSlow(Math.max(0, Math.min(length, this.size - position)));
    return buffer.subarray(0, this.readInto(buffer, position));
  }

  readInto(target: Uint8Array, position: number): number {
    const wanted = Math.max(0, Math.min(target.length, this.size - position));
    let done = 0;
    while (done < wanted) {
      const got = reading(() => readSync(this.fd, target, done, wanted - done, position + done));
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  currentStamp(): SourceStamp {
    return stampOf(reading(() => fstatSync(this.fd)));
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.fd);
  }
}

export function stampOf(stats: Stats): SourceStamp {
  return { size: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino };
}

export function unreadableFile(reason: string, cause?: unknown): GiftCloudError {
  return new GiftCloudError('FILE_UNREADABLE', `A file could not be read (${reason}).`, {
    hint: 'Check that it still exists and that you may read it.',
    cause,
  });
}

/** Gives errors of the system the form of FILE_UNREADABLE. */
export function reading<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    const code = systemErrorCode(error);
    throw code === undefined ? toGiftCloudError(error) : unreadableFile(code, error);
  }
}
