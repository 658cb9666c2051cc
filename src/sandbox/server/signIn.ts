import type { IncomingMessage } from 'node:http';
import type { ArchiveStore } from '../store/archiveStore.js';
import type { UserRecord } from '../store/model.js';
import { containerPage, statusPage, type Answer } from './answers.js';
import { newSessionId, type Session, type Sessions } from './sessions.js';

/** Wrong passwords after which an account is locked, and for how long: the defaults of the real server. */
const MAX_FAILURES = 20;
const LOCK_MS = 60 * 60 * 1000;

/** User-Agents that the server takes for a person at a browser. */
const BROWSER = /Mozilla|MSIE|AppleWebKit|Opera/;

export type SignedIn =
  | { readonly user: UserRecord; readonly session: Session; readonly isNew: boolean }
  | { readonly refused: Answer; readonly cookie: string };

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Who a request comes from: cookie first, then Basic; alias tokens count as user names. */
export class SignIn {
  private readonly failures = new Map<string, { count: number; lockedUntil: number }>();

  constructor(
    private readonly store: ArchiveStore,
    private readonly sessions: Sessions,
  ) {}

  identify(request: IncomingMessage): SignedIn {
    const cookie = this.sessions.find(sessionCookie(request));
    const header = request.headers.authorization;
    if (header === undefined) {
      const user = cookie === undefined ? undefined : this.store.users.get(cookie.login);
      if (cookie !== undefined && user !== undefined) return { user, session: cookie, isNew: false };
      return { refused: isBrowser(request) ? loginPage(401) : challenge(), cookie: newSessionId() };
    }
    // Anything but Basic breaks the server's filter (GIFT-Cloud server, observed with Bearer).
    if (!/^basic /i.test(header)) return { refused: statusPage(500), cookie: newSessionId() };
    const credentials = decodeBasic(header);
    const checked = credentials === undefined ? wrongPassword() : this.check(credentials);
    if (!('login' in checked)) return { refused: checked, cookie: newSessionId() };
    if (cookie?.login === checked.login) return { user: checked, session: cookie, isNew: false };
    if (cookie !== undefined) this.sessions.end(cookie.id);
    return { user: checked, session: this.sessions.open(checked.login), isNew: true };
  }

  /** The user of a name and a password, or the refusal. */
  check({ name, password }: Credentials): UserRecord | Answer {
    const state = this.failures.get(name);
    if (state !== undefined && state.lockedUntil > Date.now()) return wrongPassword();
    const token = this.store.tokens.get(name);
    const user = this.store.users.get(token?.login ?? name);
    const right = token === undefined ? user?.password === password : token.secret === password;
    if (user === undefined || !right || password === '') {
      this.countFailure(name);
      return wrongPassword();
    }
    this.failures.delete(name);
    // Not recorded; in the source of the server an account that is not enabled is sent to this page.
    if (!user.enabled) return inactive();
    return user;
  }

  private countFailure(name: string): void {
    const state = this.failures.get(name) ?? { count: 0, lockedUntil: 0 };
    state.count += 1;
    if (state.count >= MAX_FAILURES) {
      state.lockedUntil = Date.now() + LOCK_MS;
      state.count = 0;
    }
    this.failures.set(name, state);
  }
}

export function isBrowser(request: IncomingMessage): boolean {
  return BROWSER.test(request.headers['user-agent'] ?? '');
}

export function sessionCookie(request: IncomingMessage): string | undefined {
  return /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
}

/** No or dead session: the one 401 that names a way to sign in. */
function challenge(): Answer {
  return statusPage(401, undefined, { 'WWW-Authenticate': 'Basic realm="XNAT Protected Area"' });
}

/** A refused password: the container's page, without `WWW-Authenticate` (GIFT-Cloud server, observed). */
function wrongPassword(): Answer {
  return containerPage(401, 'Login attempt failed. Please try again.');
}

function inactive(): Answer {
  return { status: 302, headers: { Location: '/app/template/InactiveAccount.vm' }, container: true };
}

export function loginPage(status: number): Answer {
  const body =
    '<!DOCTYPE html>\n<html><head><title>GIFT-Cloud</title></head><body>' +
    '<form name="form1" method="post" action="/login"><input name="login_method"/>' +
    '<input type="text" name="username"/><input type="password" name="password"/></form></body></html>';
  return { status, type: 'text/html', body, chunked: true };
}

function decodeBasic(header: string): Credentials | undefined {
  const decoded = Buffer.from(header.slice('basic '.length).trim(), 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { name: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}
