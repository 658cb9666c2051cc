import { createCipheriv, createDecipheriv, randomBytes, scrypt, type ScryptOptions } from 'node:crypto';
import { GiftCloudError } from '../support/errors.js';

/** A secret behind a passphrase; everything but the secret is readable and protected against changes. */
export interface SealedBox {
  readonly kdf: {
    readonly name: 'scrypt';
    readonly n: number;
    readonly r: number;
    readonly p: number;
    /** Base64. */
    readonly salt: string;
  };
  readonly cipher: {
    readonly name: 'aes-256-gcm';
    /** Base64, as `tag` and `data`. */
    readonly iv: string;
    readonly tag: string;
  };
  readonly data: string;
}

/** 128 MB and some tenths of a second for each guess (OWASP Password Storage Cheat Sheet, scrypt). */
const cost = { n: 2 ** 17, r: 8, p: 1 } as const;

/** A file from elsewhere may ask for four times that and no more: it must not stop the machine. */
const mostMemory = 512 * 1024 * 1024;

/** Seals a secret (scrypt, RFC 7914; AES-256-GCM, NIST SP 800-38D). `label` is bound to it and not kept here. */
export async function seal(secret: Uint8Array, passphrase: string, label: string): Promise<SealedBox> {
  const salt = randomBytes(16);
  const iv = randomBytes(12);
  const kdf = { name: 'scrypt', ...cost, salt: salt.toString('base64') } as const;
  const cipher = createCipheriv('aes-256-gcm', await keyOf(passphrase, kdf), iv);
  cipher.setAAD(Buffer.from(label, 'utf8'));
  const data = Buffer.concat([cipher.update(secret), cipher.final()]);
  return {
    kdf,
    cipher: {
      name: 'aes-256-gcm',
      iv: iv.toString('base64'),
      tag: cipher.getAuthTag().toString('base64'),
    },
    data: data.toString('base64'),
  };
}

/** Opens a sealed secret. @throws PASSPHRASE_WRONG, also for a box or label that was changed: nobody can tell them apart. */
export async function unseal(box: SealedBox, passphrase: string, label: string): Promise<Buffer> {
  const key = await keyOf(passphrase, box.kdf);
  try {
    const tag = Buffer.from(box.cipher.tag, 'base64');
    const cipher = createDecipheriv('aes-256-gcm', key, Buffer.from(box.cipher.iv, 'base64'), {
      authTagLength: 16,
    });
    cipher.setAAD(Buffer.from(label, 'utf8')).setAuthTag(tag);
    return Buffer.concat([cipher.update(Buffer.from(box.data, 'base64')), cipher.final()]);
  } catch (error) {
    throw new GiftCloudError(
      'PASSPHRASE_WRONG',
      'The key could not be opened: the passphrase is wrong, or the file was changed.',
      { hint: 'Check the passphrase, upper and lower case matter. Nothing was changed.', cause: error },
    );
  }
}

/** Whether a value from a file is a box that this version may try to open. */
export function isSealedBox(value: unknown): value is SealedBox {
  const { kdf, cipher, data } = fields(value);
  const { name, n, r, p, salt } = fields(kdf);
  const { name: cipherName, iv, tag } = fields(cipher);
  return (
    name === 'scrypt' &&
    isPowerOfTwo(n) &&
    isSmall(r, 64) &&
    isSmall(p, 16) &&
    128 * n * r <= mostMemory &&
    cipherName === 'aes-256-gcm' &&
    [salt, iv, tag, data].every((text) => typeof text === 'string')
  );
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}

function isPowerOfTwo(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) > 1 && Number.isInteger(Math.log2(value as number));
}

function isSmall(value: unknown, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;
}

/** Unicode writes one passphrase in several ways, each keyboard in its own (NFKC, RFC 8265 4.2). */
function keyOf(passphrase: string, { n, r, p, salt }: SealedBox['kdf']): Promise<Buffer> {
  const options: ScryptOptions = { N: n, r, p, maxmem: mostMemory + 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), 32, options, (error, key) => {
      if (error) reject(error);
      else resolve(key);
    });
  });
}
