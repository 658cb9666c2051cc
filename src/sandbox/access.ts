import type { ArchiveStore } from './store/archiveStore.js';
import type { ProjectRecord, UserRecord } from './store/model.js';
import type { Role } from './types.js';
import type { Session } from './server/sessions.js';

/**
 * Who may do what, per session. The real server keeps a user's groups in the session once it has seen any: a
 * member added later stays shut out and a removed one goes on reading until the next login (GIFT-Cloud server,
 * observed). A user without any group is looked up anew each time.
 */
export class Access {
  constructor(
    private readonly store: ArchiveStore,
    private readonly staleCaches: boolean,
  ) {}

  roleOf(user: UserRecord, session: Session, project: ProjectRecord): Role | undefined {
    if (user.admin) return 'owner';
    return this.rolesOf(user, session).get(project.id);
  }

  /** Roles in all projects, as this session sees them. */
  rolesOf(user: UserRecord, session: Session): ReadonlyMap<string, Role> {
    if (session.roles !== undefined) return session.roles;
    const roles = new Map<string, Role>();
    for (const project of this.store.projects.values()) {
      const role = project.roles[user.login];
      if (role !== undefined) roles.set(project.id, role);
    }
    if (this.staleCaches && roles.size > 0) session.roles = roles;
    return roles;
  }

  /** Roles that are really granted: the extension's routes and project searches by role need no more. */
  canRead(user: UserRecord, session: Session, project: ProjectRecord): boolean {
    return project.accessibility === 'public' || this.roleOf(user, session, project) !== undefined;
  }

  /** Protected projects are visible, their content is not. */
  canSee(user: UserRecord, session: Session, project: ProjectRecord): boolean {
    return project.accessibility !== 'private' || this.canRead(user, session, project);
  }

  canEdit(user: UserRecord, session: Session, project: ProjectRecord): boolean {
    const role = this.roleOf(user, session, project);
    return role === 'owner' || role === 'member';
  }

  canDelete(user: UserRecord, session: Session, project: ProjectRecord): boolean {
    return this.roleOf(user, session, project) === 'owner';
  }
}
