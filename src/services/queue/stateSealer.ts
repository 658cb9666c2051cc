import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import type { Sealer } from './jobStore.js';
import { Journal, journalFolder } from './journal.js';

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals texts of the journal with a key of this state folder (AES-256-GCM, NIST SP 800-38D). The key is made at first use; one
 * that is missing is never replaced while something is sealed with it.
 */
class StateSealer implements Sealer {
  private key: Promise<Buffer> | undefined;

  /** @param isNeeded whether there is something that was sealed. */
  constructor(
    private readonly keyFile: string,
    private readonly isNeeded: () => Promise<boolean>,
  ) {}

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
    if (await this.isNeeded()) throw keyMissing();
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
    hint:
      'Bring it back from a backup of the state folder (queue.key). Without it the queue does not know the files of its jobs: ' +
      'discard those that are not done, and upload again.',
  });
}

/** The sealer of a state folder, whose key is the file `queue.key` in it. */
export function stateSealer(stateFolder: string): Sealer {
  const journal = new Journal(journalFolder(stateFolder));
  return new StateSealer(join(stateFolder, 'queue.key'), () => journal.holdsSealed());
}
