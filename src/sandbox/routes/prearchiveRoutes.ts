import type { SandboxContext } from '../context.js';
import { ScriptProblem } from '../dicom/siteScript.js';
import { archiveSession, removeSession } from '../prearchive/archiver.js';
import { conflictOf, IN_PROGRESS } from '../prearchive/conflicts.js';
import { sessionKey } from '../prearchive/importer.js';
import { empty, refuse, text, uriList, type Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import { decodeSegment, type Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table, type Row } from '../server/tables.js';
import type { PrearchiveRecord } from '../store/model.js';
import { removeExperiment } from '../store/removal.js';
import { archiveUri } from './importRoutes.js';
import { canEdit } from './lookup.js';

const COLUMNS = [
  'project',
  'timestamp',
  'lastmod',
  'uploaded',
  'scan_date',
  'scan_time',
  'subject',
  'folderName',
  'name',
  'tag',
  'status',
  'url',
  'autoarchive',
  'prevent_anon',
  'prevent_auto_commit',
  'SOURCE',
  'VISIT',
  'PROTOCOL',
  'TIMEZONE',
];
const SESSION = 'prearchive/projects/:project/:timestamp/:folder';

/** What waits between import and archive: lists, commit, archive, deletion. */
export function addPrearchiveRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'prearchive', (exchange) =>
    list(
      exchange,
      sessions(context).filter(({ project }) => canEdit(context, exchange, project)),
    ),
  );
  // Anyone who is signed in sees every project's sessions (GIFT-Cloud server, observed); unassigned ones only admins.
  router.add('GET', 'prearchive/projects/:project', (exchange) => {
    const wanted = exchange.param('project').split(',');
    if (wanted.includes('Unassigned') && !exchange.user.admin) throw refuse(403);
    return list(
      exchange,
      sessions(context).filter(({ project }) => wanted.includes(project)),
    );
  });
  router.add('GET', SESSION, (exchange) => {
    const session = sessionOf(context, exchange);
    if (exchange.format === 'xml') {
      throw refuse(
        404,
        'The named session exists, but its XNAT session document is not available. The session is likely invalid or incomplete.',
      );
    }
    return list(exchange, [session]);
  });
  router.add('GET', `${SESSION}/*rest`, () => {
    throw refuse(404, 'Unable to locate prearc resource.');
  });
  router.add('POST', SESSION, (exchange) => act(context, exchange));
  // A session that was archived or never there is deleted successfully too (GIFT-Cloud server, observed).
  router.add('DELETE', SESSION, async (exchange) => {
    if (findSession(context, exchange) !== undefined) {
      const session = writableSession(context, exchange);
      if (session.status === 'ARCHIVING') throw refuse(409, IN_PROGRESS);
      await removeSession(context, session);
    }
    return empty();
  });
  router.add('POST', 'services/archive', async (exchange) => {
    const key = (exchange.query.get('src') ?? '').replace(/^\/(data\/)?prearchive\//, '');
    const session = context.store.prearchive.get(decodeSegment(key));
    if (session === undefined) throw refuse(404);
    requireEdit(context, exchange, session);
    const uri = await archive(context, exchange, session, exchange.query.get('overwrite') ?? 'none');
    return uriList(`${uri}\r\n`);
  });
}

function sessions(context: SandboxContext): PrearchiveRecord[] {
  return [...context.store.prearchive.values()];
}

function findSession(context: SandboxContext, exchange: Exchange): PrearchiveRecord | undefined {
  return context.store.prearchive.get(
    sessionKey({
      project: exchange.param('project'),
      timestamp: exchange.param('timestamp'),
      folder: exchange.param('folder'),
    }),
  );
}

function sessionOf(context: SandboxContext, exchange: Exchange): PrearchiveRecord {
  const session = findSession(context, exchange);
  if (session === undefined) throw refuse(404, 'Unable to locate prearc resource.');
  return session;
}

function writableSession(context: SandboxContext, exchange: Exchange): PrearchiveRecord {
  const session = sessionOf(context, exchange);
  requireEdit(context, exchange, session);
  return session;
}

function requireEdit(context: SandboxContext, exchange: Exchange, session: PrearchiveRecord): void {
  if (!exchange.user.admin && !canEdit(context, exchange, session.project)) throw refuse(403);
}

function list(exchange: Exchange, found: readonly PrearchiveRecord[]): Answer {
  return table(exchange, COLUMNS, found.map(row), { totalRecords: false });
}

function row(session: PrearchiveRecord): Row {
  const date = session.studyDate.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3 00:00:00.0');
  const built = session.status !== 'RECEIVING';
  return {
    project: session.project,
    timestamp: session.timestamp,
    lastmod: timestamp(session.lastModified),
    uploaded: session.uploaded,
    scan_date: date,
    scan_time: built ? session.studyTime.replace(/^(\d{2})(\d{2})(\d{2}).*$/, '$1:$2:$3') : '',
    subject: session.subject,
    folderName: session.folder,
    name: session.name,
    tag: session.studyUid,
    status: session.status,
    url: `/prearchive/${sessionKey(session)}`,
    autoarchive: session.project === 'Unassigned' ? '' : 'AutoArchive',
    prevent_anon: session.preventAnon,
    prevent_auto_commit: session.preventAutoCommit,
    SOURCE: session.source,
  };
}

async function act(context: SandboxContext, exchange: Exchange): Promise<Answer> {
  const session = writableSession(context, exchange);
  const action = exchange.query.get('action');
  const key = sessionKey(session);
  const uploaded = timestamp(Date.now());
  switch (action) {
    case 'build':
    case 'reset-status':
      context.store.prearchive.put(key, { ...session, status: 'READY', uploaded });
      return empty();
    case 'commit': {
      const project = context.store.projects.get(session.project);
      if (project === undefined || project.prearchiveCode === 0) {
        context.store.prearchive.put(key, { ...session, status: 'READY', uploaded });
        return uriList(`/data/prearchive/${key}`);
      }
      // 301 with the address as body and without a Location (GIFT-Cloud server, observed).
      return text(await archive(context, exchange, session, session.overwrite ?? ''), 301);
    }
    default:
      throw refuse(400, `unsupported action on prearchive session: ${action ?? 'null'}`);
  }
}

async function archive(
  context: SandboxContext,
  exchange: Exchange,
  session: PrearchiveRecord,
  overwrite: string,
): Promise<string> {
  const project = context.store.projects.get(session.project);
  if (project === undefined) throw refuse(404);
  if (session.status === 'ARCHIVING') throw refuse(409, IN_PROGRESS);
  const existing = context.store.experimentOf(project.id, session.name);
  const conflict = overwrite === 'delete' ? undefined : conflictOf(context, session, overwrite);
  const setStatus = (status: string): void => {
    const uploaded = timestamp(Date.now());
    context.store.prearchive.put(sessionKey(session), { ...session, status, uploaded });
  };
  if (conflict !== undefined) {
    setStatus('CONFLICT');
    throw refuse(409, conflict);
  }
  setStatus('ARCHIVING');
  if (existing !== undefined && overwrite === 'delete') await removeExperiment(context, existing);
  try {
    return archiveUri(await archiveSession(context, session, project, exchange.user.login), session.subject);
  } catch (error) {
    setStatus('ERROR');
    if (error instanceof ScriptProblem) throw refuse(500, error.message);
    throw error;
  }
}
