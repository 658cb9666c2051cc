import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { RequestRecord } from '../types.js';
import { BodyTap } from './bodyTap.js';
import { flatten } from './exchange.js';

const MAX_RECORDS = 200_000;

/** Which requests came, and with `capture` what was in them. */
export class RequestLog {
  readonly requests: RequestRecord[] = [];

  constructor(private readonly capture: boolean) {}

  add(request: IncomingMessage): RequestRecord {
    const url = request.url ?? '/';
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

  /** The body to read from; the request itself where nobody watches: no extra copy for large uploads. */
  bodyOf(request: IncomingMessage, record: RequestRecord, dropAfter?: number): Readable {
    if (!this.capture && dropAfter === undefined) return request;
    const tap = new BodyTap(dropAfter ?? Number.POSITIVE_INFINITY, () => request.socket.destroy());
    request.on('error', () => tap.destroy(new Error('the client went away')));
    request.on('aborted', () => tap.destroy(new Error('the client went away')));
    tap.on('error', () => undefined);
    request.pipe(tap);
    tap.once('end', () => {
      record.body = tap.captured;
    });
    return tap;
  }
}
