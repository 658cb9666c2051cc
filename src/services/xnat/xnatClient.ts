import { delay } from '../support/abortableDelay.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import { Semaphore } from '../support/semaphore.js';
import { isWebPage, readText } from './bodies.js';
import { httpError } from './httpErrors.js';
import { unexpectedAnswer } from './tables.js';
import type { HttpAnswer, HttpRequest, Transport } from './transport.js';
import type { WebSession } from './webSession.js';

export interface ClientRequest extends Omit<HttpRequest, 'body' | 'headers' | 'once'> {
  /** The action in words that complete "You may not ...". */
  readonly what: string;
  /** Everybody may read this: where there is no session it opens one, and saves the request for that. */
  readonly opensSession?: true;
  /** Opened for each sending: a request is repeated after a renewed sign-in. */
  readonly body?: { open(): NonNullable<HttpRequest['body']> };
}

export interface TextAnswer {
  readonly status: number;
  readonly body: string;
}

/** Statuses that mean "not now" rather than "no". */
const passing: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Before the second and the third try. */
const pauses = [300, 1200];
/** A session ends after a quarter of an hour without a request; one that takes longer does not count while it runs. */
const touchEveryMs = 5 * 60_000;
/** A server may ask for a longer pause (Retry-After, RFC 9110 10.2.3); nobody waits longer than this for a list. */
const longestPause = 10_000;

/**
 * Requests in a session: signs in when needed, repeats a request once after the session had expired, limits how many run
 * at once. Reading is tried again when a connection breaks; writing never is: the caller looks at what arrived.
 */
export class XnatClient {
  /** Questions and small writes; uploads have a limit of their own and must not keep the tree waiting. */
  private readonly small = new Semaphore(4);

  constructor(
    private readonly transport: Transport,
    private readonly session: WebSession,
    private readonly touchEvery = touchEveryMs,
  ) {}

  /** A request with a small text answer; `accept` are the statuses that are no error. */
  async text(request: ClientRequest, accept: readonly number[], signal?: AbortSignal): Promise<TextAnswer> {
    if (!request.body) return this.small.run(() => this.exchange(request, accept, signal), signal);
    const touch = setInterval(() => void this.session.touch().catch(() => undefined), this.touchEvery);
    try {
      return await this.exchange(request, accept, signal);
    } finally {
      clearInterval(touch);
    }
  }

  /** A request whose answer is read as a stream; only 200 and 206 are answers. */
  async stream(request: ClientRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const { answer } = await this.send(request, signal);
    if (answer.status === 200 || answer.status === 206) return answer;
    throw httpError(answer.status, await readText(answer.stream), request.what);
  }

  /** Opens a session if there is none. */
  async signIn(signal?: AbortSignal): Promise<void> {
    await this.session.cookie(signal);
  }

  async close(): Promise<void> {
    try {
      await this.session.close();
    } finally {
      this.transport.close();
    }
  }

  private async exchange(
    request: ClientRequest,
    accept: readonly number[],
    signal: AbortSignal | undefined,
  ): Promise<TextAnswer> {
    for (let attempt = 0; ; attempt++) {
      let wanted = 0;
      try {
        const { answer, cookie } = await this.send(request, signal);
        wanted = Number(answer.headers['retry-after'] ?? 0) * 1000;
        const body = await readText(answer.stream);
        if (!accept.includes(answer.status)) throw httpError(answer.status, body, request.what);
        if (answer.status === 200 && request.query?.['format'] === 'json' && isWebPage(body)) {
          // A login page under status 200: the next try signs in again.
          this.session.expired(cookie);
          if (attempt === 0) continue;
          throw unexpectedAnswer();
        }
        return { status: answer.status, body };
      } catch (error) {
        const pause = pauses[attempt];
        if (request.method !== 'GET' || pause === undefined || !mayPass(error)) throw error;
        const longer = wanted > 0 ? Math.min(wanted, longestPause) : 0;
        await delay(Math.max(longer, pause * (0.5 + Math.random())), signal);
      }
    }
  }

  private async send(
    request: ClientRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly answer: HttpAnswer; readonly cookie: string }> {
    for (let attempt = 1; ; attempt++) {
      const opened = request.opensSession && (await this.session.openBy(plainRequest(request), signal));
      const cookie = await this.session.cookie(signal);
      if (opened) return { answer: opened, cookie };
      const answer = await this.sendOnce(request, cookie, signal);
      const asGuest = hasNewSession(answer, cookie);
      if (!asGuest && !isSignedOut(answer)) return { answer, cookie };
      this.session.expired(cookie, asGuest && !isSignedOut(answer));
      await discard(answer);
      if (attempt === 2) throw httpError(401, '', request.what);
    }
  }

  private sendOnce(
    request: ClientRequest,
    cookie: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    const body = request.body && { body: request.body.open() };
    // A write that broke may have been done all the same: the answer to a second one would say nothing of the first.
    const once = request.method !== 'GET';
    const sent = { ...plainRequest(request), once, headers: { Cookie: cookie }, ...body };
    return this.transport.send(sent, signal);
  }
}

/** What the transport takes of a request, without its body. */
function plainRequest({
  what: _what,
  opensSession: _opens,
  body: _body,
  ...plain
}: ClientRequest): HttpRequest {
  return plain;
}

/** 401 always means "no session" (observed); a redirect goes to the login page. */
function isSignedOut({ status, headers }: HttpAnswer): boolean {
  return (
    status === 401 || (status === 302 && /login|InactiveAccount/i.test(String(headers['location'] ?? '')))
  );
}

/**
 * Whether the answer opens another session than the one of the request: the server has forgotten ours. With a live session
 * it sends no JSESSIONID (observed). A site that lets guests in says nothing else: its answer is 200, to a guest.
 */
function hasNewSession({ headers }: HttpAnswer, cookie: string): boolean {
  const cookies = [headers['set-cookie'] ?? []].flat();
  return cookies.some((text) => text.startsWith('JSESSIONID=') && text.split(';')[0] !== cookie);
}

/** A small answer nobody wants is read, so that its connection can be kept; a large one is cut off. */
async function discard({ headers, stream }: HttpAnswer): Promise<void> {
  if (Number(headers['content-length'] ?? 0) > 65_536) stream.destroy();
  else await readText(stream).catch(() => undefined);
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof GiftCloudError)) return false;
  if (error.status !== undefined) return passing.has(error.status);
  return (
    error.code === 'SERVER_UNREACHABLE' &&
    ['ECONNRESET', 'EPIPE'].includes(systemErrorCode(error.cause) ?? '')
  );
}

/** Refuses a web page where data was expected. @throws UNEXPECTED_ANSWER */
export function dataOnly(body: string): string {
  if (isWebPage(body)) throw unexpectedAnswer();
  return body;
}
