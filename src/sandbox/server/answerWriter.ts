import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './answers.js';
import { ByteSource } from '../zip/byteSource.js';

/** The container reads this much of a body that nobody wanted before it gives up on the connection. */
const SWALLOW_BYTES = 2 * 1024 * 1024;

export type AnswerHeaders = Record<string, string | string[]>;

/** Sends an answer, after what is left of the request has been read. */
export async function writeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers?: AnswerHeaders,
): Promise<void> {
  if (!request.complete) await drain(request, SWALLOW_BYTES);
  if (request.socket.destroyed) {
    if (answer.body instanceof Readable) answer.body.destroy();
    return;
  }
  const length =
    answer.chunked === true || answer.body instanceof Readable || answer.status === 304
      ? {}
      : { 'Content-Length': String(Buffer.byteLength(answer.body ?? '')) };
  response.writeHead(answer.status, {
    ...headers,
    ...typeHeader(answer),
    ...length,
    ...(answer.close === true ? { Connection: 'close' } : {}),
    ...(answer.chunked === true && request.method === 'HEAD' ? { 'Transfer-Encoding': 'chunked' } : {}),
    ...answer.headers,
  });
  if (answer.hang === true) {
    response.flushHeaders();
    return;
  }
  if (request.method === 'HEAD') {
    if (answer.body instanceof Readable) answer.body.destroy();
    response.end();
  } else if (answer.body instanceof Readable) {
    await pipeline(answer.body, response);
  } else if (answer.chunked === true) {
    // Two writes make node:http send it chunked.
    response.write(answer.body ?? '');
    response.end();
  } else {
    response.end(answer.body);
  }
}

/**
 * Sends the beginning of an answer: so many bytes of its body, half unless told, never all of it. An archive whose
 * length nobody knows is cut within its first bytes.
 */
export async function writePart(
  response: ServerResponse,
  answer: Answer,
  headers: AnswerHeaders,
  afterBytes?: number,
): Promise<void> {
  const { body = '' } = answer;
  const streamed = body instanceof Readable;
  const known = streamed ? Number(answer.headers?.['Content-Length'] ?? NaN) : Buffer.byteLength(body);
  // At least one byte is promised, so that also an empty answer ends too early for the client.
  const promised =
    answer.chunked === true || streamed ? {} : { 'Content-Length': String(Math.max(known, 1)) };
  response.writeHead(answer.status, { ...headers, ...typeHeader(answer), ...promised, ...answer.headers });
  const half = Number.isNaN(known) ? 16 : known >> 1;
  const limit = Math.min(afterBytes ?? half, Number.isNaN(known) ? Number.POSITIVE_INFINITY : known - 1);
  const source = new ByteSource(streamed ? body : Readable.from([Buffer.from(body)]));
  response.flushHeaders();
  for await (const piece of source.pieces(limit)) {
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
  }
  if (streamed) body.destroy();
}

/** Reads a body to its end, or until too much came. */
export async function drain(body: Readable, limit: number): Promise<void> {
  if (body.readableEnded || body.destroyed) return;
  let seen = 0;
  const sink = new PassThrough();
  sink.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > limit) body.unpipe(sink).pause();
  });
  await new Promise<void>((resolve) => {
    body
      .once('end', resolve)
      .once('close', resolve)
      .once('error', () => resolve())
      .once('pause', resolve);
    body.pipe(sink);
  });
}

function typeHeader(answer: Answer): Record<string, string> {
  return answer.type === undefined ? {} : { 'Content-Type': answer.type };
}
