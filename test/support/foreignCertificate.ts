import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { bits, integer, octets, oid, sequence, set, tlv, utcTime, utf8 } from '../../src/sandbox/tls/der.js';

/** PEM texts. */
export interface ForeignCertificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * A certificate that no client should take unasked: signed by an authority that nobody knows, for one DNS name or for
 * 127.0.0.1, valid from 2020 on.
 */
export function foreignCertificate(name: string, validUntil: string): ForeignCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));
  const alternative =
    name === '127.0.0.1' ? tlv(0x87, Buffer.from([127, 0, 0, 1])) : tlv(0x82, Buffer.from(name));
  const subjectAltName = sequence(oid('2.5.29.17'), octets(sequence(alternative)));
  const serial = randomBytes(16);
  serial.writeUInt8((serial.readUInt8() & 0x3f) | 0x40);
  const body = sequence(
    tlv(0xa0, integer(Buffer.from([2]))),
    integer(serial),
    ecdsaWithSha256,
    distinguishedName('Authority of nobody'),
    sequence(utcTime(Date.UTC(2020, 0, 1)), utcTime(Date.parse(validUntil))),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    tlv(0xa3, sequence(subjectAltName)),
  );
  const certificate = sequence(body, ecdsaWithSha256, bits(sign('sha256', body, privateKey)));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  };
}

function distinguishedName(commonName: string): Buffer {
  const part = (id: string, value: string): Buffer => set(sequence(oid(id), utf8(value)));
  return sequence(part('2.5.4.3', commonName), part('2.5.4.10', 'Test Hospital'));
}
