import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { GiftCloudError, throwIfAborted, toGiftCloudError } from '../support/errors.js';
import type { Logger } from '../support/logger.js';
import type { Archive, ArchivePath, FileRow } from '../xnat/archive.js';
import type { DownloadEvent, DownloadRequest, DownloadTarget } from './types.js';

interface PlannedFile {
  readonly row: FileRow;
  /** Relative to the target folder, with `/`. */
  readonly path: string;
}

/**
 * Downloads what was chosen, file by file: to `.part`, checked by size (and MD5 where the server has one), renamed. Files
 * that are there and correct are left alone, so that repeating it fetches only what is missing.
 * Errors: those of the archive, UNSAFE_NAME, DISK_FULL, CANCELLED; a file that fails is an event.
 */
export async function* download(
  archive: Archive,
  request: DownloadRequest,
  { logger }: { readonly logger: Logger },
  signal?: AbortSignal,
): AsyncGenerator<DownloadEvent, void, undefined> {
  const files: PlannedFile[] = [];
  for (const target of request.targets) files.push(...(await planTarget(archive, request, target, signal)));
  const bytesTotal = files.reduce((sum, { row }) => sum + row.size, 0);
  yield { kind: 'planned', files: files.length, bytes: bytesTotal };
  const counts = { downloaded: 0, present: 0, failed: 0, bytes: 0 };
  for (const [index, file] of files.entries()) {
    throwIfAborted(signal);
    const event = await fetchFile(archive, request.outFolder, file, signal);
    counts[event.status]++;
    if (event.status === 'downloaded') counts.bytes += event.size;
    yield event;
    yield {
      kind: 'progress',
      filesDone: index + 1,
      filesTotal: files.length,
      bytesDone: counts.bytes,
      bytesTotal,
    };
  }
  logger.info('download finished', counts);
  yield { kind: 'finished', ...counts };
}

async function planTarget(
  archive: Archive,
  request: DownloadRequest,
  target: DownloadTarget,
  signal: AbortSignal | undefined,
): Promise<PlannedFile[]> {
  const { project, subject, experiment } = target;
  if (subject === undefined || experiment === undefined) {
    const rows = await archive.listExperiments(project, subject, signal);
    const planned: PlannedFile[] = [];
    for (const row of rows) {
      planned.push(
        ...(await planTarget(
          archive,
          request,
          { project, subject: row.subjectLabel || subject || '', experiment: row.label },
          signal,
        )),
      );
    }
    return planned;
  }
  const types = request.scanTypes ?? [];
  const scans =
    types.length === 0 ? undefined : await archive.listScans(project, subject, experiment, signal);
  const wanted = (scanId: string): boolean =>
    (target.scan === undefined || target.scan === scanId) &&
    (scans === undefined ||
      scans.some((scan) => scan.id === scanId && (types.includes(scan.type) || types.includes(scan.id))));
  const labels = target.resource === undefined ? (request.resources ?? []) : [target.resource];
  const planned: PlannedFile[] = [];
  for (const resource of await archive.listAllResources(project, subject, experiment, signal)) {
    if (labels.length > 0 && !labels.includes(resource.label)) continue;
    if (resource.scanId === '' ? target.scan !== undefined || scans !== undefined : !wanted(resource.scanId))
      continue;
    const below =
      resource.scanId === '' ? ['resources', resource.label] : ['scans', resource.scanId, resource.label];
    const path: ArchivePath = {
      project,
      subject,
      experiment,
      ...(resource.scanId !== '' && { scan: resource.scanId }),
    };
    const folder = [
      ...(request.includeProject ? [project] : []),
      ...(request.includeSubject ? [subject] : []),
      experiment,
      ...below,
    ];
    for (const row of await archive.listFiles(path, resource.label || resource.id, signal)) {
      planned.push({ row, path: [...folder, ...row.name.split('/')].map(safeSegment).join('/') });
    }
  }
  return planned;
}

/** A name of the server as one segment of a local path. @throws UNSAFE_NAME for one that could leave the folder. */
function safeSegment(name: string): string {
  const safe =
    /^[^<>:"|?*\\/\u0000-\u001f]+$/.test(name) &&
    !/^\.{1,2}$|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i.test(name);
  if (safe) return name;
  throw new GiftCloudError(
    'UNSAFE_NAME',
    'The server has a file whose name can not be used on this machine.',
    {
      hint: 'Ask an owner of the project to rename it.',
    },
  );
}

async function fetchFile(
  archive: Archive,
  outFolder: string,
  { row, path }: PlannedFile,
  signal: AbortSignal | undefined,
): Promise<Extract<DownloadEvent, { kind: 'file' }>> {
  const checked = row.digest === undefined ? 'size' : 'md5';
  const target = resolve(outFolder, ...path.split('/'));
  if (!target.startsWith(resolve(outFolder) + sep))
    throw new GiftCloudError('UNSAFE_NAME', 'A file would leave the target folder.');
  const event = { kind: 'file', path, size: row.size, checked } as const;
  if (await isThere(target, row)) return { ...event, status: 'present' };
  const part = `${target}.part`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const body = await archive.downloadFile(row.uri, signal);
    const hash = createHash('md5');
    const file = await open(part, 'w');
    let size = 0;
    try {
      for await (const chunk of body.stream as AsyncIterable<Buffer>) {
        size += chunk.length;
        hash.update(chunk);
        await file.write(chunk);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (size !== row.size || (row.digest !== undefined && hash.digest('hex') !== row.digest)) {
      throw new GiftCloudError('VERIFY_DOWNLOAD_FAILED', 'What arrived is not what the server lists.', {
        retryable: true,
      });
    }
    await rename(part, target);
    return { ...event, status: 'downloaded' };
  } catch (thrown) {
    await unlink(part).catch(() => undefined);
    throwIfAborted(signal);
    const error = toGiftCloudError(thrown);
    if (error.code === 'DISK_FULL') throw error;
    return { ...event, status: 'failed', code: error.code, reason: error.message };
  }
}

async function isThere(target: string, row: FileRow): Promise<boolean> {
  const found = await stat(target).catch(() => undefined);
  if (found?.isFile() !== true || found.size !== row.size) return false;
  if (row.digest === undefined) return true;
  const hash = createHash('md5');
  for await (const chunk of createReadStream(join(target)) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest('hex') === row.digest;
}
