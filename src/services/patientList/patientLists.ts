import { constants } from 'node:fs';
import { access, mkdir, open } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { importList, type ImportedEntry } from '../patients/importList.js';
import { patientsBy } from '../patients/lookUp.js';
import { readOriginalList } from '../patients/originalList.js';
import type { PatientFile } from '../patients/patientFile.js';
import type { KnownPatient } from '../patients/types.js';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { ListKeeper } from './listKeeper.js';
import { listName } from './listName.js';
import { ListRecords } from './listRecord.js';
import { kindOf, longestPassword, passwordNeeded } from './protection.js';
import type { KeptList, ListEvent, ListOutcome, ListTarget, WriteList } from './types.js';

/**
 * Who stands behind the subjects, for authorised staff: the Excel list that is kept in a folder, and looking patients up. All
 * of it comes from the key file. What it gives identifies patients: for the list, the screen and the answer of a command.
 */
export class PatientLists {
  private readonly records: ListRecords;

  constructor(
    private readonly stateFolder: string,
    private readonly patients: PatientFile,
    private readonly write: WriteList,
  ) {
    this.records = new ListRecords(stateFolder);
  }

  /**
   * Looks before the work whether a list can be kept there; makes the folder.
   * @throws USAGE, LIST_PASSWORD_NEEDED where a list is protected and there is no password
   */
  async assertTarget({ folder, password }: ListTarget): Promise<void> {
    assertPassword(password);
    if (!isAbsolute(folder)) throw unusable('needs its whole path');
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.W_OK);
    } catch (error) {
      throw unusable('can not be written to', error);
    }
    const needed = (await isProtected(join(folder, listName))) || (await this.records.expectsPassword());
    if (password === undefined && needed) throw passwordNeeded();
  }

  /** Keeps the list of a folder up to date, beginning with what was not written when a process ended before. */
  keep({ folder, ...target }: ListTarget, tell: (event: ListEvent) => void): KeptList {
    const order = { ...target, stateFolder: this.stateFolder, file: join(folder, listName) };
    const write = (unlessCurrent: boolean): Promise<ListOutcome> =>
      this.write({ ...order, purpose: 'kept', unlessCurrent });
    return new ListKeeper(write, this.patients, tell);
  }

  /** Writes the list into a file. @throws USAGE, and those of `WriteList` */
  async export({
    file,
    password,
  }: {
    readonly file: string;
    readonly password?: string;
  }): Promise<ListOutcome> {
    assertPassword(password);
    const order = { stateFolder: this.stateFolder, file, unlessCurrent: false, purpose: 'export' } as const;
    return this.write({ ...order, ...(password !== undefined && { password }) });
  }

  /** Patients by subject label, pseudonym or patient ID, with their studies. @throws KEY_MISSING */
  async lookUp(term: string): Promise<readonly KnownPatient[]> {
    return patientsBy(term, await this.patients.patients());
  }

  /** Takes over the `GiftCloudPatientList.json` of an original client, see `importList`. */
  async *import(
    path: string,
    archive: Archive,
    signal?: AbortSignal,
  ): AsyncGenerator<ImportedEntry, void, undefined> {
    const entries = await readOriginalList(path).catch((error: unknown) => {
      throw toGiftCloudError(error);
    });
    yield* importList(entries, archive, this.patients, signal);
  }

  /** Whether a kept list without a password is refused: set with the password, so that a lost one makes no plain list. */
  async expectPassword(expected: boolean): Promise<void> {
    await this.records.expectPassword(expected);
  }
}

async function isProtected(file: string): Promise<boolean> {
  try {
    const handle = await open(file);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
      return kindOf(buffer.subarray(0, bytesRead)) === 'protected';
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw toGiftCloudError(error);
  }
}

function assertPassword(password: string | undefined): void {
  if (password === undefined || (password !== '' && password.length <= longestPassword)) return;
  throw new GiftCloudError(
    'USAGE',
    `The password of a patient list has 1 to ${longestPassword} characters.`,
    { hint: 'Excel takes no longer one. Several words are easy to keep.' },
  );
}

function unusable(how: string, cause?: unknown): GiftCloudError {
  return new GiftCloudError('USAGE', `The folder of the patient list ${how}.`, {
    hint: 'Name another folder.',
    cause,
  });
}
