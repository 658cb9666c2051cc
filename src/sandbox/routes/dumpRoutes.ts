import type { SandboxContext } from '../context.js';
import { dumpHeader, DUMP_COLUMNS } from '../dicom/dump.js';
import { empty, refuse, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';

const SOURCE =
  /^\/archive\/projects\/([^/]+)(?:\/subjects\/([^/]+))?\/experiments\/([^/]+)(?:\/scans\/([^/]+)(?:\/resources\/([^/]+)\/files\/(.+))?)?$/;

/** Header dump, and the catalogue refresh that changes nothing here. */
export function addDumpRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'services/dicomdump', (exchange) => dump(context, exchange));
  router.add('POST', 'services/refresh/catalog', () => empty());
}

function dump(context: SandboxContext, exchange: Exchange): Answer {
  const source = exchange.query.get('src');
  if (source === null) throw refuse(400, 'Please set the src parameter');
  if (source.startsWith('/prearchive/')) {
    // Before the commit there is no session document to read (GIFT-Cloud server, observed).
    const [, , project = '', timestamp = '', folder = ''] = source.slice(1).split('/');
    const session = context.blobs.prearchiveFolder(project, timestamp, folder);
    throw refuse(404, `${session}.xml (No such file or directory)`);
  }
  const path = findSource(context, exchange, source);
  const rows = path === undefined ? [] : dumpHeader(path, exchange.query.getAll('field'));
  return table(exchange, DUMP_COLUMNS, rows, { totalRecords: false });
}

/** The file of the address, or the first one of the scan; anything but an archive address has none. */
function findSource(context: SandboxContext, exchange: Exchange, source: string): string | undefined {
  const match = SOURCE.exec(source);
  if (match === null) return undefined;
  const [, projectId = '', subjectName, experimentName = '', scanId, resourceName = 'DICOM', fileName] =
    match;
  const { store, access, blobs } = context;
  const project = store.projects.get(projectId);
  const experiment =
    project !== undefined && access.canRead(exchange.user, exchange.session, project)
      ? store.experimentOf(project.id, experimentName)
      : undefined;
  const subject = subjectName === undefined ? undefined : store.subjectOf(projectId, subjectName);
  if (experiment === undefined || (subjectName !== undefined && subject?.id !== experiment.subject)) {
    throw refuse(400, 'Experiment or project not found');
  }
  const scans = store.scansOfExperiment
    .all(experiment.id)
    .filter(({ id }) => scanId === undefined || id === scanId);
  for (const scan of scans) {
    const resource = store.resourceOf(`scan:${scan.number}`, resourceName);
    const files = resource === undefined ? [] : store.filesOfResource.all(String(resource.number));
    const file = files.find(({ path }) => fileName === undefined || path === fileName);
    if (resource !== undefined && file !== undefined) return blobs.pathOf(resource, file);
  }
  return undefined;
}
