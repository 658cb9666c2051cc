import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomic } from '../support/atomicFile.js';

const form = /^gift-cloud-[0-9a-f]{12}$/;

/**
 * What this state folder calls itself when it imports: by that it knows its own sessions in the prearchive again, after a
 * crash, too. It says nothing about machine or user.
 */
export class ImportSource {
  private known: string | undefined;

  constructor(private readonly stateFolder: string) {}

  /** Errors: those of the file system. */
  async name(): Promise<string> {
    if (this.known !== undefined) return this.known;
    const path = join(this.stateFolder, 'import-source');
    await mkdir(this.stateFolder, { recursive: true, mode: 0o700 });
    const fresh = `gift-cloud-${randomBytes(6).toString('hex')}`;
    const made = await createFileAtomic(path, fresh);
    const name = made ? fresh : (await readFile(path, 'utf8')).trim();
    // A name that somebody spoiled would let foreign sessions look like ours.
    this.known = form.test(name) ? name : fresh;
    return this.known;
  }
}
