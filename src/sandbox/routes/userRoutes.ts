import type { SandboxContext } from '../context.js';
import { notFound, type Answer } from '../server/answers.js';
import type { Exchange } from '../server/exchange.js';
import type { Router } from '../server/router.js';
import { table } from '../server/tables.js';
import type { ProjectRecord } from '../store/model.js';
import type { Role } from '../types.js';
import { readableProject } from './lookup.js';
import { ownedProject } from './projectRoutes.js';

const COLUMNS = ['firstname', 'lastname', 'login', 'email', 'displayname', 'GROUP_ID'];
const GROUPS: readonly (readonly [Role, string])[] = [
  ['owner', 'Owners'],
  ['member', 'Members'],
  ['collaborator', 'Collaborators'],
];

/** Who belongs to a project: list, add, remove. Open sessions may not notice; see `Access`. */
export function addUserRoutes(router: Router, context: SandboxContext): void {
  router.add('GET', 'projects/:project/users', (exchange) => {
    const project = readableProject(context, exchange);
    if (project === undefined) throw notFound();
    return userTable(context, exchange, project);
  });
  router.add('PUT', 'projects/:project/users/:group/:user', (exchange) => {
    const project = ownedProject(context, exchange);
    const user = context.store.users.get(exchange.param('user'));
    if (user === undefined) throw notFound();
    return change(context, exchange, project, { ...project.roles, [user.login]: roleOf(exchange, project) });
  });
  router.add('DELETE', 'projects/:project/users/:group/:user', (exchange) => {
    const project = ownedProject(context, exchange);
    const login = exchange.param('user');
    const roles = Object.fromEntries(Object.entries(project.roles).filter(([name]) => name !== login));
    return change(context, exchange, project, roles);
  });
}

function roleOf(exchange: Exchange, project: ProjectRecord): Role {
  const group = exchange.param('group');
  for (const [role, name] of GROUPS) {
    if (group === name || group === `${project.id}_${role}`) return role;
  }
  throw notFound();
}

function change(
  context: SandboxContext,
  exchange: Exchange,
  project: ProjectRecord,
  roles: Readonly<Record<string, Role>>,
): Answer {
  const changed = { ...project, roles };
  context.store.projects.put(project.id, changed);
  return userTable(context, exchange, changed);
}

function userTable(context: SandboxContext, exchange: Exchange, project: ProjectRecord): Answer {
  const rows = GROUPS.flatMap(([role, name]) =>
    Object.entries(project.roles)
      .filter(([, held]) => held === role)
      .flatMap(([login]) => {
        const user = context.store.users.get(login);
        if (user === undefined) return [];
        return [
          {
            firstname: user.firstName,
            lastname: user.lastName,
            login,
            email: user.email,
            displayname: name,
            GROUP_ID: `${project.id}_${role}`,
          },
        ];
      }),
  );
  return table(exchange, COLUMNS, rows, { title: 'Projects' });
}
