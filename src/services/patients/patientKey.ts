import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keyIdOf, keyLength } from '../keys/derive.js';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';

/** The key of the key file. */
export interface PatientKey {
  /** 16 hex digits, see `keyIdOf`. */
  readonly id: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
}

const format = 'gift-cloud-patients-key';
const version = 1;

/**
 * The key of the key file, in a file of its own and of mode 0600 (design: safety, 6).
 * @param sealed whether there is something that only this key opens: then a lost key is missed and never replaced.
 * @throws KEY_MISSING
 */
export async function patientKey(stateFolder: string, sealed: () => Promise<boolean>): Promise<PatientKey> {
  const known = await readKey(stateFolder);
  if (known !== undefined) return known;
  if (await sealed()) {
    // Another program may have made both since.
    const made = await readKey(stateFolder);
    if (made === undefined) throw lostPatientKey('is not there');
    return made;
  }
  const key = randomBytes(keyLength);
  const text = { format, version, id: keyIdOf(key), created: new Date().toISOString() };
  await mkdir(join(stateFolder, 'keys'), { recursive: true, mode: 0o700 });
  const path = patientKeyPath(stateFolder);
  await createFileAtomic(path, `${JSON.stringify({ ...text, key: key.toString('base64') }, null, 2)}\n`);
  // Of two programs that make the first key at once both use the one that is there now.
  const used = await readKey(stateFolder);
  if (used === undefined) throw lostPatientKey('is not there');
  return used;
}

export function patientKeyPath(stateFolder: string): string {
  return join(stateFolder, 'keys', 'patients.json');
}

async function readKey(stateFolder: string): Promise<PatientKey | undefined> {
  let text: string;
  try {
    text = await readFile(patientKeyPath(stateFolder), 'utf8');
  } catch (error) {
    // Only "not there" is absence: a key that can't be read is not replaced.
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw lostPatientKey('can not be read', error);
  }
  const key = parseKey(text);
  if (key === undefined) throw lostPatientKey('is damaged');
  return key;
}

function parseKey(text: string): PatientKey | undefined {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const fields = content as { format?: unknown; version?: unknown; id?: unknown; key?: unknown } | null;
  if (fields?.format !== format || fields.version !== version || typeof fields.key !== 'string')
    return undefined;
  const key = Buffer.from(fields.key, 'base64');
  const id = keyIdOf(key);
  return key.length === keyLength && fields.id === id ? { id, key } : undefined;
}

export function lostPatientKey(how: string, cause?: unknown): GiftCloudError {
  return new GiftCloudError('KEY_MISSING', `The key of the file that says who is who ${how}.`, {
    hint:
      'Put keys/patients.json back into the state folder from its backup. Only if there is none: docs/privacy.md says ' +
      'how to begin a new file.',
    cause,
  });
}
