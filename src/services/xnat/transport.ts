import axios, { type AxiosInstance } from 'axios';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import type { ConnectionOptions } from 'node:tls';
import { cancelled } from '../support/errors.js';
import { pinnedTlsOptions } from './certificates.js';
import { connectionError, timedOut } from './httpErrors.js';
import { proxyAgent } from './proxy.js';
import type { ServerAddress } from './serverAddress.js';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the address of the server; segments already percent-encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: { readonly stream: Readable; readonly length: number; readonly type: string };
  /** How long nothing may move in either direction, in ms. */
  readonly patience?: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly stream: Readable;
}

export interface TransportOptions {
  readonly address: ServerAddress;
  readonly userAgent: string;
  readonly ca?: string;
  readonly pin?: string;
  /** Proxies are taken from here; left out inside the editor, which applies its own settings. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Limits in ms; the reasons stand in docs/architecture.md. */
export const limits = { connect: 15_000, idle: 60_000, slowWrite: 600_000 } as const;

/**
 * HTTP to one server: one fixed User-Agent that no server takes for a browser, no redirects followed, connections kept, time
 * limits on connecting and on silence. Errors: SERVER_UNREACHABLE, SERVER_TIMEOUT, CERTIFICATE_NOT_TRUSTED, CANCELLED.
 */
export class Transport {
  private client: Promise<AxiosInstance> | undefined;
  private agents: http.Agent[] = [];

  constructor(private readonly options: TransportOptions) {}

  async send(request: HttpRequest, signal?: AbortSignal): Promise<HttpAnswer> {
    if (signal?.aborted) throw cancelled(signal.reason);
    const client = await this.connectedClient(signal);
    const stop = new AbortController();
    const cancel = (): void => stop.abort();
    signal?.addEventListener('abort', cancel, { once: true });
    const watch = { late: false };
    try {
      const response = await client.request<Readable>({
        method: request.method,
        url: this.options.address.base + request.path + queryText(request.query),
        headers: {
          ...request.headers,
          ...(request.body && {
            'Content-Type': request.body.type,
            'Content-Length': String(request.body.length),
          }),
        },
        data: request.body?.stream,
        signal: stop.signal,
        transport: watched(this.options.address, request.patience ?? limits.idle, () => (watch.late = true)),
      });
      // An answer that came before the whole body was read: the rest is of no use to anybody.
      if (response.status >= 300) request.body?.stream.destroy();
      response.data.once('close', () => signal?.removeEventListener('abort', cancel));
      return {
        status: response.status,
        headers: response.headers as HttpAnswer['headers'],
        stream: response.data,
      };
    } catch (error) {
      request.body?.stream.destroy();
      signal?.removeEventListener('abort', cancel);
      if (signal?.aborted) throw cancelled(signal.reason);
      throw watch.late
        ? timedOut(error)
        : connectionError(axios.isAxiosError(error) ? (error.cause ?? error) : error);
    }
  }

  close(): void {
    for (const agent of this.agents) agent.destroy();
    this.agents = [];
    this.client = undefined;
  }

  private connectedClient(signal: AbortSignal | undefined): Promise<AxiosInstance> {
    this.client ??= this.makeClient(signal).catch((error: unknown) => {
      this.client = undefined;
      throw error;
    });
    return this.client;
  }

  private async makeClient(signal: AbortSignal | undefined): Promise<AxiosInstance> {
    const { address, userAgent, ca, pin, environment } = this.options;
    const tls: ConnectionOptions =
      pin !== undefined && address.protocol === 'https:'
        ? await pinnedTlsOptions(address, pin, signal)
        : ca === undefined
          ? {}
          : { ca };
    const settings = { keepAlive: true, noDelay: true, maxSockets: 16, ...tls };
    const agent = address.protocol === 'http:' ? new http.Agent(settings) : new https.Agent(settings);
    const proxied = environment && proxyAgent(address, environment, tls);
    this.agents.push(agent);
    return axios.create({
      adapter: 'http',
      httpAgent: agent,
      httpsAgent: proxied ?? agent,
      proxy: false,
      maxRedirects: 0,
      maxBodyLength: Infinity,
      maxContentLength: Infinity,
      decompress: false,
      responseType: 'stream',
      validateStatus: () => true,
      // Bodies are read as they come: a compressed one would be taken for a damaged file.
      headers: { common: { 'User-Agent': userAgent, Accept: '*/*', 'Accept-Encoding': 'identity' } },
      transformRequest: [(data: unknown): unknown => data],
    });
  }
}

function queryText(query: Readonly<Record<string, string>> | undefined): string {
  const text = Object.entries(query ?? {})
    .map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`)
    .join('&');
  return text === '' ? '' : `?${text}`;
}

/**
 * Node's own request function with a watch on the socket: it must connect in time, and from then on bytes must move within
 * `patience`. Counts both directions, so that a slow upload is not taken for a dead one.
 */
function watched(address: ServerAddress, patience: number, onLate: () => void): unknown {
  const native = address.protocol === 'http:' ? http : https;
  return {
    request(
      options: http.RequestOptions,
      callback: (response: http.IncomingMessage) => void,
    ): http.ClientRequest {
      const request = native.request(options, callback);
      const started = Date.now();
      let moved = -1;
      let movedAt = started;
      const timer = setInterval(() => {
        const now = Date.now();
        const { socket } = request;
        const connected = socket !== null && !socket.connecting;
        const bytes = connected ? socket.bytesRead + socket.bytesWritten : -1;
        if (bytes !== moved) {
          moved = bytes;
          movedAt = now;
        }
        if (connected ? now - movedAt < patience : now - started < limits.connect) return;
        onLate();
        request.destroy(Object.assign(new Error('no bytes moved in time'), { code: 'ETIMEDOUT' }));
      }, 1000);
      timer.unref();
      request.once('close', () => clearInterval(timer));
      return request;
    },
  };
}
