import { createHash } from 'node:crypto';
import { connect, type ConnectionOptions, type PeerCertificate } from 'node:tls';
import { GiftCloudError } from '../support/errors.js';
import { certificateNotTrusted, connectionError, timedOut } from './httpErrors.js';
import type { ServerAddress } from './serverAddress.js';

/** The certificate that a server shows, for a person to compare. */
export interface ShownCertificate {
  /** SHA-256 of the certificate, upper-case hex with colons. */
  readonly fingerprint: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validTo: string;
  readonly pem: string;
}

const handshakeMs = 15_000;

/**
 * Fetches the server's certificate by a TLS handshake alone: nothing else is sent, so that a stranger at the address
 * learns nothing.
 * @throws SERVER_UNREACHABLE, SERVER_TIMEOUT, USAGE for an address without TLS.
 */
export function probeServerCertificate(
  address: ServerAddress,
  signal?: AbortSignal,
): Promise<ShownCertificate> {
  if (address.protocol !== 'https:') {
    return Promise.reject(new GiftCloudError('USAGE', 'The address is not https: there is no certificate.'));
  }
  return new Promise((resolve, reject) => {
    // The handshake must end before anybody can judge the certificate; no request goes over this connection.
    const socket = connect({
      host: address.host,
      port: address.port,
      servername: serverName(address.host),
      rejectUnauthorized: false,
    });
    const timer = setTimeout(() => socket.destroy(timedOut()), handshakeMs);
    const stop = (): void =>
      void socket.destroy(new GiftCloudError('CANCELLED', 'The action was cancelled.', { retryable: true }));
    signal?.addEventListener('abort', stop, { once: true });
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      if (!(certificate.raw as Buffer | undefined)) reject(certificateNotTrusted());
      else resolve(shown(certificate));
      socket.destroy();
    });
    socket.once('error', (error) => reject(connectionError(error)));
    socket.once('close', () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      reject(connectionError(undefined));
    });
  });
}

/** Server Name Indication may not be an IP address (RFC 6066 3). */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? '' : host;
}

function shown(certificate: PeerCertificate): ShownCertificate {
  const name = (value: PeerCertificate['subject']): string =>
    [value.CN, value.O].flat().filter(Boolean).join(', ');
  const pem = certificate.raw.toString('base64').replace(/.{1,64}/g, '$&\n');
  return {
    fingerprint: createHash('sha256')
      .update(certificate.raw)
      .digest('hex')
      .toUpperCase()
      .replace(/..(?!$)/g, '$&:'),
    subject: name(certificate.subject),
    issuer: name(certificate.issuer),
    validTo: certificate.valid_to,
    pem: `-----BEGIN CERTIFICATE-----\n${pem}-----END CERTIFICATE-----\n`,
  };
}

/** Fingerprints are the same whatever their case and separators. */
export function sameFingerprint(a: string, b: string): boolean {
  const plain = (text: string): string => text.replace(/[^0-9a-fA-F]/g, '').toLowerCase();
  return plain(a).length === 64 && plain(a) === plain(b);
}

/**
 * TLS options for a pinned certificate. It is fetched by a bare handshake and compared first; then it is the only trusted
 * root, and its fingerprint is compared in every handshake before a byte of a request is sent.
 * @throws CERTIFICATE_NOT_TRUSTED when the server shows another certificate.
 */
export async function pinnedTlsOptions(
  address: ServerAddress,
  pin: string,
  signal?: AbortSignal,
): Promise<ConnectionOptions> {
  const { fingerprint, pem } = await probeServerCertificate(address, signal);
  if (!sameFingerprint(fingerprint, pin)) throw anotherCertificate();
  return {
    ca: pem,
    // The certificate itself is the trust anchor, also when it is not self-signed.
    allowPartialTrustChain: true,
    checkServerIdentity: (_host, certificate) =>
      sameFingerprint(certificate.fingerprint256, pin) ? undefined : anotherCertificate(),
  };
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
