import type { AxiosInstance } from 'axios';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { cancelled, systemErrorCode, type GiftCloudError } from '../support/errors.js';
import { requestTls, requirePin } from './certificates.js';
import { connectionError } from './httpErrors.js';
import { proxyAgent } from './proxy.js';
import type { ServerAddress } from './serverAddress.js';
import { defaultLimits, watchRequest, type Patience, type TimeLimits } from './timeLimits.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the address of the server; segments already percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly stream: Readable; readonly length: number; readonly type: string };
  /** Never sent a second time, not even when a kept connection turns out to be closed. */
  readonly once?: boolean;
  /** How long nothing may move in either direction; `idle` unless told otherwise. */
  readonly patience?: Patience;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly stream: Readable;
}

export interface TransportOptions {
  readonly address: ServerAddress;
  readonly userAgent: string;
  /** PEM text of the authorities to trust, instead of those of the system. */
  readonly ca?: string;
  /** SHA-256 fingerprint of the only certificate to trust. */
  readonly pin?: string;
  /** Proxies are taken from here; left out inside the editor, which applies its own settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly limits?: TimeLimits;
}

/** More than the callers use at once, so that no request waits for a connection. */
const connections = 16;

/** Below the 20 s after which Tomcat closes an idle connection: rather a new one than one that is just being closed. */
const keepIdleMs = 15_000;

/** Every try on a dead connection takes it out of the pool; a fresh one comes at the latest then. */
const triesOnKeptConnections = connections + 1;

/**
 * HTTP to one server: one fixed User-Agent that no server takes for a browser, no redirects followed, connections kept, time
 * limits on connecting and on silence. Errors: SERVER_UNREACHABLE, SERVER_TIMEOUT, CERTIFICATE_NOT_TRUSTED, CANCELLED.
 */
export class Transport {
  private readonly agent: http.Agent;
  private readonly proxied: boolean;
  private client: Promise<AxiosInstance> | undefined;

  /** @throws USAGE for a proxy address that is none */
  constructor(private readonly options: TransportOptions) {
    const { address, environment } = options;
    const settings = { keepAlive: true, maxSockets: connections, timeout: keepIdleMs };
    const proxied = environment && proxyAgent(address, environment, settings);
    this.proxied = proxied !== undefined;
    this.agent =
      proxied ?? (address.protocol === 'http:' ? new http.Agent(settings) : new https.Agent(settings));
  }

  /**
   * Sends one request. Once more on another connection when a kept one turned out to be closed by the server before a
   * byte of an answer came, unless there is a body, which could not be read twice.
   */
  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    for (let attempt = 1; ; attempt++) {
      const sent = new SentRequest(this.options, request.patience ?? 'idle');
      try {
        return await this.sendOnce(request, sent, signal);
      } catch (error) {
        const mayRepeat = request.body === undefined && request.once !== true;
        if (!mayRepeat || attempt === triesOnKeptConnections || !sent.wasStale(error))
          throw connectionError(error, this.proxied);
      }
    }
  }

  close(): void {
    this.agent.destroy();
  }

  /** Loaded with the first request: axios takes 18 MB and a third of the time to start, and local work needs none of it. */
  private async makeClient(): Promise<AxiosInstance> {
    const { default: axios } = await import('axios');
    return axios.create({
      adapter: 'http',
      httpAgent: this.agent,
      httpsAgent: this.agent,
      proxy: false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'stream',
      validateStatus: () => true,
      // Bodies are read as they come: a compressed one would be taken for a damaged file.
      headers: {
        common: { 'User-Agent': this.options.userAgent, Accept: '*/*', 'Accept-Encoding': 'identity' },
      },
      transformRequest: [(data: unknown): unknown => data],
    });
  }

  private async sendOnce(
    request: HttpRequest,
    sent: SentRequest,
    signal: AbortSignal | undefined,
  ): Promise<HttpAnswer> {
    if (signal?.aborted) throw cancelled(signal.reason);
    const cancel = (): void => sent.stop.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    const { body } = request;
    try {
      const client = await (this.client ??= this.makeClient());
      const { status, headers, data } = await client.request<Readable>({
        method: request.method,
        url: this.options.address.base + request.path + queryText(request.query),
        headers: {
          ...request.headers,
          ...(body && { 'Content-Type': body.type, 'Content-Length': String(body.length) }),
        },
        data: body?.stream,
        signal: sent.stop.signal,
        transport: sent,
      });
      data.once('close', () => {
        signal?.removeEventListener('abort', cancel);
        body?.stream.destroy();
      });
      // Refused before the whole body was read: the rest is of no use to anybody.
      if (body && status >= 300) sent.stopSending(body.stream);
      return { status, headers: headers as HttpAnswer['headers'], stream: data };
    } catch (error) {
      body?.stream.destroy();
      signal?.removeEventListener('abort', cancel);
      if (signal?.aborted) throw cancelled(signal.reason);
      throw sent.late ?? belowAxios(error);
    }
  }
}

/** The error that axios wrapped into its own, which says nothing more. */
function belowAxios(error: unknown): unknown {
  return error instanceof Error && 'isAxiosError' in error ? (error.cause ?? error) : error;
}

/** Node's own request function as axios takes it, with a look at what becomes of the one request made. */
class SentRequest {
  /** Ends the request. */
  readonly stop = new AbortController();
  /** Set when a time limit ended the request. */
  late: GiftCloudError | undefined;
  private sent: http.ClientRequest | undefined;

  constructor(
    private readonly options: TransportOptions,
    private readonly patience: Patience,
  ) {}

  request(
    options: http.RequestOptions,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const { address, pin, limits } = this.options;
    const native = address.protocol === 'http:' ? http : https;
    const sent = native.request({ ...options, ...requestTls(this.options) }, onAnswer);
    if (pin !== undefined && address.protocol === 'https:') requirePin(sent, pin);
    watchRequest(sent, limits ?? defaultLimits, this.patience, (error) => {
      this.late = error;
      this.stop.abort();
    });
    this.sent = sent;
    return sent;
  }

  /** Whether a kept connection broke before an answer: the server had closed it meanwhile. */
  wasStale(error: unknown): boolean {
    return this.sent?.reusedSocket === true && ['ECONNRESET', 'EPIPE'].includes(systemErrorCode(error) ?? '');
  }

  /** Ends the sending of a body, not the reading of the answer; the connection is not used again. */
  stopSending(body: Readable): void {
    const { sent } = this;
    if (!sent || sent.writableFinished) return;
    body.unpipe(sent);
    body.once('close', () => sent.destroy());
  }
}

function queryText(query: Readonly<Record<string, string>> | undefined): string {
  const text = Object.entries(query ?? {})
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}
