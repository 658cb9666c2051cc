import { dicomResource } from '../subjects/seriesPlace.js';
import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { Archive, ArchivePath, FileRow, RemovablePath, SubjectDocument } from '../xnat/archive.js';
import type { UndoPlan, UndoResult, UndoSeries } from './types.js';

interface Told {
  filesRemoved: number;
  filesGone: number;
  readonly removed: string[];
  readonly left: string[];
}

interface Undo {
  readonly archive: Archive;
  readonly told: Told;
  readonly signal: AbortSignal | undefined;
}

/**
 * Takes back what a job put on the server, and nothing else: files of its name and size, then the scan, experiment and
 * subject that it made, each only when a fresh read shows it empty. What others added stays. Read back at the end.
 * Errors: those of the archive; NOT_ALLOWED for everybody but owners, before anything is removed.
 * @param onProgress gets how many of the files of the plan are done with.
 */
export async function undoUpload(
  archive: Archive,
  plan: UndoPlan,
  onProgress: (done: number) => void,
  signal?: AbortSignal,
): Promise<UndoResult> {
  if (archive.serverUrl !== plan.server) {
    throw new GiftCloudError(
      'USAGE',
      'The upload went to another server than the one you are signed in to.',
      {
        hint: 'Sign in to that server first.',
      },
    );
  }
  const told: Told = { filesRemoved: 0, filesGone: 0, removed: [], left: [] };
  const undo: Undo = { archive, told, signal };
  let done = 0;
  for (const series of plan.series) {
    throwIfAborted(signal);
    await removeFiles(undo, series, () => onProgress(++done));
  }
  // From below upwards; each is looked at right before it goes.
  for (const removeEmpty of [removeScan, removeExperiment, removeSubject]) {
    for (const series of plan.series) await removeEmpty(undo, series);
  }
  return told;
}

async function removeFiles(undo: Undo, { place, files }: UndoSeries, onFile: () => void): Promise<void> {
  const { archive, told, signal } = undo;
  const experiment = experimentOf(await read(undo, place), place);
  if (experiment === undefined) {
    told.filesGone += files.length;
    files.forEach(onFile);
    return;
  }
  const path = { ...place, experiment: experiment.id };
  const list = async (): Promise<ReadonlyMap<string, FileRow>> =>
    new Map((await archive.listFiles(path, dicomResource, signal)).map((row) => [row.name, row]));
  const before = await list();
  for (const { name, size } of files) {
    throwIfAborted(signal);
    const row = before.get(name);
    if (row === undefined) told.filesGone++;
    else if (row.size !== size) told.left.push(`${at(place)}/${name}: it was changed since`);
    else await archive.removeFile(path, dicomResource, name, signal);
    onFile();
  }
  const after = await list();
  for (const { name, size } of files) {
    const row = before.get(name);
    if (row?.size !== size) continue;
    if (after.has(name)) told.left.push(`${at(place)}/${name}: the server did not remove it`);
    else told.filesRemoved++;
  }
}

async function removeScan(undo: Undo, { place, made }: UndoSeries): Promise<void> {
  const experiment = experimentOf(await read(undo, place), place);
  if (experiment === undefined || experiment.scans.every(({ id }) => id !== made.scan)) return;
  const path = {
    project: place.project,
    subject: place.subject,
    experiment: experiment.id,
    scan: place.scan,
  };
  if (await hasNoFiles(undo, path)) {
    const isGone = async (): Promise<boolean> => isScanGone(await read(undo, place), place);
    await remove(undo, path, at(place), isGone);
  } else undo.told.left.push(`${at(place)}: it holds files that this upload did not send`);
}

async function removeExperiment(undo: Undo, { place, made }: UndoSeries): Promise<void> {
  const experiment = experimentOf(await read(undo, place), place);
  if (experiment === undefined || experiment.id !== made.experiment || experiment.scans.length > 0) return;
  const path = { project: place.project, subject: place.subject, experiment: experiment.id };
  if (!(await hasNoFiles(undo, path))) return;
  const isGone = async (): Promise<boolean> => experimentOf(await read(undo, place), place) === undefined;
  await remove(undo, path, `${place.subject}/${place.experiment}`, isGone);
}

async function removeSubject(undo: Undo, { place, made }: UndoSeries): Promise<void> {
  const subject = await read(undo, place);
  if (subject === undefined || subject.id !== made.subject || subject.label !== place.subject) return;
  if (subject.experiments.length > 0 || subject.resources.length > 0) return;
  const isGone = async (): Promise<boolean> => (await read(undo, place)) === undefined;
  await remove(undo, { project: place.project, subject: subject.id }, place.subject, isGone);
}

async function remove(
  { archive, told, signal }: Undo,
  path: RemovablePath,
  label: string,
  isGone: () => Promise<boolean>,
): Promise<void> {
  await archive.removeElement(path, signal);
  if (await isGone()) told.removed.push(label);
  else told.left.push(`${label}: the server did not remove it`);
}

function read({ archive, signal }: Undo, { project, subject }: Place): Promise<SubjectDocument | undefined> {
  return archive.readSubject(project, subject, signal);
}

async function hasNoFiles({ archive, signal }: Undo, path: ArchivePath): Promise<boolean> {
  for (const { label, id } of await archive.listResources(path, signal)) {
    if ((await archive.listFiles(path, label || id, signal)).length > 0) return false;
  }
  return true;
}

type Place = UndoSeries['place'];

function experimentOf(
  subject: SubjectDocument | undefined,
  place: Place,
): SubjectDocument['experiments'][number] | undefined {
  if (subject?.label !== place.subject) return undefined;
  return subject.experiments.find(({ label }) => label === place.experiment);
}

function isScanGone(subject: SubjectDocument | undefined, place: Place): boolean {
  return experimentOf(subject, place)?.scans.every(({ id }) => id !== place.scan) ?? true;
}

function at({ subject, experiment, scan }: Place): string {
  return `${subject}/${experiment}/${scan}`;
}
