import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Answer } from './answers.js';
import { readAll } from './readAll.js';

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

/** Sends half of an answer's body and closes the connection. */
export async function dropMidBody(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Answer,
  headers: AnswerHeaders,
): Promise<void> {
  const body = answer.body instanceof Readable ? await readAll(answer.body) : Buffer.from(answer.body ?? '');
  // At least one byte is promised, so that also an empty answer ends too early for the client.
  const promised = answer.chunked === true ? {} : { 'Content-Length': String(Math.max(body.length, 1)) };
  response.writeHead(answer.status, { ...headers, ...typeHeader(answer), ...promised, ...answer.headers });
  response.write(body.subarray(0, body.length >> 1), () => request.socket.destroy());
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
