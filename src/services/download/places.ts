import { GiftCloudError } from '../support/errors.js';
import type { Archive, ArchivePath, ExperimentRow, SubjectRow } from '../xnat/archive.js';
import type { DownloadRequest, DownloadTarget } from './types.js';

/** An experiment, or what hangs directly on a project or a subject: listed, and written into one folder, as a whole. */
export interface Place {
  /** Tells it from every other place of every server. */
  readonly identity: string;
  /** Accession ID; of a project its ID. */
  readonly id: string;
  /** Its folder below the target folder: for each level the names it may have, best first, as the server gives them. */
  readonly folder: readonly (readonly string[])[];
  /** How the server is asked for it: by accession IDs, which nobody can take over. */
  readonly path: ArchivePath;
  /** Only this scan. */
  readonly scan?: string;
  /** Only this resource, by label or id, of exactly this level. */
  readonly resource?: string;
  /** The person named it: when it can't be listed, that is the result of the whole download. */
  readonly named: boolean;
}

/**
 * The places that were chosen, each once. Lists one level of a project at a time, whatever its size.
 *
 * Experiments lie in `[project/][subject/]<experiment>`. What hangs on a project or a subject lies in
 * `<project>/project-resources` and `[project/]<subject>/subject-resources`: names that the folder of an experiment
 * never has inside, since experiments and subjects may be called the same.
 *
 * @throws NOT_FOUND_OR_NOT_ALLOWED for what is not there, and the errors of the archive.
 */
export async function findPlaces(
  archive: Archive,
  request: DownloadRequest,
  signal?: AbortSignal,
): Promise<readonly Place[]> {
  const finder = new PlaceFinder(archive, request, signal);
  const places = new Map<string, Place>();
  for (const target of request.targets) {
    for (const place of await finder.placesOf(target)) {
      places.set(JSON.stringify([place.identity, place.scan, place.resource]), place);
    }
  }
  return [...places.values()];
}

class PlaceFinder {
  constructor(
    private readonly archive: Archive,
    private readonly request: DownloadRequest,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async placesOf(target: DownloadTarget): Promise<Place[]> {
    if (target.experiment !== undefined) return [await this.namedExperiment(target, target.experiment)];
    if (target.subject !== undefined) return this.placesOfSubject(target, target.subject);
    const { project, resource } = target;
    if (resource !== undefined) return [this.project(project, true, resource)];
    const experiments = await this.archive.listExperiments(project, undefined, this.signal);
    const places = experiments.map((row) => this.experiment(project, row));
    if (this.scansOnly) return places;
    const subjects = await this.archive.listSubjects(project, this.signal);
    return [
      ...places,
      this.project(project, false),
      ...subjects.map((row) => this.subject(project, row, false)),
    ];
  }

  private async placesOfSubject(target: DownloadTarget, name: string): Promise<Place[]> {
    const { project, resource } = target;
    const subjects = await this.archive.listSubjects(project, this.signal);
    const row = subjects.find(({ label }) => label === name) ?? subjects.find(({ id }) => id === name);
    if (!row) throw notThere('subject');
    if (resource !== undefined) return [this.subject(project, row, true, resource)];
    const experiments = await this.archive.listExperiments(project, row.id, this.signal);
    return [
      ...experiments.map((experiment) => this.experiment(project, experiment, row)),
      ...(this.scansOnly ? [] : [this.subject(project, row, false)]),
    ];
  }

  private async namedExperiment(target: DownloadTarget, name: string): Promise<Place> {
    const { project, subject, scan, resource } = target;
    const rows = await this.archive.listExperiments(project, subject, this.signal);
    const row = rows.find(({ label }) => label === name) ?? rows.find(({ id }) => id === name);
    if (!row) throw notThere('experiment');
    return {
      ...this.experiment(project, row),
      ...(scan !== undefined && { scan }),
      ...(resource !== undefined && { resource }),
      named: true,
    };
  }

  /** Scan types were chosen: nothing but scans has one. */
  private get scansOnly(): boolean {
    return (this.request.scanTypes ?? []).length > 0;
  }

  private experiment(project: string, row: ExperimentRow, owner?: SubjectRow): Place {
    const { includeProject, includeSubject } = this.request;
    const subjectId = row.subjectId || owner?.id || row.subjectLabel;
    const subjectNames = [row.subjectLabel, owner?.label ?? '', subjectId];
    return {
      identity: `${this.archive.serverUrl}/data/experiments/${row.id}`,
      id: row.id,
      folder: [
        ...(includeProject ? [[project]] : []),
        ...(includeSubject ? [subjectNames] : []),
        [row.label, row.id],
      ],
      path: { project, subject: subjectId, experiment: row.id },
      named: false,
    };
  }

  private subject(project: string, row: SubjectRow, named: boolean, resource?: string): Place {
    return {
      identity: `${this.archive.serverUrl}/data/subjects/${row.id}`,
      id: row.id,
      folder: [
        ...(this.request.includeProject ? [[project]] : []),
        [row.label, row.id],
        ['subject-resources'],
      ],
      path: { project, subject: row.id },
      ...(resource !== undefined && { resource }),
      named,
    };
  }

  private project(project: string, named: boolean, resource?: string): Place {
    return {
      identity: `${this.archive.serverUrl}/data/projects/${project}`,
      id: project,
      folder: [[project], ['project-resources']],
      path: { project },
      ...(resource !== undefined && { resource }),
      named,
    };
  }
}

export function notThere(kind: string): GiftCloudError {
  return new GiftCloudError(
    'NOT_FOUND_OR_NOT_ALLOWED',
    `The ${kind} to download is not there, or you have no access to it.`,
    { hint: 'Check its name; upper and lower case matter. If you just got access, sign in again.' },
  );
}
