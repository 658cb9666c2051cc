import { randomBytes } from 'node:crypto';
import type { Role } from '../types.js';

export interface Session {
  readonly id: string;
  /** Blank until somebody signed in on it. */
  login: string;
  lastUsed: number;
  /** Project ID to role, as the session first saw them; see `Access`. */
  roles: Map<string, Role> | undefined;
}

/** Live sessions; they die with the process. */
export class Sessions {
  private readonly sessions = new Map<string, Session>();

  constructor(readonly timeoutMs: number) {}

  /** The live session of a cookie; using it restarts its idle time. */
  find(id: string | undefined): Session | undefined {
    if (id === undefined) return undefined;
    const session = this.sessions.get(id);
    if (session === undefined) return undefined;
    if (Date.now() - session.lastUsed > this.timeoutMs) {
      this.sessions.delete(id);
      return undefined;
    }
    session.lastUsed = Date.now();
    return session;
  }

  open(login: string): Session {
    this.sweep();
    const id = newSessionId();
    const session: Session = { id, login, lastUsed: Date.now(), roles: undefined };
    this.sessions.set(id, session);
    return session;
  }

  end(id: string): void {
    this.sessions.delete(id);
  }

  endAll(): void {
    this.sessions.clear();
  }

  countOf(login: string): number {
    return [...this.sessions.values()].filter((session) => session.login === login).length;
  }

  private sweep(): void {
    if (this.sessions.size < 1000) return;
    const limit = Date.now() - this.timeoutMs;
    for (const [id, session] of this.sessions) if (session.lastUsed < limit) this.sessions.delete(id);
  }
}

/** 32 upper-case hexadecimal digits, as the servlet container makes them. */
export function newSessionId(): string {
  return randomBytes(16).toString('hex').toUpperCase();
}
