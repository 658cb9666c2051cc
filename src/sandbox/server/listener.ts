import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestRecord } from '../types.js';
import type { SandboxContext } from '../context.js';
import { containerPage, empty, Refusal, statusPage, text, type Answer } from './answers.js';
import { writeAnswer, writePart, type AnswerHeaders } from './answerWriter.js';
import { BodyTap } from './bodyTap.js';
import { control } from './control.js';
import { decodeSegment, Exchange, flatten } from './exchange.js';
import { injectFault } from './faultInjection.js';
import type { FaultPlan, FaultRule } from './faults.js';
import { readAll } from './readAll.js';
import type { Router } from './router.js';
import { isBrowser, loginPage, sessionCookie, SignIn } from './signIn.js';

const MAX_RECORDS = 200_000;
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

/** From a request of `node:http` to the bytes of its answer: recording, faults, sign-in, routing, writing. */
export class Listener {
  readonly requests: RequestRecord[] = [];
  private readonly signIn: SignIn;

  constructor(
    private readonly context: SandboxContext,
    private readonly router: Router,
    private readonly faults: FaultPlan,
    private readonly capture: boolean,
  ) {
    this.signIn = new SignIn(context.store, context.sessions);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.serve(request, response).catch(() => request.socket.destroy());
  };

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    if (url.startsWith('/__sandbox/')) {
      await writeAnswer(request, response, await control(request, this.faults, this.requests));
      return;
    }
    const record = this.record(request, url);
    const fault = this.faults.strike(request.method ?? 'GET', url);
    const body = this.bodyOf(request, record, fault);
    response.once('finish', () => {
      record.status = response.statusCode;
    });
    if (fault !== undefined && (await injectFault(fault, this.context.sessions, request, response, body)))
      return;
    const trimmings = { session: '', expiry: false, negotiated: false };
    let answer: Answer;
    try {
      answer = await this.answer(request, body, trimmings);
    } catch (error) {
      if (request.socket.destroyed) return;
      answer = error instanceof Refusal ? error.answer : statusPage(500);
      if (!(error instanceof Refusal))
        record.problem = error instanceof Error ? error.message : String(error);
    }
    await this.deliver(request, response, answer, this.headersOf(answer, trimmings), fault);
    if (body instanceof BodyTap) record.body = body.captured;
  }

  private async deliver(
    request: IncomingMessage,
    response: ServerResponse,
    answer: Answer,
    headers: AnswerHeaders,
    fault: FaultRule | undefined,
  ): Promise<void> {
    switch (fault?.action) {
      case 'dropAnswer':
        request.socket.destroy();
        break;
      case 'dropMidBody':
        await writePart(response, answer, headers, fault.afterBytes);
        request.socket.destroy();
        break;
      case 'stall':
        await writePart(response, answer, headers, fault.afterBytes);
        break;
      default:
        await writeAnswer(request, response, answer, headers);
    }
  }

  private record(request: IncomingMessage, url: string): RequestRecord {
    const [path = '', query] = url.split('?', 2);
    const names = query === undefined ? '' : `?${query.replace(/=[^&]*/g, '')}`;
    const record: RequestRecord = {
      method: request.method ?? 'GET',
      path: path + names,
      status: 0,
      ...(this.capture ? { url, headers: flatten(request) } : {}),
    };
    // A sandbox that runs for days must not grow without end.
    if (this.requests.length >= MAX_RECORDS) this.requests.splice(0, MAX_RECORDS / 2);
    this.requests.push(record);
    return record;
  }

  /** The request itself where nobody watches: no extra copy for large uploads. */
  private bodyOf(request: IncomingMessage, record: RequestRecord, fault: FaultRule | undefined): Readable {
    const dropping = fault?.action === 'dropUpload';
    if (!this.capture && !dropping) return request;
    const limit = dropping ? (fault.afterBytes ?? 1) : Number.POSITIVE_INFINITY;
    const tap = new BodyTap(limit, () => request.socket.destroy());
    request.on('error', () => tap.destroy(new Error('the client went away')));
    request.on('aborted', () => tap.destroy(new Error('the client went away')));
    tap.on('error', () => undefined);
    request.pipe(tap);
    tap.once('end', () => {
      record.body = tap.captured;
    });
    return tap;
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
    const controller = new AbortController();
    request.once('close', () => {
      if (!request.complete) controller.abort();
    });
    const exchange = new Exchange(
      request,
      body,
      segments,
      query,
      signedIn.user,
      signedIn.session,
      match.params,
      controller.signal,
    );
    return match.handler(exchange);
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
