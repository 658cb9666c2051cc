import type { KnownPatient } from '../patients/types.js';
import { SheetNames } from './sheetNames.js';

/** A sheet as it is written; all cells are texts. */
export interface Sheet {
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Columns of the original client (GIFT-Cloud reference, 7.4). */
const patientHeader = [
  'Patient Name',
  'Patient ID',
  'GIFT-Cloud Alias',
  'GIFT-Cloud pseudonymised patient ID',
] as const;
const studyHeader = [
  'Patient Name',
  'Patient ID',
  'GIFT-Cloud Alias',
  'Study Date',
  'Accession Number',
  'GIFT-Cloud Experiment',
] as const;

/** Rows of a sheet in Excel, without its header. */
const mostRows = 1_048_575;

/** AutoUploadSubject2 stands before AutoUploadSubject10. */
const order = new Intl.Collator('en', { numeric: true });

/**
 * The patient list as sheets: for each project one with a row for each way in which a patient was written, and one with its
 * studies. Sorted by project and subject label. Texts are as the objects have them, and identify patients.
 */
export function sheetsOf(patients: readonly KnownPatient[], rowsOfASheet = mostRows): readonly Sheet[] {
  const names = new SheetNames();
  const sheets = byProject(patients).flatMap(({ title, members }) => [
    ...sheetsFor(title, '', patientHeader, members.flatMap(patientRows)),
    ...sheetsFor(title, ' studies', studyHeader, members.flatMap(studyRows)),
  ]);
  return sheets.length > 0 ? sheets : sheetsFor('Patients', '', patientHeader, []);

  function sheetsFor(
    title: string,
    ending: string,
    header: Sheet['header'],
    rows: Sheet['rows'],
  ): readonly Sheet[] {
    const parts: Sheet[] = [];
    for (let at = 0; at === 0 || at < rows.length; at += rowsOfASheet) {
      parts.push({ name: names.take(title, ending), header, rows: rows.slice(at, at + rowsOfASheet) });
    }
    return parts;
  }
}

interface ProjectOfList {
  readonly title: string;
  readonly members: KnownPatient[];
}

/** A project that several servers have is told apart by the name of its server. */
function byProject(patients: readonly KnownPatient[]): readonly ProjectOfList[] {
  const projects = new Map<string, ProjectOfList & { readonly project: string; readonly server: string }>();
  const servers = new Map<string, Set<string>>();
  for (const patient of patients) {
    const { server, project } = patient;
    const key = JSON.stringify([project, server]);
    const known = projects.get(key) ?? {
      title: `${project} ${hostOf(server)}`,
      project,
      server,
      members: [],
    };
    projects.set(key, known);
    known.members.push(patient);
    const folded = project.toUpperCase();
    servers.set(folded, (servers.get(folded) ?? new Set()).add(server));
  }
  return [...projects.values()]
    .sort((a, b) => order.compare(a.project, b.project) || order.compare(a.server, b.server))
    .map(({ title, project, members }) => ({
      title: (servers.get(project.toUpperCase())?.size ?? 0) > 1 ? title : project,
      members: members.sort(
        (a, b) => order.compare(a.subject, b.subject) || order.compare(a.pseudonym, b.pseudonym),
      ),
    }));
}

function hostOf(server: string): string {
  try {
    return new URL(server).host;
  } catch {
    return server;
  }
}

function patientRows({ identities, subject, pseudonym }: KnownPatient): readonly (readonly string[])[] {
  return identities.map(({ patientName, patientId }) => [
    ...[patientName ?? '', patientId ?? ''],
    ...[subject, pseudonym],
  ]);
}

function studyRows({ identities: [latest], subject, studies }: KnownPatient): readonly (readonly string[])[] {
  return [...studies]
    .sort((a, b) => order.compare(a.studyDate, b.studyDate) || order.compare(a.experiment, b.experiment))
    .map(({ studyDate, accessionNumber, experiment }) => [
      ...[latest.patientName ?? '', latest.patientId ?? '', subject],
      ...[studyDate, accessionNumber, experiment],
    ]);
}
