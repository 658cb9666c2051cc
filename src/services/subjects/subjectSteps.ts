import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { namesIn } from '../patients/factNames.js';
import type { ProjectOnServer } from '../patients/types.js';
import type { Sealer } from '../queue/jobStore.js';
import { Leases, type Fence, type Lease, type LeasePace } from '../queue/leases.js';
import { delay } from '../support/abortableDelay.js';
import { removeParts, writeFileAtomic } from '../support/atomicFile.js';

/**
 * How far a new subject is. Written before the step that it names, so that a process that is killed at any moment leaves
 * the whole truth: no note without its subject being looked for, no subject of ours without a note.
 */
export interface SubjectNote {
  /** Random name of the note. */
  readonly name: string;
  readonly label: string;
  /** Custom field that the PUT carries: by it alone we know our own subject when the answer got lost. */
  readonly mark: string;
  /** In ms since 1970. */
  readonly at: number;
  /** Another program made the subject; our mark on it still has to say so. */
  readonly cameSecond?: true;
  /** Accession ID: the server was seen to give the label to us. Without one it may or may not have. */
  readonly id?: string;
  /** The pseudonym that may point to the subject, sealed: it goes to this patient or, when another subject has it, is free. */
  readonly pseudonym?: string;
}

const ending = '.json';
const leaseName = 'turn';
const lookEveryMs = 50;
/** A turn is some requests long; others wait for one whose process is gone. */
const turnPace: LeasePace = { ttlMs: 6000, beatMs: 1500 };

/** The right to make subjects in one project for one state folder. */
export interface Turn extends Fence {
  /** What earlier turns did not bring to an end; oldest first. */
  notes(): Promise<readonly SubjectNote[]>;
  /** Writes a note, or replaces the one of its name. @throws LEASE_LOST, DISK_FULL */
  write(note: SubjectNote): Promise<SubjectNote>;
  remove(note: SubjectNote): Promise<void>;
  seal(pseudonym: string, note: SubjectNote): Promise<string>;
  /** @throws KEY_MISSING, STATE_UNREADABLE */
  open(note: SubjectNote & { readonly pseudonym: string }): Promise<string>;
}

/**
 * The steps towards new subjects, in files: server labels, random marks and sealed pseudonyms. One process of a state
 * folder at a time takes them, so that at most one subject of a project is left over, and the next new patient gets it.
 */
export class SubjectSteps {
  constructor(
    private readonly stateFolder: string,
    private readonly sealer: Sealer,
    private readonly pace: LeasePace = turnPace,
  ) {}

  /** Works when it is our turn. Errors: those of the work, CANCELLED, LEASE_LOST, those of the file system. */
  async inTurn<T>(
    place: ProjectOnServer,
    work: (turn: Turn) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const folder = folderOf(this.stateFolder, place);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const leases = new Leases(join(folder, 'clock'), this.pace);
    let lease: Lease | undefined;
    while ((lease = await leases.acquire(folder, leaseName)) === undefined) await delay(lookEveryMs, signal);
    try {
      await removeParts(folder, () => true);
      return await work(this.turnOf(folder, lease));
    } finally {
      await lease.release();
    }
  }

  /** Notes that lie there now, whoever works on them. */
  notes(place: ProjectOnServer): Promise<readonly SubjectNote[]> {
    return readNotes(folderOf(this.stateFolder, place));
  }

  private turnOf(folder: string, lease: Lease): Turn {
    const { sealer } = this;
    const pathOf = ({ name }: SubjectNote): string => join(folder, name + ending);
    return {
      check: () => lease.check(),
      notes: () => readNotes(folder),
      write: async (note) => {
        await writeFileAtomic(pathOf(note), JSON.stringify(note), 0o600, () => lease.check());
        return note;
      },
      remove: async (note) => {
        await lease.check();
        await unlink(pathOf(note)).catch(() => undefined);
      },
      seal: (pseudonym, note) => sealer.seal(pseudonym, labelOf(note)),
      open: (note) => sealer.open(note.pseudonym, labelOf(note)),
    };
  }
}

/** Whether a note holds something that only the key of the state folder opens. */
export async function stepsHoldSealed(stateFolder: string): Promise<boolean> {
  for (const name of await namesIn(join(stateFolder, folderName))) {
    const notes = await readNotes(join(stateFolder, folderName, name));
    if (notes.some(({ pseudonym }) => pseudonym !== undefined)) return true;
  }
  return false;
}

export function newNote(label: string): SubjectNote {
  const name = randomUUID();
  return { name, label, mark: `${markPrefix}${name.replaceAll('-', '').slice(0, 16)}`, at: Date.now() };
}

/** How the custom fields of all state folders begin. */
export const markPrefix = 'giftcloud_';

const folderName = 'subjects';

function folderOf(stateFolder: string, { server, project }: ProjectOnServer): string {
  const name = createHash('sha256')
    .update(JSON.stringify([server, project]))
    .digest('hex');
  return join(stateFolder, folderName, name.slice(0, 16));
}

function labelOf({ name }: SubjectNote): string {
  return `subject note ${name}`;
}

async function readNotes(folder: string): Promise<readonly SubjectNote[]> {
  const notes: SubjectNote[] = [];
  for (const name of await namesIn(folder)) {
    if (!name.endsWith(ending)) continue;
    const text = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    // Gone since the list was made.
    if (text !== undefined) notes.push(JSON.parse(text) as SubjectNote);
  }
  return notes.sort((a, b) => a.at - b.at);
}
