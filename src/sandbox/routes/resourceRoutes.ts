import type { SandboxContext } from '../context.js';
import { empty, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table, type Row } from '../server/tables.js';
import type { ResourceRecord } from '../store/model.js';
import { removeResource } from '../store/removal.js';
import { catalogueDocument } from './catalogueDocument.js';
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
  router.addAll('GET', singles, async (exchange) => {
    const found = resourcesOf(context, ownersOf(context, exchange), exchange.param('resource'))[0];
    if (found === undefined) throw refuse(404);
    return { status: 200, type: 'text/xml', body: await catalogueDocument(context, found.resource) };
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
