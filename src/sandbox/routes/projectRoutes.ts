import type { SandboxContext } from '../context.js';
import { empty, json, notFound, refuse, text, type Answer } from '../server/answers.js';
import { timestamp } from '../server/dates.js';
import type { Exchange } from '../server/exchange.js';
import { itemAnswer } from '../server/items.js';
import type { Router } from '../server/router.js';
import { table, type Row } from '../server/tables.js';
import type { Accessibility, ProjectRecord } from '../store/model.js';
import type { Role } from '../types.js';
import { removeProject } from '../store/removal.js';
import { canDelete, readableProject, visibleProject } from './lookup.js';

const PLAIN_COLUMNS = ['ID', 'secondary_ID', 'name', 'description', 'pi_firstname', 'pi_lastname', 'URI'];
const ATTRIBUTES = ['name', 'description', 'secondary_ID', 'keywords'];
const GROUPS: Readonly<Record<Role, string>> = {
  owner: 'Owners',
  member: 'Members',
  collaborator: 'Collaborators',
};

/** Projects: lists, documents, creation, settings. */
export function addProjectRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'projects', (exchange) => listProjects(context, exchange));
  router.add('POST', 'projects', () => {
    throw refuse(422);
  });
  router.add('GET', 'projects/:project', (exchange) => {
    const project = visibleProject(context, exchange);
    if (project === undefined) throw notFound();
    return itemAnswer(exchange, [context.elements.project(project)]);
  });
  router.add('PUT', 'projects/:project', (exchange) => putProject(context, exchange));
  router.add('DELETE', 'projects/:project', async (exchange) => {
    const project = visibleProject(context, exchange);
    // What was never there is deleted successfully (GIFT-Cloud server, observed).
    if (context.store.projects.get(exchange.param('project')) === undefined) return empty();
    if (project === undefined) throw notFound();
    if (!canDelete(context, exchange, project.id)) throw refuse(403);
    await removeProject(context, project);
    return empty();
  });
  router.add('GET', 'projects/:project/accessibility', (exchange) => {
    const project = visibleProject(context, exchange);
    if (project === undefined) throw notFound();
    return text(project.accessibility);
  });
  router.add('PUT', 'projects/:project/accessibility/:value', (exchange) => {
    const value = accessibility(exchange.param('value'));
    const project = ownedProject(context, exchange);
    context.store.projects.put(project.id, { ...project, accessibility: value });
    return text(value);
  });
  router.add('GET', 'projects/:project/prearchive_code', (exchange) => {
    const project = readableProject(context, exchange);
    if (project === undefined) throw notFound();
    // The real server sends this one number as HTML (observed).
    return { ...text(String(project.prearchiveCode)), type: 'text/html;charset=ISO-8859-1' };
  });
  router.add('PUT', 'projects/:project/prearchive_code/:code', (exchange) => {
    const project = ownedProject(context, exchange);
    const prearchiveCode = Number.parseInt(exchange.param('code'), 10) || 0;
    context.store.projects.put(project.id, { ...project, prearchiveCode });
    return empty();
  });
}

export function ownedProject(context: SandboxContext, exchange: Exchange): ProjectRecord {
  const project = visibleProject(context, exchange);
  if (project === undefined) throw notFound();
  if (!canDelete(context, exchange, project.id)) throw refuse(403);
  return project;
}

