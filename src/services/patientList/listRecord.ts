import { createHash, createHmac, scryptSync } from 'node:crypto';
import { mkdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { patientKey } from '../patients/patientKey.js';
import { createFileAtomic, writeFileAtomic } from '../support/atomicFile.js';
import { systemErrorCode } from '../support/errors.js';
import type { Sheet } from './sheets.js';

const version = 1;

/** What is remembered of a list that is kept. Nothing in it says who or where without the key of the key file. */
export interface ListRecord {
  /** Keyed hash of what it says. */
  readonly content: string;
  /** SHA-256 of the file, to tell it from one that somebody changed or put there. */
  readonly file: string;
  /** Fingerprint of its password, which takes as long to guess as the password of a key; empty for a plain list. */
  readonly password: string;
  readonly patients: number;
}

/** The folder of the state folder in which lists are remembered, and in which their lease lies. */
export function recordFolder(stateFolder: string): string {
  return join(stateFolder, 'patient-list');
}

/** What this state folder remembers of its patient lists. */
export class ListRecords {
  constructor(private readonly stateFolder: string) {}

  async open(): Promise<void> {
    await mkdir(recordFolder(this.stateFolder), { recursive: true, mode: 0o700 });
  }

  /** Undefined for none, and for one that is damaged: then the list is written again. */
  async read(file: string): Promise<ListRecord | undefined> {
    const text = await readFile(await this.pathOf(file), 'utf8').catch(() => '{}');
    try {
      const record = JSON.parse(text) as Partial<ListRecord> & { readonly version?: unknown };
      const { content, file: digest, password, patients = 0 } = record;
      if (record.version !== version) return undefined;
      if (![content, digest, password].every((field) => typeof field === 'string')) return undefined;
      return { content, file: digest, password, patients } as ListRecord;
    } catch {
      return undefined;
    }
  }

  async write(file: string, record: ListRecord): Promise<void> {
    await writeFileAtomic(await this.pathOf(file), `${JSON.stringify({ version, ...record })}\n`);
  }

  /** Keyed, so that nobody can test guesses of patients against it. */
  async contentOf(sheets: readonly Sheet[]): Promise<string> {
    const hmac = createHmac('sha256', await this.key());
    for (const { name, header, rows } of sheets) {
      hmac.update(JSON.stringify([name, header, rows.length]));
      for (const row of rows) hmac.update(JSON.stringify(row));
    }
    return hmac.digest('hex');
  }

  /** As `ListRecord.password`. Takes some tenths of a second of the calling thread. */
  async fingerprint(password: string | undefined): Promise<string> {
    if (password === undefined) return '';
    return scryptSync(password, await this.key(), 16, { N: 2 ** 15, r: 8, p: 1, maxmem: 2 ** 26 }).toString(
      'hex',
    );
  }

  /**
   * Whether a kept list without a password is a mistake: somebody has set one in the editor, whose store of secrets may lose
   * it (design: safety, 6).
   */
  async expectsPassword(): Promise<boolean> {
    return stat(this.mark).then(
      () => true,
      (error: unknown) => {
        if (systemErrorCode(error) === 'ENOENT') return false;
        throw error;
      },
    );
  }

  async expectPassword(expected: boolean): Promise<void> {
    await this.open();
    if (expected) await createFileAtomic(this.mark, '');
    else await unlink(this.mark).catch(() => undefined);
  }

  private get mark(): string {
    return join(recordFolder(this.stateFolder), 'protected');
  }

  /** The name of a record says nothing about the folder of the list. */
  private async pathOf(file: string): Promise<string> {
    const name = createHmac('sha256', await this.key())
      .update(file)
      .digest('hex');
    return join(recordFolder(this.stateFolder), `${name.slice(0, 16)}.json`);
  }

  private async key(): Promise<Uint8Array> {
    return (await patientKey(this.stateFolder, () => Promise.resolve(true))).key;
  }
}

export function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
