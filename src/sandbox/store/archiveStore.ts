import { Journal } from './journal.js';
import { RecordTable } from './recordTable.js';
import type { OwnerKey, RecordKind, RecordKinds } from './model.js';

const SITE = 'GiftCloud';

/** All records of the sandbox with the look-ups that the routes need. Keys: see the `put…` helpers of the tables. */
export class ArchiveStore {
  private readonly journal: Journal;

  readonly counters = this.table('counter');
  readonly users = this.table('user');
  readonly projects = this.table('project');
  readonly subjects = this.table('subject');
  readonly experiments = this.table('experiment');
  readonly scans = this.table('scan');
  readonly resources = this.table('resource');
  readonly files = this.table('file');
  readonly pseudonyms = this.table('pseudonym');
  readonly configs = this.table('config');
  readonly prearchive = this.table('prearchive');
  readonly tokens = this.table('token');

  /** Subjects of a project, shared ones included. */
  readonly subjectsOfProject = this.subjects.index((subject) => [
    subject.project,
    ...subject.shares.map((share) => share.project),
  ]);
  /** Key: project, blank, label there. */
  readonly subjectByLabel = this.subjects.index((subject) => [
    `${subject.project} ${subject.label}`,
    ...subject.shares.map((share) => `${share.project} ${share.label}`),
  ]);
  readonly experimentsOfProject = this.experiments.index((experiment) => [experiment.project]);
  readonly experimentsOfSubject = this.experiments.index((experiment) => [experiment.subject]);
  /** Key: project, blank, label. */
  readonly experimentByLabel = this.experiments.index((experiment) => [
    `${experiment.project} ${experiment.label}`,
  ]);
  readonly scanByNumber = this.scans.index((scan) => [String(scan.number)]);
  readonly scansOfExperiment = this.scans.index((scan) => [scan.experiment]);
  readonly resourcesOfOwner = this.resources.index((resource) => [resource.owner]);
  readonly filesOfResource = this.files.index((file) => [String(file.resource)]);
  /** Key: project, blank, pseudonym. */
  readonly pseudonymByValue = this.pseudonyms.index((row) => [`${row.project} ${row.ppid}`]);
  readonly pseudonymsOfSubject = this.pseudonyms.index((row) => [row.subject]);

  constructor(folder: string) {
    this.journal = new Journal(folder);
    const tables: Record<RecordKind, { restore(id: string, value: never): void }> = {
      counter: this.counters,
      user: this.users,
      project: this.projects,
      subject: this.subjects,
      experiment: this.experiments,
      scan: this.scans,
      resource: this.resources,
      file: this.files,
      pseudonym: this.pseudonyms,
      config: this.configs,
      prearchive: this.prearchive,
      token: this.tokens,
    };
    for (const { kind, id, value } of this.journal.load()) {
      // The journal holds only what these tables wrote.
      tables[kind as RecordKind].restore(id, value as never);
    }
  }

  close(): void {
    this.journal.close();
  }

  /** The next number of a series; numbers are never given twice, also not after a refused creation. */
  next(series: string): number {
    const value = (this.counters.get(series)?.value ?? 0) + 1;
    this.counters.put(series, { value });
    return value;
  }

  /** A new accession ID, such as `GiftCloud_S00015`. */
  nextId(letter: 'S' | 'E' | 'Pi'): string {
    return `${SITE}_${letter}${String(this.next(letter)).padStart(5, '0')}`;
  }

  nextEvent(): number {
    return this.next('event');
  }

  subjectOf(project: string, labelOrId: string) {
    const byLabel = this.subjectByLabel.first(`${project} ${labelOrId}`);
    if (byLabel !== undefined) return byLabel;
    const byId = this.subjects.get(labelOrId);
    if (byId === undefined) return undefined;
    const inside = byId.project === project || byId.shares.some((share) => share.project === project);
    return inside ? byId : undefined;
  }

  experimentOf(project: string, labelOrId: string) {
    const byLabel = this.experimentByLabel.first(`${project} ${labelOrId}`);
    if (byLabel !== undefined) return byLabel;
    const byId = this.experiments.get(labelOrId);
    return byId?.project === project ? byId : undefined;
  }

  scanOf(experiment: string, id: string) {
    return this.scans.get(`${experiment} ${id}`);
  }

  /** By label, or by the internal number that listings name. */
  resourceOf(owner: OwnerKey, labelOrNumber: string) {
    const all = this.resourcesOfOwner.all(owner);
    return (
      all.find((resource) => resource.label === labelOrNumber) ??
      all.find((resource) => String(resource.number) === labelOrNumber)
    );
  }

  private table<K extends RecordKind>(kind: K): RecordTable<RecordKinds[K]> {
    return new RecordTable<RecordKinds[K]>((id, value) => this.journal.append({ kind, id, value }));
  }
}
