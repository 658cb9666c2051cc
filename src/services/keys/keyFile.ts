import { GiftCloudError } from '../support/errors.js';
import { keyIdOf, keyLength } from './derive.js';
import { isSchemeName, type SchemeName } from './scheme.js';
import { isSealedBox, seal, unseal, type SealedBox } from './sealedBox.js';

/** What is known of a key without opening it; nothing secret. */
export interface KeyInfo {
  /** Fingerprint, see `keyIdOf`. */
  readonly id: string;
  readonly project: string;
  /** `keyed`: UIDs, pseudonyms and dates; `gift-cloud`: date shifts only, the rest as existing servers have it. */
  readonly scheme: SchemeName;
  /** ISO date and time. */
  readonly created: string;
}

/** A key, open. */
export interface ProjectKey extends KeyInfo {
  /** 32 bytes. */
  readonly key: Uint8Array;
}

/** A key file as it was read; a sealed one needs its passphrase. */
export interface KeyFile extends KeyInfo {
  readonly secret: { readonly plain: Uint8Array } | { readonly sealed: SealedBox };
}

const format = 'gift-cloud-key';
const version = 1;

/** Text of a key file for the state folder, not protected but by its mode. */
export function plainKeyFile(key: ProjectKey): string {
  return textOf(key, { key: Buffer.from(key.key).toString('base64') });
}

/** Text of a key file behind a passphrase: the only form in which a key may leave the state folder. */
export async function sealedKeyFile(key: ProjectKey, passphrase: string): Promise<string> {
  return textOf(key, { sealed: await seal(key.key, passphrase, labelOf(key)) });
}

function textOf({ project, id, scheme, created }: KeyInfo, secret: object): string {
  return `${JSON.stringify({ format, version, project, id, scheme, created, ...secret }, null, 2)}\n`;
}

/** What is bound to the sealed key: a file whose readable part was changed does not open. */
function labelOf({ project, id, scheme, created }: KeyInfo): string {
  return JSON.stringify([format, version, project, id, scheme, created]);
}

/**
 * Reads a key file without opening it. Undefined for everything that is none, or damaged: a plain key must have the
 * fingerprint that it says.
 */
export function parseKeyFile(text: string): KeyFile | undefined {
  let json: Readonly<Record<string, unknown>>;
  try {
    json = { ...(JSON.parse(text) as object) };
  } catch {
    return undefined;
  }
  const { project, id, scheme, created, key, sealed } = json;
  if (json['format'] !== format || json['version'] !== version) return undefined;
  if (typeof project !== 'string' || typeof id !== 'string' || typeof created !== 'string') return undefined;
  if (!isSchemeName(scheme)) return undefined;
  const info = { project, id, scheme, created };
  if (isSealedBox(sealed)) return { ...info, secret: { sealed } };
  if (typeof key !== 'string') return undefined;
  const plain = Buffer.from(key, 'base64');
  return plain.length === keyLength && keyIdOf(plain) === id ? { ...info, secret: { plain } } : undefined;
}

/**
 * The key of a file.
 * @param passphrase asked only for a sealed one.
 * @throws PASSPHRASE_WRONG; KEY_MISSING without a passphrase, or when the file holds another key than it says.
 */
export async function openKeyFile(
  file: KeyFile,
  passphrase: () => Promise<string | undefined>,
): Promise<ProjectKey> {
  const { project, id, scheme, created } = file;
  const info = { project, id, scheme, created };
  if ('plain' in file.secret) return { ...info, key: file.secret.plain };
  const given = await passphrase();
  if (given === undefined || given === '') {
    throw new GiftCloudError('KEY_MISSING', 'The key is protected and there is no passphrase to open it.', {
      hint: 'Give its passphrase.',
    });
  }
  const key = await unseal(file.secret.sealed, given, labelOf(info));
  if (key.length !== keyLength || keyIdOf(key) !== id) {
    throw new GiftCloudError('KEY_MISSING', 'The file holds another key than it says.', {
      hint: 'Use another copy of it.',
    });
  }
  return { ...info, key };
}
