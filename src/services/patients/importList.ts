import { GiftCloudError, throwIfAborted, type ErrorCode } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { isConsistent, type OriginalEntry } from './originalList.js';
import type { PatientFile } from './patientFile.js';
import { askServer } from './serverCheck.js';
import type { PatientFact } from './types.js';

/** How an entry fared; its place in the list names it, counted from 1. */
export interface ImportedEntry {
  readonly index: number;
  readonly project: string;
  /** `known`: was there already; `held`: was not taken, see `reason`. */
  readonly status: 'added' | 'known' | 'held';
  readonly code?: ErrorCode;
  readonly reason?: string;
}

/** Entries that are asked about at once: the archive has four lanes for small requests. */
const atOnce = 4;
/** Entries between two writings to the disk. */
const together = 100;

/**
 * Takes the patients of an original list into the key file, each only if the server maps its pseudonym to its subject at this
 * moment. One that contradicts itself, the server or what is known here is held. Errors: those of the archive, KEY_MISSING.
 */
export async function* importList(
  entries: readonly OriginalEntry[],
  archive: Archive,
  patients: PatientFile,
  signal?: AbortSignal,
): AsyncGenerator<ImportedEntry, void, undefined> {
  const server = archive.serverUrl;
  const keyOf = (fact: { project: string; pseudonym: string; subject: string }): string =>
    JSON.stringify([fact.project, fact.pseudonym, fact.subject]);
  const known = new Set(
    (await patients.patients()).filter((patient) => patient.server === server).map(keyOf),
  );
  for (let at = 0; at < entries.length; at += together) {
    const facts: PatientFact[] = [];
    const results: ImportedEntry[] = [];
    const some = entries.slice(at, at + together);
    for (let lane = 0; lane < some.length; lane += atOnce) {
      throwIfAborted(signal);
      const judged = some.slice(lane, lane + atOnce).map(async (entry, place) => {
        const verdict = await judge(entry, known.has(keyOf(entry)), archive, patients, signal);
        return { entry, verdict, index: at + lane + place + 1 };
      });
      for (const { entry, verdict, index } of await Promise.all(judged)) {
        const { project } = entry;
        if (verdict !== 'fits') results.push({ index, project, status: 'held', ...verdict });
        else if (known.has(keyOf(entry))) results.push({ index, project, status: 'known' });
        else {
          known.add(keyOf(entry));
          facts.push(factOf(entry, server));
          results.push({ index, project, status: 'added' });
        }
      }
    }
    await patients.add(facts);
    yield* results;
  }
}

type Verdict = 'fits' | { readonly code: ErrorCode; readonly reason: string };

async function judge(
  entry: OriginalEntry,
  isKnown: boolean,
  archive: Archive,
  patients: PatientFile,
  signal?: AbortSignal,
): Promise<Verdict> {
  const { project, patientId, subject, pseudonym } = entry;
  if (patientId.trim() === '' || subject === '' || pseudonym === '')
    return { code: 'PATIENT_ID_MISSING', reason: 'Patient ID, alias or pseudonym is missing.' };
  if (!isConsistent(entry))
    return { code: 'PATIENT_AMBIGUOUS', reason: 'The pseudonym is not that of the Patient ID.' };
  const where = { server: archive.serverUrl, project, issuerCounts: false };
  const doubt = await patients.doubtAbout(identityOf(entry), where);
  if (doubt !== undefined) return { code: doubt.code, reason: doubt.reason };
  if (isKnown) return 'fits';
  const says = await askServer(archive, entry, signal).catch((error: unknown) => {
    // The name of a project that no server can have.
    if (GiftCloudError.is(error, 'INVALID_LABEL')) return 'not there' as const;
    throw error;
  });
  if (says === 'same') return 'fits';
  const reason = {
    'not there': 'The server does not know the pseudonym in this project, or you may not see it.',
    'other subject': 'The server maps the pseudonym to another subject now.',
  }[says];
  return { code: 'MAPPING_CHANGED', reason };
}

function factOf(entry: OriginalEntry, server: string): PatientFact {
  const { project, pseudonym, subject } = entry;
  return {
    kind: 'patient',
    ...{ at: Date.now(), server, project, pseudonym, subject },
    identity: identityOf(entry),
  };
}

function identityOf({ patientName, patientId }: OriginalEntry): PatientFact['identity'] {
  return { patientName, patientId, issuerOfPatientId: undefined, patientBirthDate: undefined };
}
