import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { cancelled, GiftCloudError, throwIfAborted } from '../support/errors.js';
import { readText } from './bodies.js';
import { httpError, serverMessage } from './httpErrors.js';
import { unexpectedAnswer } from './tables.js';
import type { HttpAnswer, HttpRequest, Transport } from './transport.js';

export interface Credentials {
  readonly userName: string;
  password(): Promise<string | undefined>;
}

/**
 * One web session (JSESSIONID): opened at first use, renewed when the server has forgotten it. However many requests find it
 * expired, one sign-in is made. A password that was refused is never sent again: XNAT locks accounts.
 */
export class WebSession {
  private id: string | undefined;
  private opening: Promise<string> | undefined;
  private password: string | undefined;
  /** By hash of the password. */
  private readonly refused = new Map<string, GiftCloudError>();
  private guestsWelcome = false;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: Credentials,
  ) {}

  /** Header of the session, after signing in when there is none. */
  async cookie(signal?: AbortSignal): Promise<string> {
    return cookieOf(this.id ?? (await this.open(signal)));
  }

  /**
   * Signs in with a request that is wanted anyway: one with Basic opens a session, whose id stands in its cookie (observed).
   * Only for what everybody may read. Undefined where that opened none, or there is one: then it is sent as usual.
   */
  async openBy(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer | undefined> {
    if (this.id !== undefined || this.opening !== undefined || this.guestsWelcome) return undefined;
    let answer: HttpAnswer | undefined;
    await this.open(signal, async (password) => {
      const headers = { Authorization: this.basic(password) };
      const sent = await this.transport.send({ ...request, headers });
      const body = await readText(sent.stream);
      if (sent.status === 401) throw refusal(sent.status, '', body);
      const id = sent.status === 200 ? sessionIdOf(sent) : undefined;
      if (id === undefined) return this.requestSession(password);
      answer = { ...sent, stream: Readable.from([Buffer.from(body, 'utf8')]) };
      return id;
    });
    return answer;
  }

  /**
   * The server no longer knows this session. A newer one stays.
   * @param asGuest the server answered all the same, as to somebody who is not signed in.
   */
  expired(cookie: string, asGuest = false): void {
    if (asGuest) this.guestsWelcome = true;
    if (this.id !== undefined && cookie === cookieOf(this.id)) this.id = undefined;
  }

  /** Tells the server that this session is in use, see `XnatClient`. What comes of it shows at the next request. */
  async touch(): Promise<void> {
    if (this.id === undefined) return;
    const request = {
      method: 'GET',
      path: '/data/JSESSION',
      headers: { Cookie: cookieOf(this.id) },
    } as const;
    const { stream } = await this.transport.send(request);
    await readText(stream);
  }

  async close(): Promise<void> {
    const id = this.id;
    this.id = undefined;
    this.password = undefined;
    if (id === undefined) return;
    const answer = await this.transport.send({
      method: 'DELETE',
      path: '/data/JSESSION',
      headers: { Cookie: cookieOf(id) },
      patience: 'goodbye',
    });
    await readText(answer.stream);
  }

  /** The sign-in is shared: who gives up waiting does not end it for the others. */
  private async open(
    signal: AbortSignal | undefined,
    request = (password: string): Promise<string> => this.requestSession(password),
  ): Promise<string> {
    throwIfAborted(signal);
    this.opening ??= this.signIn(request).finally(() => (this.opening = undefined));
    const opening = this.opening;
    if (!signal) return opening;
    return new Promise((resolve, reject) => {
      const leave = (): void => reject(cancelled(signal.reason));
      signal.addEventListener('abort', leave, { once: true });
      void opening.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
    });
  }

  private async signIn(request: (password: string) => Promise<string>): Promise<string> {
    const password = this.password ?? (await this.credentials.password());
    if (password === undefined || password === '') {
      throw new GiftCloudError('SIGN_IN_REQUIRED', 'There is no password to sign in with.', {
        hint: 'Sign in again.',
      });
    }
    const hash = createHash('sha256').update(password).digest('hex');
    const before = this.refused.get(hash);
    if (before) throw before;
    try {
      this.id = await request(password);
      this.password = password;
      return this.id;
    } catch (error) {
      this.password = undefined;
      if (GiftCloudError.is(error) && refusals.has(error.code)) this.refused.set(hash, error);
      throw error;
    }
  }

  private async requestSession(password: string): Promise<string> {
    const { status, headers, stream } = await this.transport.send({
      method: 'POST',
      path: '/data/JSESSION',
      headers: { Authorization: this.basic(password) },
    });
    const body = await readText(stream);
    if (status !== 200) throw refusal(status, String(headers['location'] ?? ''), body);
    const id = body.trim();
    if (!/^[\w.-]{8,128}$/.test(id)) throw unexpectedAnswer();
    if (this.guestsWelcome && (await this.isGuest(id))) throw onlyAsGuest();
    return id;
  }

  private basic(password: string): string {
    const pair = `${this.credentials.userName}:${password}`;
    return `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`;
  }

  /** Asked only where a server was seen to answer without a sign-in: it costs a request. */
  private async isGuest(id: string): Promise<boolean> {
    const { status, stream } = await this.transport.send({
      method: 'GET',
      path: '/data/auth',
      headers: { Cookie: cookieOf(id) },
    });
    const user = /User '(.*)' is logged in/.exec(await readText(stream))?.[1];
    return status !== 200 || user === undefined || user === 'guest';
  }
}

