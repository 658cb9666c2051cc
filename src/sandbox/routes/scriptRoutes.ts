import type { SandboxContext } from '../context.js';
import { empty, Refusal, refuse, sentError, type Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { readAll } from '../server/readAll.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';
import { configKey, setStatus, storeConfig, withNewline } from './configRoutes.js';
import { canEdit } from './lookup.js';

const NO_PRIVILEGES = 'User does not have privileges to access this project';

interface ScriptPlace {
  readonly key: string;
  readonly project: string;
  readonly path: string;
  /** Internal number of the project, -1 for the site. */
  readonly number: string;
}

/** Anonymisation scripts by the old routes that uploaders read: `config/edit/[projects/P/]image/dicom/..`. */
export function addScriptRoutes(router: Router, context: SandboxContext): void {
  for (const prefix of ['config/edit/image/dicom', 'config/edit/projects/:project/image/dicom']) {
    router.add('GET', `${prefix}/script`, (exchange) => list(context, exchange, 'script'));
    router.add('GET', `${prefix}/status`, (exchange) => list(context, exchange, 'edit'));
    router.add('PUT', `${prefix}/script`, async (exchange) => {
      const place = writablePlace(context, exchange);
      const contents = withNewline((await readAll(exchange.body)).toString('utf8'));
      const { key, project, path } = place;
      storeConfig(context, key, { tool: 'anon', path, project, user: exchange.user.login, contents });
      return empty();
    });
    router.add('PUT', `${prefix}/status`, (exchange) => {
      const { key } = writablePlace(context, exchange);
      const config = context.store.configs.get(key);
      if (config === undefined) throw refuse(404);
      setStatus(context, key, config, exchange.flag('activate'), exchange.user.login);
      return empty();
    });
  }
}

/** Key of the script of a project, or of the site where the project is blank. */
export function scriptKey(project: string): string {
  return project === '' ? configKey('', 'anon', 'script') : configKey(project, 'anon', `projects/${project}`);
}

function place(context: SandboxContext, exchange: Exchange): ScriptPlace {
  if (!exchange.has('project')) return { key: scriptKey(''), project: '', path: 'script', number: '-1' };
  const project = context.store.projects.get(exchange.param('project'));
  if (project === undefined) throw new Refusal(sentError(400, 'This project does not exist.'));
  // Collaborators may not even read it (GIFT-Cloud server, observed).
  if (!canEdit(context, exchange, project.id)) throw new Refusal(sentError(403, NO_PRIVILEGES));
  return {
    key: scriptKey(project.id),
    project: project.id,
    path: `/projects/${project.id}`,
    number: String(project.number),
  };
}

function writablePlace(context: SandboxContext, exchange: Exchange): ScriptPlace {
  const found = place(context, exchange);
  if (found.project === '' && !exchange.user.admin) throw refuse(403, NO_PRIVILEGES);
  return found;
}

function list(context: SandboxContext, exchange: Exchange, value: 'script' | 'edit'): Answer {
  const { key, number } = place(context, exchange);
  const config = context.store.configs.get(key);
  const columns = ['project', 'create_date', 'user', 'id', value];
  const rows =
    config === undefined
      ? []
      : [
          {
            project: number,
            create_date: timestamp(config.created),
            user: config.user,
            id: String(config.number),
            script: config.contents,
            edit: String(config.enabled),
          },
        ];
  return table(exchange, columns, rows, { totalRecords: false });
}
