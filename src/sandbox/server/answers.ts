import { STATUS_CODES } from 'node:http';
import type { Readable } from 'node:stream';

/** What a route answers; the listener writes it. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer | Readable;
  /** The server sends tables, items and archives chunked, everything else with a length. */
  readonly chunked?: boolean;
  /** Errors that the servlet container and not the application made: no application headers. */
  readonly container?: boolean;
  /** The real server closes the connection after 400 and 500. */
  readonly close?: boolean;
  /** No answer goes on after the headers: the range beyond the end of a file. */
  readonly hang?: boolean;
}

/** Thrown by routes to answer at once. */
export class Refusal extends Error {
  constructor(readonly answer: Answer) {
    super(`status ${answer.status}`);
  }
}

const LATIN = 'charset=ISO-8859-1';

/** Wording and chapter of RFC 2616 in the status page of the application's framework. */
const STATUS_TEXTS: Readonly<Record<number, readonly [text: string, section: string]>> = {
  400: ['The request could not be understood by the server due to malformed syntax', '10.4.1'],
  401: ['The request requires user authentication', '10.4.2'],
  403: ['The server understood the request, but is refusing to fulfill it', '10.4.4'],
  404: ['The server has not found anything matching the request URI', '10.4.5'],
  405: [
    'The method specified in the request is not allowed for the resource identified by the request URI',
    '10.4.6',
  ],
  406: [
    'The resource identified by the request is only capable of generating response entities which have content characteristics not acceptable according to the accept headers sent in the request',
    '10.4.7',
  ],
  409: [
    'The request could not be completed due to a conflict with the current state of the resource',
    '10.4.10',
  ],
  417: ['The expectation given in the Expect request-header could not be met by this server', '10.4.18'],
  422: ['Unprocessable entity', ''],
  500: [
    'The server encountered an unexpected condition which prevented it from fulfilling the request',
    '10.5.1',
  ],
};

/** The application's own error page; its `<h3>` is the message. */
export function statusPage(status: number, message?: string, headers?: Record<string, string>): Answer {
  const [text, section] = STATUS_TEXTS[status] ?? [STATUS_CODES[status] ?? 'Error', '10'];
  const link =
    status === 422
      ? 'http://www.webdav.org/specs/rfc2518.html#STATUS_422'
      : `http://www.w3.org/Protocols/rfc2616/rfc2616-sec10.html#sec${section}`;
  const body =
    `<html>\n<head>\n   <title>Status page</title>\n</head>\n<body>\n<h3>${message ?? text}</h3>` +
    `<p>You can get technical details <a href="${link}">here</a>.<br>\n` +
    `Please continue your visit at our <a href="/">home page</a>.\n</p>\n</body>\n</html>\n`;
  return {
    status,
    type: `text/html;${LATIN}`,
    body,
    close: status === 400 || status === 500,
    ...(headers === undefined ? {} : { headers }),
  };
}

/** What the container explains below the message. */
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: 'The server cannot or will not process the request due to something that is perceived to be a client error (e.g., malformed request syntax, invalid request message framing, or deceptive request routing).',
  401: 'The request has not been applied because it lacks valid authentication credentials for the target resource.',
  403: 'The server understood the request but refuses to authorize it.',
  404: 'The origin server did not find a current representation for the target resource or is not willing to disclose that one exists.',
  405: 'The method received in the request-line is known by the origin server but not supported by the target resource.',
  507: 'The method could not be performed on the resource because the server is unable to store the representation needed to successfully complete the request.',
};

/** The servlet container's error page. */
export function containerPage(status: number, message: string, headers?: Record<string, string>): Answer {
  const title = `HTTP Status ${status} – ${STATUS_CODES[status] ?? ''}`;
  const body =
    `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1>` +
    `<hr class="line" /><p><b>Type</b> Status Report</p><p><b>Message</b> ${escapeHtml(message)}</p>` +
    `<p><b>Description</b> ${DESCRIPTIONS[status] ?? ''}</p>` +
    `<hr class="line" /><h3>Apache Tomcat</h3></body></html>`;
  return {
    status,
    type: 'text/html;charset=utf-8',
    body,
    container: true,
    close: status === 400,
    ...(headers === undefined ? {} : { headers }),
  };
}

/** The container's page, asked for by a part of the application: with the application's headers. */
export function sentError(status: number, message: string): Answer {
  return { ...containerPage(status, message), container: false };
}

export function refuse(status: number, message?: string): Refusal {
  return new Refusal(statusPage(status, message));
}

export function notFound(): Refusal {
  return refuse(404);
}

export function text(body: string, status = 200): Answer {
  return { status, type: `text/plain;${LATIN}`, body };
}

export function uriList(body: string): Answer {
  return { status: 200, type: `text/uri-list;${LATIN}`, body };
}

export function empty(status = 200): Answer {
  return { status };
}

export function json(body: string): Answer {
  return { status: 200, type: 'application/json', body, chunked: true };
}

export function xml(body: string, status = 200): Answer {
  return { status, type: 'text/xml', body, chunked: true };
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"/]/g, (character) => {
    const entities: Record<string, string> = {
      '&': '&amp;',
      '<': '&lt;',
      '>': '&gt;',
      '"': '&quot;',
      '/': '&#47;',
    };
    return entities[character] ?? character;
  });
}

export function escapeXml(value: string): string {
  return value.replace(/[&<>"]/g, (character) => {
    const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
    return entities[character] ?? character;
  });
}
