import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { SandboxContext } from '../context.js';
import { containerPage, empty, Refusal, statusPage, text, type Answer } from './answers.js';
import type { AnswerHeaders } from './answerWriter.js';
import { decodeSegment, Exchange, flatten } from './exchange.js';
import { readAll } from './readAll.js';
import type { Router } from './router.js';
import { isBrowser, loginPage, sessionCookie, SignIn } from './signIn.js';

const VARY = 'Accept-Charset, Accept-Encoding, Accept-Language, Accept';

/** What goes with an answer whatever it says. */
interface Trimmings {
  /** Session cookie to set; blank means none. */
  session: string;
  /** Whether the cookie that tells the idle limit is set. */
  expiry: boolean;
  /** Whether the answer was chosen by the request's `Accept` headers. */
  negotiated: boolean;
}

export interface Reply {
  readonly answer: Answer;
  readonly headers: AnswerHeaders;
  /** What went wrong inside, behind a plain 500. */
  readonly problem?: string;
}

/** The web application and its container: sign-in, addresses, routing, and the headers that every answer has. */
export class Application {
  private readonly signIn: SignIn;

  constructor(
    private readonly context: SandboxContext,
    private readonly router: Router,
  ) {
    this.signIn = new SignIn(context.store, context.sessions);
  }

  async reply(request: IncomingMessage, body: Readable): Promise<Reply> {
    const trimmings = { session: '', expiry: false, negotiated: false };
    try {
      const answer = await this.answer(request, body, trimmings);
      return { answer, headers: this.headersOf(answer, trimmings) };
    } catch (error) {
      const answer = error instanceof Refusal ? error.answer : statusPage(500);
      const headers = this.headersOf(answer, trimmings);
      if (error instanceof Refusal) return { answer, headers };
      return { answer, headers, problem: error instanceof Error ? error.message : String(error) };
    }
  }

  private async answer(request: IncomingMessage, body: Readable, trimmings: Trimmings): Promise<Answer> {
    const method = request.method ?? 'GET';
    const [rawPath, rawQuery] = splitUrl(request.url ?? '/');
    if (/%2f/i.test(rawPath)) return containerPage(400, 'Invalid URI: noSlash');
    if (method === 'TRACE') return containerPage(405, 'TRACE method is not allowed', { Allow: 'OPTIONS' });
    const segments = this.segmentsOf(rawPath);
    if (segments === undefined) {
      if (rawPath === '/' || rawPath.startsWith('/app/')) return loginPage(200);
      trimmings.expiry = true;
      return containerPage(404, `The requested resource [${rawPath}] is not available`);
    }
    // The two addresses that need no sign-in.
    const open = segments[0] === 'version' || (segments[0] === 'services' && segments[1] === 'auth');
    const signedIn = this.signIn.identify(request);
    if (open) {
      if ('refused' in signedIn) trimmings.session = signedIn.cookie;
      return this.answerOpen(method, segments, body, trimmings);
    }
    if ('refused' in signedIn) {
      trimmings.session = signedIn.cookie;
      trimmings.expiry = signedIn.refused.container !== true;
      return signedIn.refused;
    }
    trimmings.expiry = true;
    if (signedIn.isNew) {
      trimmings.session = signedIn.session.id;
      this.context.access.rolesOf(signedIn.user, signedIn.session);
    }
    if (isBrowser(request) && !signedIn.isNew && ['PUT', 'POST', 'DELETE'].includes(method)) {
      return csrfRefusal(request);
    }
    const query = new URLSearchParams(rawQuery);
    const routed = method === 'HEAD' ? 'GET' : method;
    if (method === 'OPTIONS')
      return { status: 200, headers: { Allow: allow(this.router.methodsOf(segments)) } };
    const match = this.router.match(routed, segments);
    if (match === undefined) return this.unrouted(segments);
    // The user's cache is no resource that negotiates (GIFT-Cloud server, observed).
    trimmings.negotiated = routed === 'GET' && segments[1] !== 'cache';
    const { user, session } = signedIn;
    return match.handler(new Exchange(request, body, query, user, session, match.params));
  }

