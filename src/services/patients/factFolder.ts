import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { removeAbandonedParts, syncFolder, writeFileAtomic } from '../support/atomicFile.js';
import { systemErrorCode } from '../support/errors.js';
import { claimedEnding, damagedEnding, ending, factFiles } from './factNames.js';
import { FactReader } from './factReader.js';
import { newHeader, sealFacts, type FileHeader } from './frames.js';
import { PatientBook } from './patientBook.js';
import type { PatientKey } from './patientKey.js';
import type { KeyFact } from './types.js';

/** Files from which on they are made one. */
const manyFiles = 12;

/** The file that this process appends to. */
interface OwnFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly header: FileHeader;
  frames: number;
}

/**
 * The key file: a folder of sealed files. Each process appends to one of its own, which nobody else writes to, so that
 * neither other processes nor `kill -9` can spoil more than the frame that was being written. Files are merged by whoever
 * renames them: who still appends to one sees that its name is gone and writes the same facts again, elsewhere. Facts that
 * stand in two files do no harm (`PatientBook`).
 */
export class FactFolder {
  private own: OwnFile | undefined;

  constructor(
    private readonly folder: string,
    private readonly key: PatientKey,
  ) {}

  reader(): FactReader {
    return new FactReader(this.folder, this.key);
  }

  /** Resolves when the facts are durable. One call at a time. Errors: those of the file system. */
  async append(facts: readonly KeyFact[]): Promise<void> {
    if (facts.length === 0) return;
    for (;;) {
      const file = (this.own ??= await this.begin());
      const frames = [...sealFacts(facts, file.header, this.key, file.frames)];
      try {
        await file.handle.appendFile(Buffer.concat(frames));
        await file.handle.sync();
      } catch (error) {
        // What comes after half a frame could not be read.
        await this.close();
        throw error;
      }
      file.frames += frames.length;
      if (await isThere(file.path)) return;
      await this.close();
    }
  }

  /** Makes many files one. Others may append and merge meanwhile; a file with damage in it is set aside. */
  async merge(): Promise<void> {
    await removeAbandonedParts(this.folder, () => true);
    const names = (await factFiles(this.folder)).filter((name) => name !== this.ownName());
    if (names.length < manyFiles) return;
    const reader = this.reader();
    const book = new PatientBook();
    const merged: string[] = [];
    for (const name of names) {
      const claimed = await this.claim(name);
      if (claimed === undefined) continue;
      const state = await reader.readFile(claimed, (fact) => book.add(fact));
      if (state === undefined) continue;
      if (!state.damaged) merged.push(claimed);
      else
        await rename(join(this.folder, claimed), join(this.folder, `${claimed}${damagedEnding}`)).catch(
          ignore,
        );
    }
    const header = newHeader(true, this.key.id);
    const frames = [...sealFacts(book.facts(), header, this.key, 0)];
    const path = join(this.folder, `${randomBytes(8).toString('hex')}${ending}`);
    await writeFileAtomic(path, Buffer.concat([header.bytes, ...frames]));
    for (const name of merged) await unlink(join(this.folder, name)).catch(ignore);
  }

  async close(): Promise<void> {
    const file = this.own;
    this.own = undefined;
    await file?.handle.close();
  }

  private async begin(): Promise<OwnFile> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const path = join(this.folder, `${randomBytes(8).toString('hex')}${ending}`);
    const header = newHeader(false, this.key.id);
    const handle = await open(path, 'ax', 0o600);
    try {
      await handle.appendFile(header.bytes);
      await handle.sync();
      await syncFolder(this.folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return { path, handle, header, frames: 0 };
  }

  private ownName(): string | undefined {
    return this.own?.path.slice(this.folder.length + 1);
  }

  /** The file under a name that is this merger's alone; undefined when somebody else was faster. */
  private async claim(name: string): Promise<string | undefined> {
    const claimed = `${name.slice(0, 16)}.${randomBytes(4).toString('hex')}${claimedEnding}`;
    try {
      await rename(join(this.folder, name), join(this.folder, claimed));
      return claimed;
    } catch {
      return undefined;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function ignore(): void {
  // Another process did the same.
}
