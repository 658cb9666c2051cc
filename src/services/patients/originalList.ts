import { readFile } from 'node:fs/promises';
import { pseudonymOf, uidInRows } from '../subjects/pseudonyms.js';
import { GiftCloudError } from '../support/errors.js';

/** A patient of a `GiftCloudPatientList.json` of the original client (GIFT-Cloud reference, 7.4). */
export interface OriginalEntry {
  readonly project: string;
  readonly patientName: string;
  readonly patientId: string;
  /** Label of the subject. */
  readonly subject: string;
  readonly pseudonym: string;
}

/**
 * Reads the patient list that the original client keeps, in its order. Errors: USAGE for anything that is none,
 * FILE_UNREADABLE.
 */
export async function readOriginalList(path: string): Promise<readonly OriginalEntry[]> {
  const bytes = await readFile(path);
  let list: unknown;
  try {
    list = JSON.parse(textOf(bytes));
  } catch {
    throw noList();
  }
  const { ProjectList: projects } = fieldsOf(list);
  if (!Array.isArray(projects)) throw noList();
  return projects.flatMap((project: unknown) => {
    const { ProjectName: name, AliasList: aliases } = fieldsOf(project);
    if (typeof name !== 'string' || !Array.isArray(aliases)) throw noList();
    return aliases.map((alias: unknown) => entryOf(name, fieldsOf(alias)));
  });
}

/** Java wrote it in the character set of its system: UTF-8, or on Windows as a rule windows-1252. */
function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function entryOf(project: string, alias: Readonly<Record<string, unknown>>): OriginalEntry {
  const text = (name: string): string => {
    const value = alias[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    project,
    patientName: text('PatientName'),
    patientId: text('PatientId'),
    subject: text('GiftCloudAlias').trim(),
    pseudonym: text('GiftCloudPpid').trim(),
  };
}

/**
 * Whether the pseudonym of an entry is that of its patient ID: its hash, on Windows of other bytes (GIFT-Cloud reference, 2.1),
 * or an ID that is a pseudonym itself (2.2). Any other ID in its place must not reach the server.
 */
export function isConsistent({ patientId, pseudonym }: OriginalEntry): boolean {
  const itself = uidInRows(patientId.trim());
  return (
    [pseudonymOf(patientId), pseudonymOf(patientId, 'latin1')].includes(pseudonym) ||
    (itself === pseudonym && /^2_25_\d+$/.test(itself))
  );
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : {};
}

function noList(): GiftCloudError {
  return new GiftCloudError('USAGE', 'The file is no patient list of GIFT-Cloud.', {
    hint: 'Choose the GiftCloudPatientList.json of the folder GiftCloudUploader in the home folder of its user.',
  });
}
