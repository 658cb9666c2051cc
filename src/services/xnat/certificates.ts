import { X509Certificate } from 'node:crypto';
import type { ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { ConnectionOptions, PeerCertificate, TLSSocket } from 'node:tls';
import { cancelled, GiftCloudError } from '../support/errors.js';
import { certificateNotTrusted, connectionError } from './httpErrors.js';
import { proxyAgent } from './proxy.js';
import type { ServerAddress } from './serverAddress.js';
import { defaultLimits, watchRequest, type TimeLimits } from './timeLimits.js';

/** The certificate that a server shows, for a person to compare. */
export interface ShownCertificate {
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
}

export interface ProbeOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where proxies are named; left out inside the editor. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly limits?: TimeLimits;
}

/**
 * The server's certificate, from a TLS handshake on the way that requests take, through the proxy if there is one. The
 * request that opens the connection is never sent: a stranger at the address learns nothing.
 * @throws SERVER_UNREACHABLE, SERVER_TIMEOUT, CANCELLED, USAGE for an address without TLS.
 */
export async function probeServerCertificate(
  address: ServerAddress,
  { signal, environment, limits = defaultLimits }: ProbeOptions = {},
): Promise<ShownCertificate> {
  if (address.protocol !== 'https:') {
    throw new GiftCloudError('USAGE', 'The address is not https: there is no certificate.');
  }
  if (signal?.aborted) throw cancelled(signal.reason);
  const agent = (environment && proxyAgent(address, environment, {})) ?? new https.Agent();
  // The handshake must end before anybody can judge the certificate.
  const request = https.request({
    host: address.host,
    port: address.port,
    agent,
    rejectUnauthorized: false,
  });
  const done = new AbortController();
  try {
    return await new Promise((resolve, reject) => {
      watchRequest(request, limits, 'idle', reject);
      const leave = (): void => reject(cancelled(signal?.reason));
      signal?.addEventListener('abort', leave, { once: true, signal: done.signal });
      onCertificate(request, (certificate) => {
        if (certificate) resolve(shown(certificate));
        else reject(certificateNotTrusted());
      });
      request.once('error', (error) => reject(connectionError(error)));
      request.once('close', () => reject(connectionError(undefined)));
    });
  } finally {
    done.abort();
    request.destroy();
    agent.destroy();
  }
}

/**
 * TLS options of a request. They go with each request and not with the agent, which the editor replaces by its own. With
 * a pin Node's own judgement is off and `requirePin` takes its place: the name or the date of a certificate that a person
 * confirmed don't matter, and nothing but this very certificate is accepted.
 */
export function requestTls({ ca, pin }: { readonly ca?: string; readonly pin?: string }): ConnectionOptions {
  // A resumed session shows no certificate: every connection makes its own handshake.
  if (pin !== undefined) return { rejectUnauthorized: false, session: undefined };
  return ca === undefined ? {} : { ca };
}

/**
 * Lets a request go only to the server with this certificate. The fingerprint is compared on every connection, when the
 * handshake ends and before a byte of the request is sent; Node's own check has the same moment.
 */
export function requirePin(request: ClientRequest, pin: string): void {
  onCertificate(request, (certificate) => {
    if (certificate && sameFingerprint(certificate.fingerprint256, pin)) return;
    request.destroy(anotherCertificate());
  });
}

/** Calls back once with the certificate of the other side, undefined where the connection has none. */
function onCertificate(
  request: ClientRequest,
  then: (certificate: PeerCertificate | undefined) => void,
): void {
  request.once('socket', (socket: Socket & { readonly secureConnecting?: boolean }) => {
    const judge = (): void => then(certificateOf(socket));
    // A kept connection has its handshake behind it: whoever waited for one would let the request go unseen.
    if (socket.secureConnecting === true) socket.once('secureConnect', judge);
    else judge();
  });
}

/** Not `getPeerX509Certificate`, which gives the certificate once and nothing from then on (Node 20.20). */
function certificateOf(socket: Socket): PeerCertificate | undefined {
  if (!('getPeerCertificate' in socket)) return undefined;
  const certificate = (socket as TLSSocket).getPeerCertificate();
  return (certificate.raw as Buffer | undefined) ? certificate : undefined;
}

function shown({ fingerprint256, subject, issuer, valid_to: validTo }: PeerCertificate): ShownCertificate {
  return { fingerprint: fingerprint256, subject: nameOf(subject), issuer: nameOf(issuer), validTo };
}

function nameOf({ CN, O }: PeerCertificate['subject']): string {
  return [CN, O].flat().filter(Boolean).join(', ');
}

/** Fingerprints are the same whatever their case and separators. */
export function sameFingerprint(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/[^0-9a-f]/gi, '').toLowerCase();
  return plain(a).length === 64 && plain(a) === plain(b);
}

/** @throws USAGE for what is no SHA-256 fingerprint: 64 hex digits, with colons or without. */
export function assertFingerprint(text: string): void {
  if (/^(?:[0-9a-f]{2}[:\s]?){31}[0-9a-f]{2}$/i.test(text.trim())) return;
  throw new GiftCloudError('USAGE', 'This is no fingerprint of a certificate.', {
    hint: 'It is SHA-256: 64 digits 0-9 and A-F, with colons or without, as "openssl x509 -fingerprint -sha256" shows it.',
  });
}

/** @throws USAGE for a text without a certificate, which would leave the server without any trust. */
export function assertAuthorities(pem: string): void {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return;
  throw new GiftCloudError('USAGE', 'The file of the certificate authority holds no certificate.', {
    hint: 'It is a text file (PEM) with "-----BEGIN CERTIFICATE-----"; ask the administrator of the server for it.',
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function anotherCertificate(): GiftCloudError {
  return new GiftCloudError(
    'CERTIFICATE_NOT_TRUSTED',
    'The server shows another certificate than the one you confirmed.',
    {
      hint: 'Nothing was sent. Somebody may stand between you and the server; confirm a new certificate only after asking its administrator.',
    },
  );
}
