import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import type { Sealer } from './jobStore.js';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** Seals texts of the journal with a key of this state folder (AES-256-GCM, NIST SP 800-38D). */
export class StateSealer implements Sealer {
  private key: Promise<Buffer> | undefined;

  constructor(private readonly keyFile: string) {}

  async seal(text: string, label: string): Promise<string> {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', await this.keyOrNew(), iv);
    cipher.setAAD(Buffer.from(label, 'utf8'));
    const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), data]).toString('base64');
  }

  async open(sealed: string, label: string): Promise<string> {
    const key = await this.keyThere();
    if (key === undefined) throw keyMissing();
    const bytes = Buffer.from(sealed, 'base64');
    const iv = bytes.subarray(0, ivBytes);
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes });
      decipher.setAAD(Buffer.from(label, 'utf8'));
      decipher.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
      const data = bytes.subarray(ivBytes + tagBytes);
      return Buffer.concat([decipher.update(data), decipher.final()]).toString('utf8');
    } catch (error) {
      throw new GiftCloudError('STATE_UNREADABLE', 'A sealed entry of the journal can not be opened.', {
        hint: 'It was changed, or belongs to another key. It is kept as it is.',
        cause: error,
      });
    }
  }

  private async keyOrNew(): Promise<Buffer> {
    const there = await this.keyThere();
    if (there !== undefined) return there;
    await mkdir(dirname(this.keyFile), { recursive: true, mode: 0o700 });
    await createFileAtomic(this.keyFile, randomBytes(keyBytes));
    const made = await this.keyThere();
    if (made === undefined) throw keyMissing();
    return made;
  }

  private async keyThere(): Promise<Buffer | undefined> {
    try {
      this.key ??= readFile(this.keyFile);
      const key = await this.key;
      if (key.length === keyBytes) return key;
      throw keyMissing();
    } catch (error) {
      this.key = undefined;
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

function keyMissing(): GiftCloudError {
  return new GiftCloudError('KEY_MISSING', 'The key that seals the journal of the queue is missing.', {
    hint: 'Bring it back from a backup of the state folder; without it the queue does not know where the files are.',
  });
}
