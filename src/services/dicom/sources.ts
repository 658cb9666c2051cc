import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { SourceStamp } from './byteSource.js';
import { openFileSource, stampOf, unreadableFile, type FileSource } from './fileSource.js';
import { systemErrorCode } from '../support/errors.js';

/** The bytes of one input while it is sent: reads that do not block. */
export interface SendingSource {
  /** Fills targets from `position` on; gives the number of bytes, fewer than asked for where the system gives fewer, 0 at the end. */
  readInto(targets: readonly Buffer[], position: number): Promise<number>;
  /** The stamp as it is now. */
  currentStamp(): Promise<SourceStamp>;
  close(): Promise<void>;
}

/** How the inputs of the pipeline are opened. Errors of both: FILE_UNREADABLE. */
export interface Sources {
  /** For the reader of DICOM objects, which is synchronous. */
  open(path: string): FileSource;
  openToSend(path: string): Promise<SendingSource>;
}

/** Opens without waiting: a named pipe that took the place of a file must not hang the upload. */
const openFlags = constants.O_RDONLY | ((constants.O_NONBLOCK as number | undefined) ?? 0);

/** Inputs that are files as they are. */
export const plainFiles: Sources = {
  open: openFileSource,
  openToSend: async (path) => new PlainFile(await attempt(() => open(path, openFlags))),
};

class PlainFile implements SendingSource {
  constructor(private readonly file: FileHandle) {}

  async readInto(targets: readonly Buffer[], position: number): Promise<number> {
    return (await attempt(() => this.file.readv(targets, position))).bytesRead;
  }

  async currentStamp(): Promise<SourceStamp> {
    return stampOf(await attempt(() => this.file.stat()));
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

async function attempt<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw unreadableFile(systemErrorCode(error) ?? 'unknown', error);
  }
}