function listProjects(context: SandboxContext, exchange: Exchange): Answer {
  const { access, store } = context;
  const { user, session } = exchange;
  const roles = access.rolesOf(user, session);
  const searched = ['owner', 'member', 'collaborator', 'accessible'].filter((name) => exchange.flag(name));
  if (searched.length > 0) {
    const rows = [...store.projects.values()]
      .filter((project) => searchFits(project, roles.get(project.id), searched))
      .map((project) => searchRow(project, roles.get(project.id), user.number));
    const columns = [...SEARCH_COLUMNS, `user_role_${user.number}`, `last_accessed_${user.number}`];
    return table(exchange, columns, rows, {
      title: 'Projects',
      extra: { xdat_user_id: String(user.number) },
    });
  }
  const edit = exchange.query.get('permissions') === 'edit' || exchange.query.get('restrict') === 'edit';
  const visible = [...store.projects.values()].filter((project) =>
    edit ? access.canEdit(user, session, project) : access.canSee(user, session, project),
  );
  if (exchange.query.get('permissions') !== null) {
    const rows = visible.map((project) => ({ secondary_id: project.id, id: project.id }));
    return json(JSON.stringify({ ResultSet: { Result: rows } }));
  }
  // A user without any project is refused the plain list (GIFT-Cloud server, observed).
  if (visible.length === 0 && !user.admin) throw refuse(403);
  return table(exchange, requestedColumns(exchange), visible.map(plainRow));
}

function searchFits(project: ProjectRecord, role: Role | undefined, searched: readonly string[]): boolean {
  if (role !== undefined && searched.includes(role)) return true;
  return searched.includes('accessible') && (role !== undefined || project.accessibility === 'public');
}

const SEARCH_COLUMNS = [
  'id',
  'secondary_id',
  'name',
  'description',
  'pi',
  'project_invs',
  'project_access',
  'project_access_img',
  'insert_date',
  'insert_user',
  'quarantine_status',
];

function searchRow(project: ProjectRecord, role: Role | undefined, userNumber: number): Row {
  const images: Record<Accessibility, string> = {
    private: 'key.gif',
    protected: 'lock.gif',
    public: 'globe.gif',
  };
  return {
    id: project.id,
    secondary_id: project.attributes['secondary_ID'] ?? project.id,
    name: project.attributes['name'] ?? project.id,
    description: project.attributes['description'] ?? '',
    project_access: project.accessibility,
    project_access_img: `/@WEBAPPimages/${images[project.accessibility]}`,
    insert_date: timestamp(project.inserted),
    insert_user: project.insertedBy,
    quarantine_status: 'active',
    [`user_role_${userNumber}`]: role === undefined ? '' : GROUPS[role],
  };
}

function plainRow(project: ProjectRecord): Row {
  return {
    ID: project.id,
    secondary_ID: project.attributes['secondary_ID'] ?? project.id,
    name: project.attributes['name'] ?? project.id,
    description: project.attributes['description'] ?? '',
    URI: `/data/projects/${project.id}`,
  };
}

function requestedColumns(exchange: Exchange): string[] {
  const wanted = exchange.query.get('columns');
  if (wanted === null || wanted === 'DEFAULT') return PLAIN_COLUMNS;
  const known = wanted.split(',').filter((column) => PLAIN_COLUMNS.includes(column));
  return [...new Set(['ID', ...known, 'URI'])];
}

function putProject(context: SandboxContext, exchange: Exchange): Answer {
  const id = exchange.param('project');
  if (!/^[A-Za-z0-9_-]+$/.test(id)) throw refuse(417, 'Invalid character in project ID.');
  const existing = context.store.projects.get(id);
  const attributes = Object.fromEntries(
    ATTRIBUTES.flatMap((name) => {
      const value = exchange.query.get(name) ?? exchange.query.get(`xnat:projectData/${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
  if (existing !== undefined) {
    if (!canDelete(context, exchange, id)) throw refuse(403);
    context.store.projects.put(id, { ...existing, attributes: { ...existing.attributes, ...attributes } });
    return empty();
  }
  const now = Date.now();
  context.store.projects.put(id, {
    id,
    number: context.store.next('project'),
    attributes,
    accessibility: accessibility(exchange.query.get('accessibility') ?? 'private'),
    prearchiveCode: 4,
    roles: { [exchange.user.login]: 'owner' },
    inserted: now,
    insertedBy: exchange.user.login,
    modified: now,
    eventId: context.store.nextEvent(),
  });
  exchange.session.roles?.set(id, 'owner');
  context.access.rolesOf(exchange.user, exchange.session);
  return empty();
}

function accessibility(value: string): Accessibility {
  if (value === 'private' || value === 'protected' || value === 'public') return value;
  throw refuse(400);
}
