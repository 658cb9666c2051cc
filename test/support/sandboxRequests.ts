import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { Sandbox } from '../../src/sandbox/sandbox.js';

export interface Exchanged {
  readonly status: number;
  readonly type: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
  readonly chunked?: boolean;
  /** Set to keep the default Content-Type away from a body. */
  readonly contentType?: string | null;
}

/** Requests as a plain program makes them: nothing followed, nothing repeated, no connection kept. */
export class SandboxUser {
  private constructor(
    private readonly sandbox: Pick<Sandbox, 'url'>,
    readonly cookie: string,
  ) {}

  static async signIn(sandbox: Pick<Sandbox, 'url'>, name: string): Promise<SandboxUser> {
    const answer = await send(sandbox, 'POST', '/data/JSESSION', { headers: basic(name) });
    if (answer.status !== 200) throw new Error(`sign-in of ${name}: ${answer.status}`);
    return new SandboxUser(sandbox, answer.text);
  }

  request(method: string, path: string, options: RequestOptions = {}): Promise<Exchanged> {
    const headers = { Cookie: `JSESSIONID=${this.cookie}`, ...options.headers };
    return send(this.sandbox, method, path, { ...options, headers });
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Exchanged> {
    return this.request('GET', path, { headers });
  }

  put(path: string): Promise<Exchanged> {
    return this.request('PUT', path);
  }

  /** Rows of a list. */
  async rows(path: string): Promise<Record<string, string>[]> {
    const separator = path.includes('?') ? '&' : '?';
    const answer = await this.get(`${path}${separator}format=json`);
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status}`);
    const document = JSON.parse(answer.text) as { ResultSet: { Result: Record<string, string>[] } };
    return document.ResultSet.Result;
  }

  upload(path: string, body: Buffer | string, options: RequestOptions = {}): Promise<Exchanged> {
    return this.request('PUT', path, { ...options, body });
  }
}

export function basic(name: string, password = `sandbox-${name}`): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}` };
}

export function send(
  sandbox: Pick<Sandbox, 'url'>,
  method: string,
  path: string,
  options: RequestOptions = {},
): Promise<Exchanged> {
  const { body, contentType = 'application/zip' } = options;
  const headers: Record<string, string> = { 'User-Agent': 'SandboxContract', ...options.headers };
  if (body !== undefined && contentType !== null) headers['Content-Type'] ??= contentType;
  if (options.chunked === true) headers['Transfer-Encoding'] = 'chunked';
  else if (method !== 'GET' && method !== 'HEAD')
    headers['Content-Length'] = String(Buffer.byteLength(body ?? ''));
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${sandbox.url}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          headers: response.headers,
          bytes,
          text: bytes.toString('utf8'),
        });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** The message of a status page. */
export function messageOf(answer: Exchanged): string {
  return /<h3>([\s\S]*?)<\/h3>/.exec(answer.text)?.[1] ?? '';
}
