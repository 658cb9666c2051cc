import type { ArchiveStore } from '../store/archiveStore.js';
import type { Role, SandboxUser } from '../types.js';

interface Account {
  readonly login: string;
  readonly enabled?: boolean;
  readonly admin?: boolean;
  readonly roles: Readonly<Record<string, Role>>;
}

/** Every role in every combination that a client meets; passwords are `sandbox-<name>`. */
const ACCOUNTS: readonly Account[] = [
  { login: 'admin', admin: true, roles: {} },
  { login: 'alice', roles: { GIFTDEMO: 'owner', FETALMRI: 'member' } },
  { login: 'bob', roles: { GIFTDEMO: 'member', FETALMRI: 'owner' } },
  { login: 'carol', roles: { GIFTDEMO: 'collaborator' } },
  { login: 'dave', roles: {} },
  // Registered, not yet approved by an administrator.
  { login: 'erin', enabled: false, roles: {} },
];

const PROJECTS = [
  { id: 'GIFTDEMO', name: 'GIFT-Cloud demonstration', description: 'Synthetic studies to try things with' },
  { id: 'FETALMRI', name: 'Fetal MRI', description: 'A second project, owned by somebody else' },
] as const;

export const SANDBOX_USERS: readonly SandboxUser[] = ACCOUNTS.map(({ login, roles }) => ({
  name: login,
  password: passwordOf(login),
  roles,
}));

export const SANDBOX_PROJECTS: readonly string[] = PROJECTS.map(({ id }) => id);

/** The stock site script: a fresh server has it, enabled (GIFT-Cloud server, observed). */
const SITE_SCRIPT =
  'project = "Unassigned" : (0008,1030) := (0008,1030)\n' +
  '(0008,1030) := project\n' +
  '(0010,0010) := subject\n' +
  '(0010,0020) := session\n';

function passwordOf(login: string): string {
  return `sandbox-${login}`;
}

/** The users of a fresh server. */
export function createUsers(store: ArchiveStore): void {
  for (const [index, account] of ACCOUNTS.entries()) {
    store.users.put(account.login, {
      login: account.login,
      password: passwordOf(account.login),
      firstName: account.login.charAt(0).toUpperCase() + account.login.slice(1),
      lastName: 'Sandbox',
      email: `${account.login}@example.invalid`,
      number: index + 1,
      enabled: account.enabled ?? true,
      admin: account.admin ?? false,
    });
  }
}

/** Projects and the site's configuration of a fresh server. */
export function createProjects(store: ArchiveStore): void {
  const now = Date.now();
  for (const { id, name, description } of PROJECTS) {
    const owner = ACCOUNTS.find((account) => account.roles[id] === 'owner')?.login ?? 'admin';
    store.projects.put(id, {
      id,
      number: store.next('project'),
      attributes: { name, description },
      accessibility: 'private',
      prearchiveCode: 4,
      roles: Object.fromEntries(
        ACCOUNTS.flatMap(({ login, roles }) => (roles[id] === undefined ? [] : [[login, roles[id]]])),
      ),
      inserted: now,
      insertedBy: owner,
      modified: now,
      eventId: store.nextEvent(),
    });
  }
  store.configs.put('|anon|script', {
    tool: 'anon',
    path: 'script',
    project: '',
    number: store.next('config'),
    version: 1,
    user: 'admin',
    created: now,
    reason: '',
    contents: SITE_SCRIPT,
    enabled: true,
  });
}
