import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { Archive, DownloadedBody } from '../xnat/archive.js';
import { isWebPage } from '../xnat/bodies.js';
import { connectionError } from '../xnat/httpErrors.js';
import { unexpectedAnswer } from '../xnat/tables.js';
import { localError } from './localErrors.js';
import type { ResourceFile } from './fileRows.js';

/** Bytes written at once: two or three system calls for a slice, little memory for a volume. */
const blockSize = 256 * 1024;

/**
 * Fetches one file of the server to a new local file and makes it durable. Gives the MD5 of what arrived, after it was
 * compared with the list of the server: size always, MD5 where there is one. Leaves what it wrote when it fails.
 * @param onBytes called with the number of bytes of each piece that arrived.
 * @throws VERIFY_DOWNLOAD_FAILED, UNEXPECTED_ANSWER for a web page in its place, DISK_FULL, and the errors of the archive.
 */
export async function receive(
  archive: Archive,
  file: ResourceFile,
  part: string,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const body = await archive.downloadFile(file.uri, signal);
  try {
    const handle = await openNew(part);
    try {
      const md5 = await writeBody(body, file, handle, onBytes, signal);
      // What is there after a power failure under its final name has to be whole.
      await handle.datasync().catch(asLocalError);
      return md5;
    } finally {
      await handle.close().catch(asLocalError);
    }
  } finally {
    body.stream.destroy();
  }
}

async function writeBody(
  body: DownloadedBody,
  { row, name }: ResourceFile,
  handle: FileHandle,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const hash = createHash('md5');
  const lengthFits = body.contentLength === undefined || body.contentLength === row.size;
  let maybePage = /html/i.test(body.contentType) && !/\.[xs]?html?$/i.test(name);
  let size = 0;
  let block: Buffer[] = [];
  let blockBytes = 0;
  for await (const chunk of piecesOf(body.stream, signal)) {
    if (maybePage && (!lengthFits || isWebPage(chunk.toString('latin1', 0, 200)))) throw unexpectedAnswer();
    maybePage = false;
    size += chunk.length;
    // More than listed is refused before it fills the disk.
    if (!lengthFits || size > row.size) throw notAsListed();
    hash.update(chunk);
    onBytes(chunk.length);
    block.push(chunk);
    blockBytes += chunk.length;
    if (blockBytes < blockSize) continue;
    await writeAll(handle, block);
    block = [];
    blockBytes = 0;
  }
  await writeAll(handle, block);
  const md5 = hash.digest('hex');
  if (size !== row.size || (row.digest !== undefined && md5 !== row.digest)) throw notAsListed();
  return md5;
}

/** The pieces of a body; what breaks it is told as the server's trouble, not the disk's. */
async function* piecesOf(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      throwIfAborted(signal);
      yield piece;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw connectionError(error);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx');
  } catch (error) {
    throw localError(error);
  }
}

/** A write may take less than it was given, on a disk that is nearly full: the rest is written again until it fails. */
async function writeAll(handle: FileHandle, block: readonly Buffer[]): Promise<void> {
  const total = block.reduce((sum, { length }) => sum + length, 0);
  if (total === 0) return;
  try {
    let { bytesWritten } = await handle.writev(block);
    if (bytesWritten === total) return;
    const rest = Buffer.concat(block);
    while (bytesWritten < total) bytesWritten += (await handle.write(rest, bytesWritten)).bytesWritten;
  } catch (error) {
    throw localError(error);
  }
}

function asLocalError(error: unknown): never {
  throw localError(error);
}

function notAsListed(): GiftCloudError {
  return new GiftCloudError('VERIFY_DOWNLOAD_FAILED', 'What arrived is not what the server lists.', {
    hint: 'Download again; if it stays, the file is damaged on the server: tell an owner of the project.',
    retryable: true,
  });
}