  private async answerOpen(
    method: string,
    segments: readonly string[],
    body: Readable,
    trimmings: Trimmings,
  ): Promise<Answer> {
    trimmings.expiry = true;
    if (segments[0] === 'version') {
      trimmings.negotiated = true;
      return segments.length === 1 ? text('Unknown version') : statusPage(404);
    }
    if (method !== 'PUT' && method !== 'POST') return statusPage(405);
    const form = new URLSearchParams((await readAll(body)).toString('utf8'));
    const name = form.get('username') ?? '';
    const checked = this.signIn.check({ name, password: form.get('password') ?? '' });
    if (!('login' in checked)) return statusPage(500, 'Bad credentials');
    trimmings.session = this.context.sessions.open(checked.login).id;
    return empty();
  }

  /** Segments below `/data` or `/REST`, `archive` taken off; undefined outside the application's services. */
  private segmentsOf(rawPath: string): string[] | undefined {
    if (!rawPath.startsWith(`${this.context.contextPath}/`)) return undefined;
    const segments = rawPath.slice(this.context.contextPath.length + 1).split('/');
    const service = segments.shift();
    if (service !== 'data' && service !== 'REST') return undefined;
    // Sessions live outside the archive: `/data/archive/JSESSION` is not found (GIFT-Cloud server, observed).
    if (segments[0] === 'archive' && segments[1] !== 'JSESSION') segments.shift();
    if (segments.at(-1) === '' && !segments.includes('files')) segments.pop();
    return segments;
  }

  private unrouted(segments: readonly string[]): Answer {
    const methods = this.router.methodsOf(segments);
    if (methods.length > 0) return statusPage(405, undefined, { Allow: allow(methods) });
    // The project route takes every unknown path below a project, and does not understand it.
    const [first, project = '', second = ''] = segments;
    const below = first === 'projects' && !['subjects', 'experiments', ''].includes(second);
    return statusPage(below && this.context.store.projects.get(decodeSegment(project)) ? 400 : 404);
  }

  private headersOf(answer: Answer, trimmings: Trimmings): AnswerHeaders {
    const set: string[] = [];
    const path = this.context.contextPath === '' ? '/' : this.context.contextPath;
    if (trimmings.session !== '') set.push(`JSESSIONID=${trimmings.session}; Path=${path}; HttpOnly`);
    if (trimmings.expiry) {
      const value = `${Date.now()},${this.context.sessions.timeoutMs}`;
      set.push(`SESSION_EXPIRATION_TIME="${value}"; Version=1; Path=/`);
    }
    return {
      ...(set.length === 0 ? {} : { 'Set-Cookie': set }),
      ...(answer.container === true
        ? {}
        : { Server: 'Noelios-Restlet-Engine/1.1.6', 'Accept-Ranges': 'bytes' }),
      ...(trimmings.negotiated && answer.status < 400 ? { Vary: VARY } : {}),
    };
  }
}

function splitUrl(url: string): [string, string] {
  const mark = url.indexOf('?');
  return mark < 0 ? [url, ''] : [url.slice(0, mark), url.slice(mark + 1)];
}

function allow(methods: readonly string[]): string {
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}

/** Browsers need a token for writing; the page repeats the request's headers, session cookie included (observed). */
function csrfRefusal(request: IncomingMessage): Answer {
  const { method = '', socket } = request;
  const headers = flatten(request);
  const [path] = splitUrl(request.url ?? '/');
  const remote = socket.remoteAddress ?? '';
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return statusPage(
    500,
    `java.lang.Exception: Invalid submit value (${method} on URL: http://${headers['host'] ?? ''}${path} ` +
      `from ${remote} (${socket.remotePort ?? 0}) user: ${remote}\nHeaders:\n${lines.join('')}\n ` +
      `Cookies:\nJSESSIONID ${sessionCookie(request) ?? ''} -1 null\n)`,
  );
}
