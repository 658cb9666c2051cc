import { createReadStream } from 'node:fs';
import type { SandboxContext } from '../context.js';
import { ByteSource } from '../zip/byteSource.js';
import { writeFrom } from '../zip/fileSink.js';
import { refuse, type Refusal } from './answers.js';
import type { Exchange } from './exchange.js';
import { boundaryOf, multipartFiles } from './multipart.js';

export interface ReceivedFile {
  /** Name in the form; blank for a body that is the file itself. */
  readonly fileName: string;
  /** Its bytes, straight from the connection where the body is the file. */
  readonly source: ByteSource;
}

export interface Reception {
  readonly files: readonly ReceivedFile[];
  /** Reads what nobody wanted, so that the answer reaches a client that is still sending. */
  readonly end: () => Promise<void>;
}

const IN_BODY = 'In-body File posts must include the file directly as the body of the message.';

/**
 * The files of a request's body. `emptyStatus` answers a missing length or an empty body: 500 for files, 400 for
 * imports (GIFT-Cloud server, observed).
 */
export async function receiveFiles(
  context: SandboxContext,
  exchange: Exchange,
  emptyStatus: 400 | 500,
): Promise<Reception> {
  const length = Number(exchange.headers['content-length'] ?? '0');
  if (exchange.contentType === '' && !exchange.flag('inbody')) throw untyped(exchange.method, length);
  // Chunked bodies have no length and are never accepted.
  if (!(length > 0)) throw refuse(emptyStatus, IN_BODY);
  const body = new ByteSource(exchange.body);
  if (exchange.contentType === 'multipart/form-data') return splitForm(context, exchange, body);
  return { files: [{ fileName: '', source: body }], end: () => body.drain() };
}

function untyped(method: string, length: number): Refusal {
  return refuse(
    400,
    `You tried to ${method} a payload of ${length} B to this service, but didn't provide any data. ` +
      'If you think you sent data to upload, you can try to PUT with the query-string parameter inbody=true ' +
      'or use multipart/form-data encoding.',
  );
}

/** A form is spooled first: where its parts end shows only when the next boundary has come. */
async function splitForm(context: SandboxContext, exchange: Exchange, body: ByteSource): Promise<Reception> {
  const boundary = boundaryOf(exchange.headers['content-type'] ?? '');
  if (boundary === undefined) throw refuse(400);
  const spool = context.blobs.temporary();
  try {
    await writeFrom(body.pieces(), spool);
    const files = (await multipartFiles(spool, boundary)).map(({ fileName, start, end }) => ({
      fileName,
      source: new ByteSource(part(spool, start, end)),
    }));
    return {
      files,
      end: async () => {
        for (const { source } of files) await source.drain();
        await context.blobs.discard(spool);
      },
    };
  } catch (error) {
    await context.blobs.discard(spool);
    throw error;
  }
}

/** Opens the spool only when the part is read. */
async function* part(spool: string, start: number, end: number): AsyncGenerator<Buffer> {
  if (end <= start) return;
  for await (const chunk of createReadStream(spool, { start, end: end - 1 })) yield chunk as Buffer;
}
