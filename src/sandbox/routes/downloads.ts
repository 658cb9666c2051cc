import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { SandboxContext } from '../context.js';
import { refuse, sentError, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { FileRecord, ResourceRecord } from '../store/model.js';
import { writeTar } from '../zip/tarWriter.js';
import { FOUR_GIB, writeZip, zipLength, type ArchiveEntry } from '../zip/zipWriter.js';
import type { ResourceOwner } from './resourceOwner.js';

export interface FoundFile {
  readonly owner: ResourceOwner;
  readonly resource: ResourceRecord;
  readonly file: FileRecord;
}

type ArchiveFormat = 'zip' | 'tar' | 'tar.gz';

export function archiveFormat(exchange: Exchange): ArchiveFormat | undefined {
  const format = exchange.format;
  return format === 'zip' || format === 'tar' || format === 'tar.gz' ? format : undefined;
}

/** Files as one archive; one without files is not found, all the same with its file name (observed). */
export function archiveAnswer(
  context: SandboxContext,
  found: readonly FoundFile[],
  format: ArchiveFormat,
  name: string,
  exchange: Exchange,
  bareNames = false,
): Answer {
  const headers = { 'Content-Disposition': `attachment; filename="${name}.${format}";` };
  if (found.length === 0) {
    const page = refuse(404).answer;
    return { ...page, headers };
  }
  const structure = exchange.query.get('structure') ?? 'default';
  // Not recorded; in the source of the server (assessed sessions).
  const prefix = ({ owner: { project, experiment } }: FoundFile): string => {
    const subject = context.store.subjects.get(experiment?.subject ?? '');
    return [
      ...(exchange.flag('projectIncludedInPath') ? [`${project.id}/`] : []),
      ...(exchange.flag('subjectIncludedInPath') && subject !== undefined ? [`${subject.label}/`] : []),
    ].join('');
  };
  const entries: ArchiveEntry[] = found.map((entry) => ({
    name: bareNames ? (entry.file.path.split('/').at(-1) ?? '') : prefix(entry) + entryName(entry, structure),
    path: context.blobs.pathOf(entry.resource, entry.file),
    size: entry.file.size,
    crc32: entry.file.crc32,
    modified: entry.file.modified,
  }));
  if (format === 'zip') {
    const body = Readable.from(writeZip(entries));
    // The length of the long form is nothing that `zipLength` knows.
    const only = entries.length === 1 && entries.every(({ size }) => size < FOUR_GIB);
    return {
      status: 200,
      type: 'application/zip',
      body,
      ...(only
        ? { headers: { ...headers, 'Content-Length': String(zipLength(entries)) } }
        : { headers, chunked: true }),
    };
  }
  const tar = Readable.from(writeTar(entries));
  const body = format === 'tar' ? tar : tar.pipe(createGzip());
  return {
    status: 200,
    type: format === 'tar' ? 'application/x-tar' : 'application/x-gtar',
    headers,
    body,
    chunked: true,
  };
}

function entryName({ owner, resource, file }: FoundFile, structure: string): string {
  const scan = owner.scan?.id;
  switch (structure) {
    case 'simplified':
      return [owner.label, ...(scan === undefined ? [] : ['scans', scan]), resource.label, file.path].join(
        '/',
      );
    case 'improved':
      return [...(scan === undefined ? [] : ['scans', scan]), resource.label, file.path].join('/');
    case 'legacy':
      return [
        owner.label,
        ...(scan === undefined ? [] : ['SCANS', scan]),
        resource.label,
        // As it was sent: a name with `..` comes back (GIFT-Cloud server, observed).
        file.outside ?? file.path,
      ].join('/');
    default: {
      const place = scan === undefined ? [] : ['scans', scan];
      return [owner.label, ...place, 'resources', resource.label, 'files', file.path].join('/');
    }
  }
}

export function noCatalogEntry(): Answer {
  return sentError(404, 'Unable to find catalog entry for given uri.');
}

const TYPES: Readonly<Record<string, string>> = {
  gif: 'image/gif',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  png: 'image/png',
  txt: 'text/plain',
  xml: 'text/xml',
  html: 'text/html',
  zip: 'application/zip',
  json: 'application/json',
  pdf: 'application/pdf',
};

/** One stored file with length, date, byte ranges and conditional answers. */
export function sendFile(context: SandboxContext, exchange: Exchange, found: FoundFile): Answer {
  const { file, resource } = found;
  const seconds = Math.floor(file.modified / 1000) * 1000;
  const cache = { 'Cache-Control': 'must-revalidate' };
  const since = Date.parse(exchange.headers['if-modified-since'] ?? '');
  // A date in the future is no valid condition (RFC 2616 14.25); the real server sends the file then.
  if (since >= seconds && since <= Date.now()) return { status: 304, headers: cache };
  const extension = (file.path.split('.').at(-1) ?? '').toLowerCase();
  const type = TYPES[extension] ?? 'application/octet-stream';
  const headers = { ...cache, 'Last-Modified': new Date(seconds).toUTCString() };
  const path = context.blobs.pathOf(resource, file);
  const range = /^bytes=(\d+)-(\d*)$/.exec(exchange.headers['range'] ?? '');
  if (range === null) {
    return {
      status: 200,
      type,
      headers: { ...headers, 'Content-Length': String(file.size) },
      body: stream(path, 0, file.size),
    };
  }
  const start = Number(range[1]);
  const end = Math.min(range[2] === '' ? file.size - 1 : Number(range[2]), file.size - 1);
  const length = end - start + 1;
  const partial = {
    ...headers,
    'Content-Range': `bytes ${start}-${end}/${file.size}`,
    'Content-Length': String(length),
  };
  // Beyond the end: a 206 with a negative length that never ends (GIFT-Cloud server, observed).
  if (length <= 0) return { status: 206, type, headers: partial, hang: true };
  return { status: 206, type, headers: partial, body: stream(path, start, length) };
}

function stream(path: string, start: number, length: number): Readable {
  if (length === 0) return Readable.from([]);
  return createReadStream(path, { start, end: start + length - 1, highWaterMark: 256 * 1024 });
}
