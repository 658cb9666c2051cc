import { createHash, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bits, boolean, integer, octets, oid, sequence, set, tlv, utcTime, utf8 } from './der.js';

export interface TlsIdentity {
  /** PEM texts. */
  readonly key: string;
  readonly cert: string;
  /** File of the certificate. */
  readonly certFile: string;
  /** SHA-256 of the certificate, lower-case hexadecimal. */
  readonly fingerprint: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

const OIDS = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  subjectAltName: '2.5.29.17',
};

/** The self-signed certificate of a data folder; made once, so that a client's pin holds after a restart. */
export function tlsIdentity(folder: string): TlsIdentity {
  const keyFile = join(folder, 'key.pem');
  const certFile = join(folder, 'certificate.pem');
  if (!existsSync(keyFile) || !existsSync(certFile)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { key, cert } = createCertificate();
    // The certificate last: a process that is killed here makes both anew.
    for (const [file, pem] of [
      [keyFile, key],
      [certFile, cert],
    ] as const) {
      writeFileSync(`${file}.part`, pem, { mode: 0o600 });
      renameSync(`${file}.part`, file);
    }
  }
  const cert = readFileSync(certFile, 'utf8');
  const fingerprint = createHash('sha256').update(new X509Certificate(cert).raw).digest('hex');
  return { key: readFileSync(keyFile, 'utf8'), cert, certFile, fingerprint };
}

/**
 * A key of P-256 and a certificate for 127.0.0.1 and localhost that signs itself (RFC 5280 4.1). Node signs but does
 * not build certificates, hence this.
 */
function createCertificate(): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OIDS.ecdsaWithSha256));
  const name = sequence(set(sequence(oid(OIDS.commonName), utf8('GIFT-Cloud sandbox'))));
  const now = Date.now();
  const serial = randomBytes(16);
  serial[0] = ((serial[0] ?? 0) & 0x3f) | 0x40;
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    algorithm,
    name,
    sequence(utcTime(now - DAY_MS), utcTime(now + 3650 * DAY_MS)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(...extensions())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, bits(signature));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: pem(certificate),
  };
}

function extensions(): Buffer[] {
  const names = sequence(
    tlv(0x82, Buffer.from('localhost', 'latin1')),
    tlv(0x87, Buffer.from([127, 0, 0, 1])),
  );
  return [
    // Its own authority: clients that get it as CA file accept it.
    extension(OIDS.basicConstraints, sequence(boolean(true)), true),
    // digitalSignature and keyCertSign.
    extension(OIDS.keyUsage, bits(Buffer.from([0x84]), 2), true),
    extension(OIDS.extendedKeyUsage, sequence(oid(OIDS.serverAuth)), false),
    extension(OIDS.subjectAltName, names, false),
  ];
}

function extension(id: string, value: Buffer, critical: boolean): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
