import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import { keyLength } from './derive.js';

/** Where the key of a state folder lies: outside of everything that it seals. */
export function stateKeyFile(stateFolder: string): string {
  return join(stateFolder, 'queue.key');
}

/**
 * The key of a state folder: seals paths in the journal of the queue and everything in the spool. It is made at first use; one
 * that is missing is never replaced while something is sealed with it.
 */
export class StateKey {
  private key: Promise<Buffer> | undefined;

  /** @param isNeeded whether there is something that was sealed. */
  constructor(
    private readonly file: string,
    private readonly isNeeded: () => Promise<boolean>,
  ) {}

  /** 32 bytes. @throws KEY_MISSING, and those of the file system */
  async orNew(): Promise<Buffer> {
    const there = await this.there();
    if (there !== undefined) return there;
    if (await this.isNeeded()) throw keyMissing();
    await mkdir(dirname(this.file), { recursive: true, mode: 0o700 });
    await createFileAtomic(this.file, randomBytes(keyLength));
    return this.needed();
  }

  /** 32 bytes of a key that is there. @throws KEY_MISSING, and those of the file system */
  async needed(): Promise<Buffer> {
    const there = await this.there();
    if (there === undefined) throw keyMissing();
    return there;
  }

  private async there(): Promise<Buffer | undefined> {
    try {
      this.key ??= readFile(this.file);
      return checkedStateKey(await this.key);
    } catch (error) {
      this.key = undefined;
      if (systemErrorCode(error) === 'ENOENT') return undefined;
      throw error;
    }
  }
}

/** @throws KEY_MISSING for bytes that are no key. */
export function checkedStateKey(bytes: Buffer): Buffer {
  if (bytes.length === keyLength) return bytes;
  throw keyMissing();
}

export function keyMissing(): GiftCloudError {
  return new GiftCloudError(
    'KEY_MISSING',
    'The key that seals the journal of the queue and the received data is missing.',
    {
      hint:
        'Bring it back from a backup of the state folder (queue.key). Without it the queue does not know the files of its jobs, and ' +
        'what was received can not be read: discard the jobs that are not done, and upload or send again.',
    },
  );
}
