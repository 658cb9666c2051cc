import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { keyLength } from '../keys/derive.js';
import { openBytes, sealBytes } from '../keys/sealedBytes.js';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import type { Sealer } from './jobStore.js';
import { Journal, journalFolder } from './journal.js';

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
    const key = await this.keyOrNew();
    return sealBytes(Buffer.from(text, 'utf8'), key, Buffer.from(label, 'utf8')).toString('base64');
  }

  async open(sealed: string, label: string): Promise<string> {
    const key = await this.keyThere();
    if (key === undefined) throw keyMissing();
    const text = openBytes(Buffer.from(sealed, 'base64'), key, Buffer.from(label, 'utf8'));
    if (text !== undefined) return text.toString('utf8');
    throw new GiftCloudError('STATE_UNREADABLE', 'A sealed entry of the journal can not be opened.', {
      hint: 'It was changed, or belongs to another key. It is kept as it is.',
    });
  }

  private async keyOrNew(): Promise<Buffer> {
    const there = await this.keyThere();
    if (there !== undefined) return there;
    if (await this.isNeeded()) throw keyMissing();
    await mkdir(dirname(this.keyFile), { recursive: true, mode: 0o700 });
    await createFileAtomic(this.keyFile, randomBytes(keyLength));
    const made = await this.keyThere();
    if (made === undefined) throw keyMissing();
    return made;
  }

  private async keyThere(): Promise<Buffer | undefined> {
    try {
      this.key ??= readFile(this.keyFile);
      const key = await this.key;
      if (key.length === keyLength) return key;
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
