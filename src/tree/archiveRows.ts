import type {
  Archive,
  ExperimentRow,
  ProjectRow,
  ResourceRow,
  ScanRow,
  SubjectRow,
} from '../services/xnat/archive.js';

const naturally = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * The lists behind the tree, sorted as people count (2 before 10) and kept until they are forgotten. One request a
 * level and project: the experiments of all subjects come together, and the resources of all scans.
 */
export class ArchiveRows {
  private readonly lists = new Map<string, Promise<unknown>>();

  constructor(private readonly archive: () => Promise<Archive>) {}

  projects(): Promise<readonly ProjectRow[]> {
    return this.list('projects', async (archive) => sorted(await archive.listProjects(), (row) => row.id));
  }

  subjects(project: string): Promise<readonly SubjectRow[]> {
    return this.list(key('subjects', project), async (archive) =>
      sorted(await archive.listSubjects(project), (row) => row.label),
    );
  }

  async experiments(project: string, subject: SubjectRow): Promise<readonly ExperimentRow[]> {
    const bySubject = await this.list(key('experiments', project), async (archive) =>
      groupBySubject(sorted(await archive.listExperiments(project), (row) => row.label)),
    );
    return bySubject.get(subject.id) ?? bySubject.get(subject.label) ?? [];
  }

  scans(project: string, subject: string, experiment: string): Promise<readonly ScanRow[]> {
    return this.list(key('scans', project, experiment), async (archive) =>
      sorted(await archive.listScans(project, subject, experiment), (row) => row.id),
    );
  }

  /** Resources of the experiment and of all its scans. */
  resources(project: string, subject: string, experiment: string): Promise<readonly ResourceRow[]> {
    return this.list(key('resources', project, experiment), async (archive) =>
      sorted(await archive.listAllResources(project, subject, experiment), (row) => row.label),
    );
  }

  forgetAll(): void {
    this.lists.clear();
  }

  forgetProject(project: string): void {
    for (const level of ['subjects', 'experiments', 'scans', 'resources']) this.forget(key(level, project));
  }

  /** Everything below the subjects of a project; the list of subjects stays. */
  forgetExperiments(project: string): void {
    for (const level of ['experiments', 'scans', 'resources']) this.forget(key(level, project));
  }

  forgetScans(project: string, experiment: string): void {
    for (const level of ['scans', 'resources']) this.forget(key(level, project, experiment));
  }

  private forget(start: string): void {
    for (const name of this.lists.keys()) if (name.startsWith(start)) this.lists.delete(name);
  }

  private list<T>(name: string, load: (archive: Archive) => Promise<T>): Promise<T> {
    const known = this.lists.get(name) as Promise<T> | undefined;
    if (known) return known;
    const loading = this.archive().then(load);
    this.lists.set(name, loading);
    // A failed list is asked for again at the next expansion.
    loading.catch(() => {
      if (this.lists.get(name) === loading) this.lists.delete(name);
    });
    return loading;
  }
}

/** Ends with a separator, so that forgetting project `A` leaves project `AB` alone. */
function key(...parts: readonly string[]): string {
  return `${parts.join('\n')}\n`;
}

function sorted<T>(rows: readonly T[], by: (row: T) => string): readonly T[] {
  return [...rows].sort((a, b) => naturally.compare(by(a), by(b)));
}

function groupBySubject(rows: readonly ExperimentRow[]): ReadonlyMap<string, readonly ExperimentRow[]> {
  const groups = new Map<string, ExperimentRow[]>();
  for (const row of rows) {
    const subject = row.subjectId === '' ? row.subjectLabel : row.subjectId;
    const group = groups.get(subject);
    if (group) group.push(row);
    else groups.set(subject, [row]);
  }
  return groups;
}
