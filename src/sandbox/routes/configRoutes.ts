import type { SandboxContext } from '../context.js';
import { empty, notFound, refuse, text, type Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { readAll } from '../server/readAll.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';
import type { ConfigRecord } from '../store/model.js';
import { canDelete, readableProject } from './lookup.js';

const COLUMNS = [
  'tool',
  'path',
  'project',
  'user',
  'create_date',
  'reason',
  'contents',
  'unversioned',
  'version',
  'status',
];

/** Tools that a stock server has configuration for; here only their names. */
const STOCK_TOOLS = ['site', 'tracers', 'seriesImportFilter', 'ipWhitelist', 'anon'];

/** Configuration files of the site and of projects: series import filters, scripts under their stored names. */
export function addConfigRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'config', (exchange) => {
    const stored = [...context.store.configs.values()].map(({ tool }) => tool);
    const tools = [...new Set([...STOCK_TOOLS, ...stored])];
    return table(
      exchange,
      ['tool'],
      tools.map((tool) => ({ tool })),
      { totalRecords: false },
    );
  });
  router.add('GET', 'config/:tool/*path', (exchange) => getConfig(context, exchange, ''));
  router.add('PUT', 'config/:tool/*path', (exchange) => {
    // Any user may replace the site's series filter (GIFT-Cloud server, observed).
    if (!exchange.user.admin && exchange.param('tool') !== 'seriesImportFilter') throw refuse(403);
    return putConfig(context, exchange, '');
  });
  // Without access, or for an unknown project, the server breaks here (GIFT-Cloud server, observed).
  router.add('GET', 'projects/:project/config/:tool/*path', (exchange) => {
    const project = readableProject(context, exchange);
    if (project === undefined) throw refuse(500);
    return getConfig(context, exchange, project.id);
  });
  router.add('PUT', 'projects/:project/config/:tool/*path', (exchange) => {
    const project = readableProject(context, exchange);
    if (project === undefined) throw refuse(500);
    if (!canDelete(context, exchange, project.id)) throw refuse(403);
    return putConfig(context, exchange, project.id);
  });
}

export function configKey(project: string, tool: string, path: string): string {
  return `${project}|${tool}|${path}`;
}

function keyOf(exchange: Exchange, project: string): string {
  return configKey(project, exchange.param('tool'), exchange.param('path'));
}

function getConfig(context: SandboxContext, exchange: Exchange, project: string): Answer {
  const config = context.store.configs.get(keyOf(exchange, project));
  if (config === undefined) throw notFound();
  if (exchange.flag('contents')) {
    if (!config.enabled) throw notFound();
    return text(config.contents);
  }
  const row = {
    tool: config.tool,
    path: config.path,
    project: config.project,
    user: config.user,
    create_date: timestamp(config.created),
    reason: config.reason,
    contents: config.contents,
    unversioned: 'false',
    version: String(config.version),
    status: config.enabled ? 'enabled' : 'disabled',
  };
  return table(exchange, COLUMNS, [row], { totalRecords: false });
}

async function putConfig(context: SandboxContext, exchange: Exchange, project: string): Promise<Answer> {
  const key = keyOf(exchange, project);
  const existing = context.store.configs.get(key);
  const status = exchange.query.get('status');
  const body = (await readAll(exchange.body)).toString('utf8');
  if (body === '' && status !== null) {
    if (existing === undefined) throw notFound();
    setStatus(context, key, existing, status === 'enabled', exchange.user.login);
    return empty();
  }
  const contents = withNewline(body);
  if (existing?.enabled === true && existing.contents === contents) return empty();
  storeConfig(context, key, {
    tool: exchange.param('tool'),
    path: exchange.param('path'),
    project,
    user: exchange.user.login,
    contents,
  });
  return empty(existing?.enabled === true ? 200 : 201);
}

/** A trailing newline is added to stored text (GIFT-Cloud server, observed). */
export function withNewline(contents: string): string {
  return contents.endsWith('\n') ? contents : `${contents}\n`;
}

/** Stores a new version, enabled at once. */
export function storeConfig(
  context: SandboxContext,
  key: string,
  values: Pick<ConfigRecord, 'tool' | 'path' | 'project' | 'user' | 'contents'>,
): void {
  context.store.configs.put(key, {
    ...values,
    number: context.store.next('config'),
    version: (context.store.configs.get(key)?.version ?? 0) + 1,
    created: Date.now(),
    reason: '',
    enabled: true,
  });
}

export function setStatus(
  context: SandboxContext,
  key: string,
  config: ConfigRecord,
  enabled: boolean,
  user: string,
): void {
  if (config.enabled === enabled) return;
  context.store.configs.put(key, {
    ...config,
    number: context.store.next('config'),
    version: config.version + 1,
    user,
    created: Date.now(),
    reason: `Setting status to ${enabled ? 'enabled' : 'disabled'}`,
    enabled,
  });
}
