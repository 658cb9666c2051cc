import type { Role } from '../types.js';

/** Records are immutable: a change stores a new object under the same key. */
export interface UserRecord {
  readonly login: string;
  readonly password: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly number: number;
  /** False while the account waits for an administrator. */
  readonly enabled: boolean;
  readonly admin: boolean;
}

export type Accessibility = 'private' | 'protected' | 'public';

interface Inserted {
  /** Milliseconds since 1970. */
  readonly inserted: number;
  readonly insertedBy: string;
  readonly modified: number;
  readonly eventId: number;
}

export interface ProjectRecord extends Inserted {
  readonly id: string;
  readonly number: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly accessibility: Accessibility;
  readonly prearchiveCode: number;
  readonly roles: Readonly<Record<string, Role>>;
}

export interface Share {
  readonly project: string;
  readonly label: string;
}

export interface SubjectRecord extends Inserted {
  readonly id: string;
  readonly project: string;
  readonly label: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Custom fields, `xnat:subjectData/fields/field[name=X]/field`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly shares: readonly Share[];
}

/** What an experiment was before a change; item documents list these after the current state. */
export interface ExperimentVersion {
  readonly subject: string;
  readonly label: string;
  readonly uid: string;
  readonly started: number;
  readonly ended: number;
  readonly eventId: number;
}

export interface ExperimentRecord extends Inserted {
  readonly id: string;
  readonly project: string;
  readonly subject: string;
  readonly label: string;
  readonly xsiType: string;
  readonly uid: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly history: readonly ExperimentVersion[];
}

export interface ScanRecord extends Inserted {
  readonly number: number;
  readonly experiment: string;
  readonly id: string;
  readonly xsiType: string;
  readonly uid: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** `project:ID`, `subject:ID`, `experiment:ID` or `scan:number`. */
export type OwnerKey = string;

export interface ResourceRecord extends Inserted {
  readonly number: number;
  readonly owner: OwnerKey;
  readonly project: string;
  readonly label: string;
  readonly format: string;
  readonly content: string;
  readonly description: string;
  readonly tags: string;
  /** Counts and sizes are blank in lists until something was stored. */
  readonly populated: boolean;
}

export interface FileRecord {
  readonly resource: number;
  /** Slash-separated path inside the resource. */
  readonly path: string;
  /** Where its bytes lie in the resource's folder, for one that was overwritten: no longer at `path`. */
  readonly place?: string;
  /** The name it was sent under where that leads outside the resource. */
  readonly outside?: string;
  readonly size: number;
  /** Not there before anybody asked for it; see `md5Of`. */
  readonly md5?: string;
  readonly crc32: number;
  readonly format: string;
  readonly content: string;
  readonly tags: string;
  readonly modified: number;
  readonly createdBy: string;
  readonly eventId: number;
}

export interface PseudonymRecord {
  readonly id: string;
  readonly ppid: string;
  readonly project: string;
  readonly subject: string;
}

/** One configuration file of the server: a script, a filter. `project` is blank for the site. */
export interface ConfigRecord {
  readonly tool: string;
  readonly path: string;
  readonly project: string;
  readonly number: number;
  readonly version: number;
  readonly user: string;
  readonly created: number;
  readonly reason: string;
  readonly contents: string;
  readonly enabled: boolean;
}

export interface PrearchiveFile {
  readonly name: string;
  readonly seriesUid: string;
  readonly seriesNumber: string;
  readonly seriesDescription: string;
  readonly modality: string;
}

export interface PrearchiveRecord {
  readonly project: string;
  readonly timestamp: string;
  readonly folder: string;
  readonly subject: string;
  readonly name: string;
  readonly studyUid: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly status: string;
  readonly lastModified: number;
  readonly uploaded: string;
  readonly preventAnon: string;
  readonly preventAutoCommit: string;
  readonly source: string;
  /** What the import said of data that is there already: `append`, `delete`; blank where it said nothing. */
  readonly overwrite?: string;
  readonly files: readonly PrearchiveFile[];
}

export interface TokenRecord {
  readonly alias: string;
  readonly secret: string;
  readonly login: string;
}

/** Every kind of record and what is stored under it. */
export interface RecordKinds {
  counter: { readonly value: number };
  user: UserRecord;
  project: ProjectRecord;
  subject: SubjectRecord;
  experiment: ExperimentRecord;
  scan: ScanRecord;
  resource: ResourceRecord;
  file: FileRecord;
  pseudonym: PseudonymRecord;
  config: ConfigRecord;
  prearchive: PrearchiveRecord;
  token: TokenRecord;
}

export type RecordKind = keyof RecordKinds;
