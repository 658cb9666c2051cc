import { GiftCloudError, systemErrorCode, throwIfAborted } from '../support/errors.js';
import { Semaphore } from '../support/semaphore.js';
import { isWebPage, readText } from './bodies.js';
import { httpError } from './httpErrors.js';
import { unexpectedAnswer } from './tables.js';
import type { HttpAnswer, HttpRequest, Transport } from './transport.js';
import type { WebSession } from './webSession.js';

export interface ClientRequest extends Omit<HttpRequest, 'body' | 'headers'> {
  /** The action in words that complete "You may not ...". */
  readonly what: string;
  /** Opened for each sending: a request is repeated after a renewed sign-in. */
  readonly body?: { open(): NonNullable<HttpRequest['body']> };
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TextAnswer {
  readonly status: number;
  readonly body: string;
}

const retryable: ReadonlySet<number> = new Set([502, 503, 504]);
const pauses = [300, 1200];

/**
 * Requests in a session: signs in when needed, repeats a request once after the session had expired, limits how many run
 * at once. Reading is tried again when a connection breaks; writing never is: the caller looks at what arrived.
 */
export class XnatClient {
  private readonly small = new Semaphore(4);

  constructor(
    private readonly transport: Transport,
    private readonly session: WebSession,
  ) {}

  /** A request with a small text answer; `accept` are the statuses that are no error. */
  async text(request: ClientRequest, accept: readonly number[], signal?: AbortSignal): Promise<TextAnswer> {
    return this.small.run(async () => {
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await this.send(request, signal);
          const body = await readText(answer.stream);
          if (accept.includes(answer.status)) return { status: answer.status, body };
          throw httpError(answer.status, body, request.what);
        } catch (error) {
          const pause = pauses[attempt];
          if (request.method !== 'GET' || pause === undefined || !mayPass(error)) throw error;
          await sleep(pause * (0.5 + Math.random()), signal);
        }
      }
    }, signal);
  }

  /** A request whose answer is read as a stream; only 200 and 206 are answers. */
  async stream(request: ClientRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.send(request, signal);
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

  private async send(request: ClientRequest, signal: AbortSignal | undefined): Promise<HttpAnswer> {
    const cookie = await this.session.cookie(signal);
    const first = await this.sendOnce(request, cookie, signal);
    if (!isSignedOut(first)) return first;
    await readText(first.stream);
    this.session.expired(cookie);
    const again = await this.sendOnce(request, await this.session.cookie(signal), signal);
    if (!isSignedOut(again)) return again;
    await readText(again.stream);
    throw httpError(401, '', request.what);
  }

  private sendOnce(
    { what: _what, body, headers, ...request }: ClientRequest,
    cookie: string,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    return this.transport.send(
      { ...request, headers: { ...headers, Cookie: cookie }, ...(body && { body: body.open() }) },
      signal,
    );
  }
}

/** 401 always means "no session" (observed); a redirect goes to the login page. */
function isSignedOut({ status, headers }: HttpAnswer): boolean {
  return status === 401 || (status === 302 && /login|InactiveAccount/i.test(headers['location'] ?? ''));
}

function mayPass(error: unknown): boolean {
  if (!(error instanceof GiftCloudError)) return false;
  if (error.status !== undefined) return retryable.has(error.status);
  return (
    error.code === 'SERVER_UNREACHABLE' &&
    ['ECONNRESET', 'EPIPE'].includes(systemErrorCode(error.cause) ?? '')
  );
}

async function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
  throwIfAborted(signal);
}

/** Refuses a web page where data was expected. @throws UNEXPECTED_ANSWER */
export function dataOnly(body: string): string {
  if (isWebPage(body)) throw unexpectedAnswer();
  return body;
}
