import assert from 'node:assert/strict';
import { hashedUid, pseudonymOf, uidInRows } from '../../../src/services/subjects/pseudonyms.js';
import { pseudonymField } from '../../../src/services/xnat/pseudonymFields.js';
import { uidRoot } from '../../support/seriesFiles.js';
import { project } from './archive.js';
import type { Server } from './server.js';

export const studiesPerPatient = 2;
/** Of each study, which has one series. */
export const instances = 2;

interface Study {
  readonly patient: number;
  readonly number: number;
}

/** What differs between kinds of servers. */
export interface ServerMode {
  /** Options of `gift-cloud sandbox`. */
  readonly sandbox: readonly string[];
  /** Label of the subject that a pseudonym means, as an administrator finds it. */
  subjectOf(server: Server, pseudonym: string): Promise<string | undefined>;
  /** Whether files are named after their new SOP Instance UID. */
  readonly filesByUid: boolean;
}

export const withExtension: ServerMode = {
  sandbox: ['--empty'],
  subjectOf: async (server, pseudonym) =>
    (await server.fields(`/data/projects/${project}/pseudonyms/${pseudonym}`))?.['label'],
  filesByUid: true,
};

/** XNAT as it comes: the pseudonym stands in a custom field of the subject. */
export const plainXnat: ServerMode = {
  sandbox: ['--empty', '--plain-xnat'],
  subjectOf: async (server, pseudonym) => {
    const column = `xnat:subjectData/fields/field[name=${pseudonymField}]/field`;
    const rows = await server.rows(`/data/projects/${project}/subjects`, `label,${column}`);
    const named = rows.filter((row) => row[column.toLowerCase()] === pseudonym);
    assert.ok(named.length < 2, 'a pseudonym stands on two subjects');
    return named[0]?.['label'];
  },
  filesByUid: true,
};

/** What must hold on the server, whatever the order was: each patient in a subject of its own, everything once. */
export async function assertArchive(
  server: Server,
  { mode, patients }: { readonly mode: ServerMode; readonly patients: number },
  spares: ReadonlySet<string>,
  warnings: string,
): Promise<void> {
  const base = `/data/archive/projects/${project}`;
  const subjects = new Set((await server.rows(`${base}/subjects`)).map(({ label = '' }) => label));
  const mapped = new Map<string, number>();
  for (let patient = 1; patient <= patients; patient++) {
    const label = (await mode.subjectOf(server, pseudonymOf(idOf(patient)) ?? '')) ?? '';
    assert.ok(subjects.has(label), `patient ${patient} has no subject`);
    assert.ok(!mapped.has(label), `${label} is patient ${patient} and patient ${mapped.get(label)}`);
    mapped.set(label, patient);
  }
  for (const label of subjects) {
    assert.ok(mapped.has(label) || spares.has(label), `subject ${label} is nobody's and not named`);
  }
  for (const label of spares) assert.ok(!mapped.has(label), `${label} is named as left over and is used`);
  const experiments: Readonly<Record<string, string>>[] = [];
  for (const row of await server.rows(`${base}/experiments`, 'ID,label,UID,subject_label')) {
    const scans = await filledScans(
      server,
      `${base}/subjects/${row['subject_label']}/experiments/${row['ID']}/scans`,
    );
    // One that a race left without data is named for an owner.
    if (scans.length > 0 || !warnings.includes(row['ID'] ?? '')) experiments.push(row);
  }
  for (const [label, patient] of mapped) {
    const own = experiments.filter((row) => row['subject_label'] === label);
    const wanted = Array.from({ length: studiesPerPatient }, (_, at) =>
      studyNumber({ patient, number: at + 1 }),
    );
    const uids = own.map(({ UID = '' }) => uidInRows(UID)).sort();
    assert.deepEqual(
      uids,
      wanted.map((study) => pseudonymOf(`${uidRoot}.${study}`)).sort(),
      `studies of ${label}`,
    );
    for (const study of wanted) {
      const row = own.find(({ UID = '' }) => uidInRows(UID) === pseudonymOf(`${uidRoot}.${study}`));
      await assertSeries(server, mode, `${base}/subjects/${label}/experiments/${row?.['ID']}/scans`, study);
    }
  }
  assert.equal(experiments.length, patients * studiesPerPatient);
}

/** Scans that hold files; a race may leave rows of others, which nobody has put anything into. */
async function filledScans(server: Server, path: string): Promise<readonly FilledScan[]> {
  const filled: FilledScan[] = [];
  for (const { ID = '', UID = '' } of await server.rows(path, 'ID,UID')) {
    const files = await server.rows(`${path}/${ID}/resources/DICOM/files`);
    if (files.length > 0) filled.push({ uid: uidInRows(UID), files: files.map(({ Name = '' }) => Name) });
  }
  return filled;
}

interface FilledScan {
  readonly uid: string;
  readonly files: readonly string[];
}

async function assertSeries(server: Server, mode: ServerMode, path: string, study: number): Promise<void> {
  const scans = await filledScans(server, path);
  const uids = scans.map(({ uid }) => uid);
  assert.deepEqual(uids, [pseudonymOf(`${uidRoot}.${study}.1`)], `series in ${path}`);
  const files = scans[0]?.files ?? [];
  assert.equal(files.length, instances, path);
  if (!mode.filesByUid) return;
  const names = Array.from(
    { length: instances },
    (_, at) => `${hashedUid(`${uidRoot}.${study}.1.${at + 1}`)}.dcm`,
  );
  assert.deepEqual([...files].sort(), names.sort(), path);
}

export function idOf(patient: number): string {
  return `PROOF${String(patient).padStart(5, '0')}`;
}

export function studyNumber({ patient, number }: Study): number {
  return patient * 10 + number;
}
