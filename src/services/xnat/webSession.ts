import { createHash } from 'node:crypto';
import { GiftCloudError } from '../support/errors.js';
import { readText } from './bodies.js';
import { httpError, serverMessage } from './httpErrors.js';
import { unexpectedAnswer } from './tables.js';
import type { Transport } from './transport.js';

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
  private refused: string | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly credentials: Credentials,
  ) {}

  /** Header of the session, after signing in when there is none. */
  async cookie(signal?: AbortSignal): Promise<string> {
    const id = this.id ?? (await this.open(signal));
    return `JSESSIONID=${id}`;
  }

  /** The server no longer knows this session. A newer one stays. */
  expired(cookie: string): void {
    if (this.id !== undefined && cookie === `JSESSIONID=${this.id}`) this.id = undefined;
  }

  async close(): Promise<void> {
    const id = this.id;
    this.id = undefined;
    this.password = undefined;
    if (id === undefined) return;
    const answer = await this.transport.send({
      method: 'DELETE',
      path: '/data/JSESSION',
      headers: { Cookie: `JSESSIONID=${id}` },
    });
    await readText(answer.stream);
  }

  private open(signal: AbortSignal | undefined): Promise<string> {
    this.opening ??= this.signIn(signal).finally(() => (this.opening = undefined));
    return this.opening;
  }

  private async signIn(signal: AbortSignal | undefined): Promise<string> {
    const password = this.password ?? (await this.credentials.password());
    if (password === undefined || password === '') {
      throw new GiftCloudError('SIGN_IN_REQUIRED', 'There is no password to sign in with.', {
        hint: 'Sign in again.',
      });
    }
    const fingerprint = createHash('sha256').update(password).digest('hex');
    if (fingerprint === this.refused) throw refusedError('');
    const basic = Buffer.from(`${this.credentials.userName}:${password}`, 'utf8').toString('base64');
    const answer = await this.transport.send(
      { method: 'POST', path: '/data/JSESSION', headers: { Authorization: `Basic ${basic}` } },
      signal,
    );
    const body = await readText(answer.stream);
    if (answer.status === 200) {
      const id = body.trim();
      if (!/^[\w.-]{8,128}$/.test(id)) throw unexpectedAnswer();
      this.password = password;
      this.id = id;
      return id;
    }
    this.password = undefined;
    throw this.refusal(answer.status, answer.headers['location'] ?? '', body, fingerprint);
  }

  private refusal(status: number, location: string, body: string, fingerprint: string): GiftCloudError {
    const inactive =
      /InactiveAccount|VerifyEmail/i.test(location) ||
      (status === 403 && /not (?:enabled|verified|active)|disabled/i.test(body));
    if (inactive) {
      this.refused = fingerprint;
      return new GiftCloudError('ACCOUNT_NOT_ACTIVE', 'The account is not active yet.', {
        hint: 'New accounts wait for approval by the administrator of the server. Try again when you were told.',
        status,
      });
    }
    if (status === 401) {
      this.refused = fingerprint;
      return refusedError(serverMessage(body));
    }
    if (status >= 300 && status < 400) return unexpectedAnswer();
    if (status === 404) {
      return new GiftCloudError(
        'UNEXPECTED_ANSWER',
        'There is no GIFT-Cloud or XNAT server at this address.',
        {
          hint: 'Check the address; some servers live below a path such as https://host/xnat.',
          status,
        },
      );
    }
    return httpError(status, body, 'sign in');
  }
}

function refusedError(said: string): GiftCloudError {
  const quote = said === '' || /^Login attempt failed/.test(said) ? '' : ` The server said: ${said}`;
  return new GiftCloudError('SIGN_IN_REFUSED', `The server refused the user name or the password.${quote}`, {
    hint: 'Check both, upper and lower case matter. After many wrong passwords the server locks the account for an hour.',
    status: 401,
  });
}
