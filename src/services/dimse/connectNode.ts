import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { cancelled, GiftCloudError, systemErrorCode, throwIfAborted } from '../support/errors.js';
import type { Association } from './association.js';
import { DimseFault } from './dimseFault.js';
import { AssociationRejected, requestAssociation, type Proposal } from './handshake.js';
import type { RemoteNode } from './listenerTypes.js';
import { tlsRules } from './tlsRules.js';

const connectMs = 15_000;
/** Time for the last bytes of a connection that ends. */
const closeMs = 2_000;

/**
 * Opens an association with a node, works with it, and releases it. Errors of `work` go through; those of the network are
 * sentences for people. @throws NODE_UNREACHABLE, NODE_TIMEOUT, NODE_REJECTED, NODE_TLS, NODE_BROKEN, CANCELLED
 */
export async function withAssociation<T>(
  node: RemoteNode,
  proposal: Omit<Proposal, 'calledAe'>,
  work: (association: Association) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  throwIfAborted(signal);
  let socket: Socket | undefined;
  const stop = (): void => void socket?.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  let association: Association | undefined;
  try {
    socket = await openSocket(node, signal);
    association = await requestAssociation(socket, { ...proposal, calledAe: node.aeTitle });
    const result = await work(association);
    await association.release();
    return result;
  } catch (error) {
    if (signal?.aborted) throw cancelled(error);
    association?.abort(0);
    throw nodeError(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    const last = socket;
    if (last) {
      last.end();
      setTimeout(() => last.destroy(), closeMs).unref();
    }
  }
}

function openSocket(node: RemoteNode, signal: AbortSignal | undefined): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port, tls } = node;
    const socket = tls
      ? connectTls({ host, port, ...tlsRules, ca: tls.ca, cert: tls.cert, key: tls.key })
      : connectTcp({ host, port });
    const finish = (error?: unknown): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      socket.off('error', finish);
      // Whoever works with the connection learns from its end that it broke.
      socket.on('error', () => undefined);
      if (error === undefined) resolve(socket);
      else {
        socket.destroy();
        reject(error instanceof Error ? error : new DimseFault('closed', 'the connection was closed'));
      }
    };
    const stop = (): void => finish(cancelled(signal?.reason));
    const timer = setTimeout(() => finish(new DimseFault('timeout', 'no connection')), connectMs);
    signal?.addEventListener('abort', stop, { once: true });
    socket.setNoDelay(true);
    socket.once('error', finish);
    socket.once(tls ? 'secureConnect' : 'connect', () => finish());
  });
}

const rejectionTexts: Readonly<Record<string, readonly [text: string, hint: string]>> = {
  '1/1/7': [
    'The DICOM node does not answer to this AE title.',
    'Check the AE title of the node: upper and lower case count.',
  ],
  '1/1/3': [
    'The DICOM node does not know our AE title.',
    'Ask its administrator to enter our AE title, address and port.',
  ],
};

/** The node is silent. @param hint what to look at */
export function noAnswer(hint: string): GiftCloudError {
  return new GiftCloudError('NODE_TIMEOUT', 'The DICOM node did not answer in time.', {
    hint,
    retryable: true,
  });
}

function nodeError(error: unknown): unknown {
  if (error instanceof AssociationRejected) {
    const { result, source, reason } = error.rejection;
    const code = `${result}/${source}/${reason}`;
    const [text, hint] = rejectionTexts[code] ?? [
      `The DICOM node rejected the association (${code}).`,
      result === 2 ? 'It may be busy: try again later.' : 'Ask the administrator of the node.',
    ];
    return new GiftCloudError('NODE_REJECTED', text, { hint, retryable: result === 2 });
  }
  if (error instanceof DimseFault) {
    return error.kind === 'timeout'
      ? noAnswer('Check address and port; a firewall may swallow the connection.')
      : new GiftCloudError('NODE_BROKEN', 'The DICOM node ended the connection or did not speak DICOM.', {
          hint: 'Check the port, and whether the node wants TLS.',
          retryable: true,
        });
  }
  const code = systemErrorCode(error);
  if (code === undefined || GiftCloudError.is(error)) return error;
  if (code === 'ETIMEDOUT') return nodeError(new DimseFault('timeout', 'no connection'));
  if (code === 'ECONNRESET' || code === 'EPIPE') return nodeError(new DimseFault('closed', 'reset'));
  if (/^(?:ERR_SSL|ERR_TLS|CERT_|UNABLE_|SELF_SIGNED|DEPTH_ZERO|EPROTO)/.test(code)) {
    return new GiftCloudError('NODE_TLS', `The secure connection to the DICOM node failed (${code}).`, {
      hint: 'Check whether the node speaks TLS, and the certificate authority that is set for it.',
    });
  }
  return new GiftCloudError('NODE_UNREACHABLE', `The DICOM node can't be reached (${code}).`, {
    hint:
      code === 'ECONNREFUSED'
        ? 'Nothing listens there: check the port and whether the program runs.'
        : 'Check the address and the network.',
    retryable: true,
  });
}
