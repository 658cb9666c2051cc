import type { SandboxContext } from '../context.js';
import { empty, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';
import { md5Of } from '../store/digests.js';
import type { FileRecord } from '../store/model.js';
import { archiveAnswer, archiveFormat, noCatalogEntry, sendFile, type FoundFile } from './downloads.js';
import { decodedPath } from './filePath.js';
import { canDelete } from './lookup.js';
import {
  experimentOwner,
  OWNER_PATHS,
  ownersOf,
  resourcesOf,
  scanOwner,
  type ResourceOwner,
} from './resourceOwner.js';
import { NO_EDIT, singleOwner } from './resourceRoutes.js';
import { Uploads } from './uploads.js';

const COLUMNS = ['Name', 'Size', 'URI', 'collection', 'file_tags', 'file_format', 'file_content', 'cat_ID'];

/** Files of resources: lists, archives, single files, uploads, deletion. */
export function addFileRoutes(router: Router, context: SandboxContext): void {
  const uploads = new Uploads(context);
  const lists = OWNER_PATHS.flatMap((path) => [`${path}/resources/:resource/files`, `${path}/files`]);
  const singles = OWNER_PATHS.map((path) => `${path}/resources/:resource/files/*file`);
  const loose = OWNER_PATHS.map((path) => `${path}/files/*file`);
  router.addAll('GET', lists, (exchange) => listFiles(context, exchange));
  router.addAll('GET', [...singles, ...loose], (exchange) => getFile(context, exchange));
  for (const method of ['PUT', 'POST']) {
    router.addAll(method, [...singles, ...lists], (exchange) => uploads.store(exchange));
  }
  router.addAll('DELETE', singles, async (exchange) => {
    const owner = singleOwner(ownersOf(context, exchange));
    if (!canDelete(context, exchange, owner.project.id)) throw refuse(403, NO_EDIT);
    await deleteFiles(context, exchange, owner);
    return empty();
  });
}

/** The files that a path and its filters mean. An unknown scan or resource has none, which is no error. */
function findFiles(context: SandboxContext, exchange: Exchange): FoundFile[] {
  const owners = ownersOf(context, exchange, 'none');
  const resource = exchange.has('resource') ? exchange.param('resource') : undefined;
  return resourcesOf(context, withScans(context, exchange, owners), resource)
    .flatMap(({ owner, resource: found }) =>
      context.store.filesOfResource
        .all(String(found.number))
        .map((file) => ({ owner, resource: found, file })),
    )
    .filter(
      ({ file }) =>
        fits(exchange, 'file_content', file.content) && fits(exchange, 'file_format', file.format),
    );
}

/** `all=true`, or a resource label, on an experiment means the resources of its scans too. */
function withScans(
  context: SandboxContext,
  exchange: Exchange,
  owners: readonly ResourceOwner[],
): readonly ResourceOwner[] {
  if (exchange.has('scan') || !(exchange.flag('all') || exchange.has('resource'))) return owners;
  return owners.flatMap((owner) => {
    const { experiment, project } = owner;
    if (experiment === undefined) return [owner];
    const scans = context.store.scansOfExperiment.all(experiment.id);
    return [
      experimentOwner(project, experiment),
      ...scans.map((scan) => scanOwner(exchange, project, experiment, scan)),
    ];
  });
}

/** A filter that is there must match, a blank one only what has no value (GIFT-Cloud server, observed). */
function fits(exchange: Exchange, name: string, value: string): boolean {
  const wanted = exchange.query.getAll(name);
  if (wanted.length === 0) return true;
  return wanted.some((part) =>
    part === 'NULL' ? value === '' : part !== '' && part.split(',').includes(value),
  );
}

async function listFiles(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  const found = findFiles(context, exchange);
  const index = exchange.query.get('index');
  if (index !== null) {
    const file = found[Number(index)];
    return file === undefined ? noCatalogEntry() : sendFile(context, exchange, file);
  }
  const format = archiveFormat(exchange);
  if (format !== undefined)
    return archiveAnswer(context, found, format, archiveName(context, exchange), exchange);
  const digests = new Map<FileRecord, string>();
  if (context.digests) {
    for (const { resource, file } of found) digests.set(file, await md5Of(context, resource, file));
  }
  const rows = found.map((entry) => ({
    Name: entry.file.path.split('/').at(-1) ?? entry.file.path,
    Size: String(entry.file.size),
    // Names are not encoded here (GIFT-Cloud server, observed).
    URI: `/data/${entry.owner.uri}/resources/${entry.resource.number}/files/${entry.file.path}`,
    collection: entry.resource.label,
    file_tags: entry.file.tags,
    file_format: entry.file.format,
    file_content: entry.file.content,
    cat_ID: String(entry.resource.number),
    digest: digests.get(entry.file) ?? '',
  }));
  const columns = context.digests ? [...COLUMNS, 'digest'] : COLUMNS;
  return table(exchange, columns, rows, {
    title: 'Files',
    totalRecords: false,
    serverRoot: context.contextPath,
  });
}

function archiveName(context: SandboxContext, exchange: Exchange): string {
  return ownersOf(context, exchange, 'none')[0]?.label ?? 'files';
}

function getFile(context: SandboxContext, exchange: Exchange): Answer {
  const wanted = decodedPath(exchange);
  const found = findFiles(context, exchange).find(({ file }) => file.path === wanted);
  if (found === undefined) return noCatalogEntry();
  if (archiveFormat(exchange) === 'zip')
    return archiveAnswer(context, [found], 'zip', found.owner.label, exchange, true);
  // Needs a class of Oracle's Java that no other Java has (GIFT-Cloud server, observed).
  if (exchange.format === 'image/jpeg') throw refuse(500, 'com/sun/image/codec/jpeg/JPEGCodec');
  return sendFile(context, exchange, found);
}

/** Deleting what is not there is 200 too (GIFT-Cloud server, observed); a folder goes with its content. */
async function deleteFiles(context: SandboxContext, exchange: Exchange, owner: ResourceOwner): Promise<void> {
  const resource = context.store.resourceOf(owner.key, exchange.param('resource'));
  const wanted = decodedPath(exchange);
  if (resource === undefined || wanted === undefined) return;
  const files: FileRecord[] = context.store.filesOfResource
    .all(String(resource.number))
    .filter((file) => file.path === wanted || file.path.startsWith(`${wanted}/`));
  for (const file of files) {
    context.store.files.delete(`${resource.number} ${file.path}`);
    await context.blobs.remove(resource, file);
  }
}
