import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { UserRecord } from '../store/model.js';
import type { Session } from './sessions.js';

/** One request as the routes see it. */
export class Exchange {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    request: IncomingMessage,
    /** The body; the only place to read it from. */
    readonly body: Readable,
    readonly query: URLSearchParams,
    readonly user: UserRecord,
    readonly session: Session,
    /** Named parts of the path below `/data` or `/REST`, still percent-encoded. */
    private readonly params: ReadonlyMap<string, string>,
  ) {
    this.method = request.method ?? 'GET';
    this.headers = flatten(request);
  }

  /** A decoded named part of the path; the route's pattern guarantees that it is there. */
  param(name: string): string {
    return decodeSegment(this.rawParam(name));
  }

  /** As sent, not decoded: the extension stores pseudonyms that way. */
  rawParam(name: string): string {
    const value = this.params.get(name);
    if (value === undefined) throw new Error(`the route has no part ${name}`);
    return value;
  }

  has(name: string): boolean {
    return this.params.has(name);
  }

  flag(name: string): boolean {
    return this.query.get(name) === 'true';
  }

  get format(): string {
    return this.query.get('format') ?? '';
  }

  get contentType(): string {
    return (this.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  }
}

export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

export function flatten(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
