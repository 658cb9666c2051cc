import type { SandboxContext } from '../context.js';
import { empty, escapeXml, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table, type Row } from '../server/tables.js';
import type { FileRecord, ResourceRecord } from '../store/model.js';
import { removeResource } from '../store/removal.js';
import { canDelete } from './lookup.js';
import {
  mayEdit,
  OWNER_PATHS,
  ownersOf,
  resourcesOf,
  scanOwner,
  type ResourceOwner,
} from './resourceOwner.js';

export const NO_EDIT = "User account doesn't have permission to modify this session.";

const COLUMNS = [
  'xnat_abstractresource_id',
  'label',
  'element_name',
  'category',
  'cat_id',
  'cat_desc',
  'file_count',
  'file_size',
  'tags',
  'content',
  'format',
];

/** Resources on every level: lists, catalogues, creation, deletion. */
export function addResourceRoutes(router: Router, context: SandboxContext): void {
  const lists = OWNER_PATHS.map((path) => `${path}/resources`);
  router.addAll('GET', lists, (exchange) => listResources(context, exchange));
  const singles = OWNER_PATHS.map((path) => `${path}/resources/:resource`);
  router.addAll('GET', singles, (exchange) => {
    const found = resourcesOf(context, ownersOf(context, exchange), exchange.param('resource'))[0];
    if (found === undefined) throw refuse(404);
    const files = context.store.filesOfResource.all(String(found.resource.number));
    return { status: 200, type: 'text/xml', body: catalogue(found.resource, files) };
  });
  router.addAll('PUT', singles, (exchange) => {
    const owner = singleOwner(ownersOf(context, exchange));
    if (!mayEdit(context, exchange, owner)) throw refuse(403, NO_EDIT);
    const label = exchange.param('resource');
    if (context.store.resourceOf(owner.key, label) !== undefined) {
      throw refuse(409, 'Specified resource already exists.');
    }
    createResource(context, owner, label, exchange.user.login, {
      format: exchange.query.get('format') ?? '',
      content: exchange.query.get('content') ?? '',
      description: exchange.query.get('description') ?? '',
      tags: exchange.query.get('tags') ?? '',
    });
    return empty();
  });
  router.addAll('DELETE', singles, async (exchange) => {
    const owner = singleOwner(ownersOf(context, exchange));
    if (!canDelete(context, exchange, owner.project.id)) throw refuse(403, NO_EDIT);
    const resource = context.store.resourceOf(owner.key, exchange.param('resource'));
    if (resource === undefined) throw refuse(404);
    await removeResource(context, resource);
    return empty();
  });
}

/** Writing needs exactly one scan. */
export function singleOwner(owners: readonly ResourceOwner[]): ResourceOwner {
  const [owner, second] = owners;
  if (owner === undefined || second !== undefined) throw refuse(404, 'Unable to identify scan');
  return owner;
}

export type ResourceValues = Pick<ResourceRecord, 'format' | 'content' | 'description' | 'tags'>;

export function createResource(
  context: SandboxContext,
  owner: Pick<ResourceOwner, 'key' | 'project'>,
  label: string,
  login: string,
  values: ResourceValues,
): ResourceRecord {
  const now = Date.now();
  const resource: ResourceRecord = {
    number: context.store.next('resource'),
    owner: owner.key,
    project: owner.project.id,
    label,
    ...values,
    populated: false,
    inserted: now,
    insertedBy: login,
    modified: now,
    eventId: context.store.nextEvent(),
  };
  context.store.resources.put(String(resource.number), resource);
  return resource;
}

function listResources(context: SandboxContext, exchange: Exchange): Answer {
  const owners = ownersOf(context, exchange);
  const all = [...owners];
  if (exchange.flag('all')) {
    for (const { experiment, project } of owners) {
      if (experiment === undefined || exchange.has('scan')) continue;
      const scans = context.store.scansOfExperiment.all(experiment.id);
      all.push(...scans.map((scan) => scanOwner(exchange, project, experiment, scan)));
    }
  }
  const rows = resourcesOf(context, all, undefined).map(({ owner, resource }) =>
    row(context, owner, resource),
  );
  return table(exchange, COLUMNS, rows, { title: 'Resources' });
}

function row(context: SandboxContext, owner: ResourceOwner, resource: ResourceRecord): Row {
  const files = context.store.filesOfResource.all(String(resource.number));
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return {
    xnat_abstractresource_id: String(resource.number),
    label: resource.label,
    element_name: 'xnat:resourceCatalog',
    category: owner.scan === undefined ? 'resources' : 'scans',
    cat_id: owner.scan?.id ?? '',
    cat_desc: owner.scan?.attributes['type'] ?? '',
    // Blank until something was stored (GIFT-Cloud server, observed).
    file_count: resource.populated ? String(files.length) : '',
    file_size: resource.populated ? String(size) : '',
    tags: resource.tags,
    content: resource.content,
    format: resource.format,
  };
}

/** The catalogue document of a resource: the one place of version 1.6 that shows an MD5 for each file. */
function catalogue(resource: ResourceRecord, files: readonly FileRecord[]): string {
  const entries = files.map((file) => {
    const name = file.path.split('/').at(-1) ?? file.path;
    const optional = [
      file.content === '' ? '' : ` content="${escapeXml(file.content)}"`,
      file.format === '' ? '' : ` format="${escapeXml(file.format)}"`,
    ].join('');
    const created = new Date(file.modified).toISOString().replace('Z', '');
    return (
      `\t<cat:entry ID="${escapeXml(`${resource.label}/${name}`)}" URI="${escapeXml(file.path)}"${optional} ` +
      `createdBy="${escapeXml(file.createdBy)}" createdEventId="${file.eventId}" createdTime="${created}" ` +
      `digest="${file.md5}" name="${escapeXml(name)}"/>\n`
    );
  });
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<cat:Catalog ID="${escapeXml(resource.label)}" ` +
    'xmlns:cat="http://nrg.wustl.edu/catalog" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
    `<cat:entries>\n${entries.join('')}</cat:entries>\n</cat:Catalog>\n`
  );
}
