import { open } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { SandboxContext } from '../context.js';
import { archiveSession } from '../prearchive/archiver.js';
import { Importer, NotDicom, type ImportedFile, type ImportTarget } from '../prearchive/importer.js';
import { refuse, uriList, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import { receiveFiles, type Reception } from '../server/receive.js';
import type { Router } from '../server/router.js';
import { ByteSource } from '../zip/byteSource.js';
import { writeFrom } from '../zip/fileSink.js';
import { extractZip, ZipProblem } from '../zip/zipReader.js';
import { canEdit } from './lookup.js';

const HANDLERS = new Set(['DICOM-zip', 'SI', 'gradual-DICOM']);

/** The import service: objects go to the prearchive, with the default handler on into the archive. */
export function addImportRoutes(router: Router, context: SandboxContext): void {
  const importer = new Importer(context);
  router.add('POST', 'services/import', (exchange) => runImport(context, importer, exchange));
}

async function runImport(context: SandboxContext, importer: Importer, exchange: Exchange): Promise<Answer> {
  const handler = exchange.query.get('import-handler') ?? 'SI';
  const chunked = exchange.headers['transfer-encoding'] !== undefined;
  const source = exchange.query.get('src');
  if (source === null && !chunked && Number(exchange.headers['content-length'] ?? '0') === 0) {
    throw refuse(400, 'Unable to identify upload format.');
  }
  if (!HANDLERS.has(handler)) throw refuse(404, `Unknown importer implementation specified: ${handler}`);
  const { files, end } =
    source === null ? await receiveFiles(context, exchange, 400) : await cached(context, exchange, source);
  const keys = new Set<string>();
  try {
    const [file, second] = files;
    if (second !== undefined || file === undefined) {
      throw refuse(400, 'Importer is limited to one uploaded resource at a time.');
    }
    const target = targetOf(context, exchange);
    for await (const object of objectsOf(context, handler, file.source)) {
      const key = await importer.take(target, object);
      if (key !== undefined) keys.add(key);
    }
  } catch (error) {
    if (error instanceof NotDicom) throw refuse(400, `unable to read DICOM object ${error.message}`);
    if (error instanceof ZipProblem) throw refuse(400, error.message);
    throw error;
  } finally {
    await end();
  }
  if (handler === 'SI') return archiveAll(context, exchange, [...keys]);
  // Everything filtered out, no zip at all and an empty zip look the same: 200 without a line (observed).
  return uriList([...keys].map((key) => `/data/prearchive/${key}\r\n`).join(''));
}

/** The objects of a body: the entries of a zip, or the one that it is. */
async function* objectsOf(
  context: SandboxContext,
  handler: string,
  source: ByteSource,
): AsyncGenerator<ImportedFile> {
  const { blobs } = context;
  if (handler === 'gradual-DICOM') {
    const path = blobs.temporary();
    await writeFrom(source.pieces(), path);
    yield { name: 'upload.dcm', path };
    return;
  }
  for await (const entry of extractZip(source, () => blobs.temporary())) {
    if (entry.name.endsWith('/')) await blobs.discard(entry.path);
    else yield entry;
  }
}

/** A file that was put into the user's cache before. */
async function cached(context: SandboxContext, exchange: Exchange, source: string): Promise<Reception> {
  const match = /^\/user\/cache\/resources\/([\w-]+)\/files\/([\w-][\w.-]*)$/.exec(source);
  const [, folder = '', name = ''] = match ?? [];
  const file = await open(join(context.blobs.cacheFolder(exchange.user.login, folder), basename(name))).catch(
    () => undefined,
  );
  if (match === null || file === undefined) {
    await file?.close();
    throw refuse(404);
  }
  const content = new ByteSource(file.createReadStream());
  return { files: [{ fileName: name, source: content }], end: () => content.drain() };
}

async function archiveAll(
  context: SandboxContext,
  exchange: Exchange,
  keys: readonly string[],
): Promise<Answer> {
  const lines: string[] = [];
  for (const key of keys) {
    const session = context.store.prearchive.get(key);
    const project = session && context.store.projects.get(session.project);
    if (session === undefined || project === undefined) lines.push(`/data/prearchive/${key}\r\n`);
    else
      lines.push(
        `${archiveUri(await archiveSession(context, session, project, exchange.user.login), session.subject)}\r\n`,
      );
  }
  return uriList(lines.join(''));
}

export function archiveUri(
  experiment: { readonly project: string; readonly label: string },
  subject: string,
): string {
  return `/data/archive/projects/${experiment.project}/subjects/${subject}/experiments/${experiment.label}`;
}

/**
 * Where the objects shall go. A project that is unknown or that the user may not write to is no error: they end in
 * `Unassigned`. The labels of `dest` are ignored (GIFT-Cloud server, observed).
 */
function targetOf(context: SandboxContext, exchange: Exchange): ImportTarget {
  const { query } = exchange;
  const inDest = /\/projects\/([^/]+)/.exec(query.get('dest') ?? '')?.[1];
  const wanted = query.get('project') ?? query.get('PROJECT_ID') ?? inDest ?? '';
  return {
    project: canEdit(context, exchange, wanted) ? wanted : 'Unassigned',
    subject: query.get('subject') ?? query.get('SUBJECT_ID') ?? undefined,
    session: query.get('session') ?? query.get('EXPT_LABEL') ?? undefined,
    preventAnon: exchange.flag('prevent_anon'),
    preventAutoCommit: exchange.flag('prevent_auto_commit'),
    source: query.get('SOURCE') ?? '',
    overwrite: query.get('overwrite') ?? '',
    rename: exchange.flag('rename'),
  };
}
