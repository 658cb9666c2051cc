import { createReadStream, createWriteStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { SandboxContext } from '../context.js';
import { Refusal, statusPage } from './answers.js';
import type { Exchange } from './exchange.js';
import { boundaryOf, multipartFiles } from './multipart.js';

export interface ReceivedFile {
  /** Name in the form; blank for a body that is the file itself. */
  readonly fileName: string;
  /** Spooled in the work folder; the receiver moves or discards it. */
  readonly path: string;
  readonly size: number;
}

const IN_BODY = 'In-body File posts must include the file directly as the body of the message.';

/**
 * The files of a request's body, spooled to disk so that memory does not grow with them. `emptyStatus` answers a
 * missing length or an empty body: 500 for files, 400 for imports (GIFT-Cloud server, observed).
 */
export async function receiveFiles(
  context: SandboxContext,
  exchange: Exchange,
  emptyStatus: 400 | 500,
): Promise<ReceivedFile[]> {
  const length = Number(exchange.headers['content-length'] ?? '0');
  const multipart = exchange.contentType === 'multipart/form-data';
  if (exchange.contentType === '' && !exchange.flag('inbody')) {
    throw new Refusal(
      statusPage(
        400,
        `You tried to ${exchange.method} a payload of ${length} B to this service, but didn't provide any data. ` +
          'If you think you sent data to upload, you can try to PUT with the query-string parameter inbody=true ' +
          'or use multipart/form-data encoding.',
      ),
    );
  }
  // Chunked bodies have no length and are never accepted.
  if (!(length > 0)) throw new Refusal(statusPage(emptyStatus, IN_BODY));
  const spool = context.blobs.temporary();
  try {
    await pipeline(exchange.body, createWriteStream(spool, { mode: 0o600 }));
    const { size } = await stat(spool);
    if (size !== length) throw new Error('the client went away');
    if (!multipart) return [{ fileName: '', path: spool, size }];
  } catch (error) {
    await context.blobs.discard(spool);
    throw error;
  }
  try {
    return await splitForm(context, exchange, spool);
  } finally {
    await context.blobs.discard(spool);
  }
}

async function splitForm(
  context: SandboxContext,
  exchange: Exchange,
  spool: string,
): Promise<ReceivedFile[]> {
  const boundary = boundaryOf(exchange.headers['content-type'] ?? '');
  if (boundary === undefined) throw new Refusal(statusPage(400));
  const received: ReceivedFile[] = [];
  for (const { fileName, start, end } of await multipartFiles(spool, boundary)) {
    const path = context.blobs.temporary();
    const target = createWriteStream(path, { mode: 0o600 });
    if (end > start) await pipeline(createReadStream(spool, { start, end: end - 1 }), target);
    else await new Promise<void>((resolve) => target.end(() => resolve()));
    received.push({ fileName, path, size: Math.max(end - start, 0) });
  }
  return received;
}
