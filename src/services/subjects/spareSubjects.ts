import { createHash, randomBytes, randomUUID } from 'node:crypto';
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
const unsureEnding = '.unsure.json';

/** A subject whose pseudonym may or may not have been stored; the pseudonym is recognised and not kept. */
interface UnsureSubject extends SpareSubject {
  readonly salt: string;
  readonly proof: string;
}

/**
 * Subjects left over from a lost race or a crash, one file each, for the next new patient: members can't delete them.
 * A spare belongs to whoever renames its file, so that two processes never give one subject to two patients.
 */
export class SpareSubjects {
  private readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, 'spares');
  }

  /** Remembers a subject; gives the name by which `take` finds it. */
  async keep(spare: SpareSubject): Promise<string> {
    const name = randomUUID();
    await this.write(name + ending, spare);
    return name;
  }

  /** Takes one's own spare back before a pseudonym is put on it; false when somebody else was faster. */
  take(name: string): Promise<boolean> {
    return this.takeFile(name + ending);
  }

  /** A spare of this server and project, now the caller's alone. */
  async claim(server: string, project: string, prefix: string): Promise<SpareSubject | undefined> {
    for (const file of await readdir(this.folder).catch(() => [])) {
      if (!file.endsWith(ending)) continue;
      const spare = await this.read<SpareSubject>(file);
      if (spare?.server !== server || spare.project !== project || !spare.label.startsWith(prefix)) continue;
      if (await this.take(file.slice(0, -ending.length))) return spare;
    }
    return undefined;
  }

  /**
   * Remembers a subject that may carry this pseudonym: good for the same patient and nobody else, also for a later process
   * (the command line ends with the error).
   */
  async keepFor(pseudonym: string, spare: SpareSubject): Promise<void> {
    const salt = randomBytes(16).toString('hex');
    const unsure: UnsureSubject = { ...spare, salt, proof: proofOf(salt, pseudonym) };
    await this.write(randomUUID() + unsureEnding, unsure);
  }

  /** The subject that was kept for this pseudonym, now the caller's alone. */
  async claimFor(
    pseudonym: string,
    { server, project }: Pick<SpareSubject, 'server' | 'project'>,
  ): Promise<SpareSubject | undefined> {
    for (const file of await readdir(this.folder).catch(() => [])) {
      if (!file.endsWith(unsureEnding)) continue;
      const unsure = await this.read<UnsureSubject>(file);
      if (unsure?.server !== server || unsure.project !== project) continue;
      if (unsure.proof !== proofOf(unsure.salt, pseudonym) || !(await this.takeFile(file))) continue;
      return { server, project, label: unsure.label, id: unsure.id };
    }
    return undefined;
  }

  private async takeFile(file: string): Promise<boolean> {
    const taken = join(this.folder, `${file}.taken`);
    try {
      await rename(join(this.folder, file), taken);
    } catch {
      return false;
    }
    await unlink(taken);
    return true;
  }

  private async write(file: string, content: SpareSubject): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.folder, file), JSON.stringify(content));
  }

  private async read<T extends SpareSubject>(file: string): Promise<T | undefined> {
    try {
      return JSON.parse(await readFile(join(this.folder, file), 'utf8')) as T;
    } catch {
      return undefined;
    }
  }
}

/** Salted: what stands in the state folder must not be searched for a known pseudonym by its hash. */
function proofOf(salt: string, pseudonym: string): string {
  return createHash('sha256').update(`${salt} ${pseudonym}`).digest('hex');
}
