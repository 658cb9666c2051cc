import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../support/atomicFile.js';

/** A subject that we created and that no pseudonym points to. Server labels only, no identifiers. */
export interface SpareSubject {
  readonly server: string;
  readonly project: string;
  readonly label: string;
  /** Accession ID. */
  readonly id: string;
}

const ending = '.spare.json';

/**
 * Subjects left over from a lost race or a crash, one file each, for the next new patient: members can't delete them.
 * A spare belongs to whoever renames its file, so that two processes never give one subject to two patients.
 */
export class SpareSubjects {
  private readonly folder: string;
  /** By pseudonym, in memory only: subjects whose pseudonym may or may not have been stored. */
  private readonly unsure = new Map<string, SpareSubject>();

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, 'spares');
  }

  /** Remembers a subject; gives the name by which `take` finds it. */
  async keep(spare: SpareSubject): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const name = randomUUID();
    await writeFileAtomic(join(this.folder, name + ending), JSON.stringify(spare));
    return name;
  }

  /** Takes one's own spare back before a pseudonym is put on it; false when somebody else was faster. */
  async take(name: string): Promise<boolean> {
    const taken = join(this.folder, `${name}.taken`);
    try {
      await rename(join(this.folder, name + ending), taken);
    } catch {
      return false;
    }
    await unlink(taken);
    return true;
  }

  /** A spare of this server and project, now the caller's alone. */
  async claim(server: string, project: string, prefix: string): Promise<SpareSubject | undefined> {
    for (const file of await readdir(this.folder).catch(() => [])) {
      if (!file.endsWith(ending)) continue;
      const spare = await this.read(file);
      if (spare?.server !== server || spare.project !== project || !spare.label.startsWith(prefix)) continue;
      if (await this.take(file.slice(0, -ending.length))) return spare;
    }
    return undefined;
  }

  /** Remembers a subject that may carry this pseudonym: good for the same patient and nobody else. */
  keepFor(pseudonym: string, spare: SpareSubject): void {
    this.unsure.set(keyFor(pseudonym, spare), spare);
  }

  claimFor(pseudonym: string, place: Pick<SpareSubject, 'server' | 'project'>): SpareSubject | undefined {
    const key = keyFor(pseudonym, place);
    const spare = this.unsure.get(key);
    this.unsure.delete(key);
    return spare;
  }

  private async read(file: string): Promise<SpareSubject | undefined> {
    try {
      return JSON.parse(await readFile(join(this.folder, file), 'utf8')) as SpareSubject;
    } catch {
      return undefined;
    }
  }
}

function keyFor(pseudonym: string, { server, project }: Pick<SpareSubject, 'server' | 'project'>): string {
  return JSON.stringify([server, project, pseudonym]);
}
