import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const nonceLength = 12;
const tagLength = 16;

/** What sealing adds, in bytes. */
export const sealLength = nonceLength + tagLength;

/**
 * Seals bytes with a key of 32 bytes (AES-256-GCM, NIST SP 800-38D): a random nonce, the data, the tag.
 * @param boundTo what has to be said again to open it; it is not in the result.
 */
export function sealBytes(data: Uint8Array, key: Uint8Array, boundTo: Uint8Array): Buffer {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(boundTo);
  return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
}

/** Opens what `sealBytes` made; undefined for anything that was changed, moved or sealed with another key. */
export function openBytes(sealed: Buffer, key: Uint8Array, boundTo: Uint8Array): Buffer | undefined {
  if (sealed.length < sealLength) return undefined;
  const nonce = sealed.subarray(0, nonceLength);
  const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagLength });
  cipher.setAAD(boundTo).setAuthTag(sealed.subarray(-tagLength));
  try {
    return Buffer.concat([cipher.update(sealed.subarray(nonceLength, -tagLength)), cipher.final()]);
  } catch {
    return undefined;
  }
}