const refusals: ReadonlySet<string> = new Set(['SIGN_IN_REFUSED', 'ACCOUNT_NOT_ACTIVE']);

function sessionIdOf({ headers }: HttpAnswer): string | undefined {
  const cookies = [headers['set-cookie'] ?? []].flat();
  return cookies.flatMap((text) => /^JSESSIONID=([\w.-]{8,128})(?:;|$)/.exec(text)?.[1] ?? [])[0];
}

function cookieOf(id: string): string {
  return `JSESSIONID=${id}`;
}

function refusal(status: number, location: string, body: string): GiftCloudError {
  const inactive =
    /InactiveAccount|VerifyEmail/i.test(location) ||
    (status === 403 && /not (?:enabled|verified|active)|disabled/i.test(body));
  if (inactive) {
    return new GiftCloudError('ACCOUNT_NOT_ACTIVE', 'The account is not active yet.', {
      hint: 'New accounts wait for approval by the administrator of the server. Try again when you were told.',
      status,
    });
  }
  // An expired password leads to the page where it is changed, or to a bare 403 (XNAT's source).
  if (status === 403 || /UpdateUser|ChangePassword/i.test(location)) {
    return refused(
      status,
      'The server refused the sign-in.',
      body,
      'The password may have expired: sign in on the web site of the server and change it there.',
    );
  }
  if (status === 401) {
    return refused(
      status,
      'The server refused the user name or the password.',
      body,
      'Check both, upper and lower case matter. After many wrong passwords the server locks the account for an hour.',
    );
  }
  if (status >= 300 && status < 400) return unexpectedAnswer();
  if (status === 404) {
    return new GiftCloudError('UNEXPECTED_ANSWER', 'There is no GIFT-Cloud or XNAT server at this address.', {
      hint: 'Check the address; some servers live below a path such as https://host/xnat.',
      status,
    });
  }
  return httpError(status, body, 'sign in');
}

function refused(status: number, message: string, body: string, hint: string): GiftCloudError {
  const said = serverMessage(body);
  const quote = said === '' || /^Login attempt failed/.test(said) ? '' : ` The server said: "${said}".`;
  return new GiftCloudError('SIGN_IN_REFUSED', `${message}${quote}`, { hint, status });
}

function onlyAsGuest(): GiftCloudError {
  return new GiftCloudError('SIGN_IN_REFUSED', 'The server lets you in as a guest only.', {
    hint: 'Something between here and the server may take the sign-in away, for instance a proxy: ask its administrator.',
  });
}
