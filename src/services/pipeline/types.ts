import type { InstanceSummary, Refusal, ScriptSource, VerifiedInstance } from '../deid/types.js';
import type { KnownPatient, PatientIdentity } from '../patients/types.js';
import type { SchemeName } from '../keys/scheme.js';
import type { OwnStudy } from '../subjects/ownData.js';
import type { ErrorCode, GiftCloudError } from '../support/errors.js';
import type { PreviewSummary } from './preview.js';
import type { DeidReport, ScriptDigest } from './deidReport.js';
import type { Reviewed } from './reviewed.js';

/** Row statuses of design/cli.md, one row per input file. */
export type FileStatus = 'deidentified' | 'uploaded' | 'present' | 'skipped' | 'held' | 'failed';

/** A file that discovery found to be a DICOM instance. `path` and `summary` are local and identifying: never logged. */
export interface SourceInstance {
  /** Position in the input, the only name of a file in logs. */
  readonly index: number;
  readonly path: string;
  readonly summary: InstanceSummary;
}

export type DiscoverEvent =
  | { readonly kind: 'instance'; readonly instance: SourceInstance }
  | { readonly kind: 'refused'; readonly index: number; readonly path: string; readonly refusal: Refusal }
  | { readonly kind: 'progress'; readonly filesSeen: number };

/** One series of one study of one patient, its instances in order of arrival, each SOP Instance UID once. */
export interface SourceSeries {
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly sopClassUid: string;
  readonly instances: readonly SourceInstance[];
}

export interface SourceStudy {
  readonly studyInstanceUid: string;
  readonly patientId: string;
  /** Issuer of the patient ID as `issuerKey` gives it, empty when no object names one. */
  readonly issuer: string;
  readonly series: readonly SourceSeries[];
  /** Pseudonym of whoever a person said it is. */
  readonly decided?: string;
}

export interface PlannedStudy {
  readonly study: SourceStudy;
  /** Pseudonym and hashed UIDs in the server's spelling `2_25_n`. */
  readonly pseudonym: string;
  readonly studyUid: string;
  /** Days by which the profile moves the patient's dates, where it does. */
  readonly dateOffsetDays?: number;
  /** What the server proves about a study that was de-identified before. */
  readonly own?: OwnStudy;
}

/** What is shown before anything is sent; no identifiers. */
export interface UploadReview {
  readonly project: string;
  /** Name of the profile. */
  readonly profile: string;
  readonly patients: number;
  readonly studies: number;
  readonly series: number;
  readonly instances: number;
  readonly bytes: number;
  /** Files that will not be sent. */
  readonly refused: readonly RefusalCount[];
  /** What would become of the first object of each series; made where somebody reviews. */
  readonly sample?: PreviewSummary;
  /** Scripts of the server that run before the profile, for a preview that tells the same. */
  readonly scripts?: readonly ScriptSource[];
}

/** How many files were refused for one reason. */
export interface RefusalCount extends Refusal {
  readonly count: number;
}

/** By names and sizes of two lists; or by its bytes, which were fetched back and hashed. */
export type ProofOfArrival = 'listed' | 'fetched';

/** Where a series went. */
export interface SeriesPlace {
  readonly project: string;
  readonly subject: string;
  readonly experiment: string;
  readonly scan: string;
}

export type PipelineEvent =
  | { readonly kind: 'phase'; readonly phase: PipelinePhase }
  | { readonly kind: 'discovering'; readonly filesSeen: number; readonly instances: number }
  | { readonly kind: 'review'; readonly review: UploadReview }
  | {
      /** The final word on one input file; `path` is for a `--report` that was asked for and nothing else. */
      readonly kind: 'file';
      readonly index: number;
      readonly path: string;
      readonly status: FileStatus;
      /** Why it was refused; or what has to be known about an object that was made. */
      readonly code?: ErrorCode | 'CONTENT_REPLACED' | 'VALUES_BLANKED';
      readonly reason?: string;
      readonly output?: string;
      /** How it is known that it lies in the archive. */
      readonly confirmed?: ProofOfArrival;
    }
  | {
      readonly kind: 'progress';
      readonly instancesDone: number;
      readonly instancesTotal: number;
      readonly bytesSent: number;
      readonly bytesTotal: number;
    }
  | {
      readonly kind: 'subject';
      readonly project: string;
      readonly subject: string;
      readonly created: boolean;
    }
  | {
      /** What the transfer queue shows of the series before they have a place. */
      readonly kind: 'planned';
      readonly series: readonly PlannedSeries[];
    }
  | {
      /** How far a series is; `held`, `failed` and `cancelled` (nothing of it is for us) are final. */
      readonly kind: 'seriesState';
      readonly id: string;
      readonly state: 'de-identifying' | 'sending' | 'confirming' | 'held' | 'failed' | 'cancelled';
      readonly place?: SeriesPlace;
      /** Instances that were sent or refused. */
      readonly done?: number;
      readonly code?: ErrorCode;
      readonly reason?: string;
    }
  | {
      readonly kind: 'series';
      /** As in `planned`. */
      readonly id: string;
      readonly place: SeriesPlace;
      readonly status: 'archived' | 'present' | 'failed';
      readonly instances: number;
      readonly code?: ErrorCode;
      readonly reason?: string;
    }
  | ({ readonly kind: 'warning' } & Warning)
  | { readonly kind: 'receipt'; readonly receipt: Receipt };

/** What a person should know of a run; labels of the server and codes only. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

export type FileEvent = Extract<PipelineEvent, { kind: 'file' }>;

export type PipelinePhase =
  'discover' | 'review' | 'pseudonymise' | 'anonymise' | 'upload' | 'confirm' | 'receipt';

export interface Totals {
  readonly files: number;
  readonly deidentified: number;
  readonly uploaded: number;
  readonly present: number;
  readonly skipped: number;
  readonly held: number;
  readonly failed: number;
  readonly bytesSent: number;
}

/** A series before it has a place. */
export interface PlannedSeries {
  /** Made from the new UID, the same in every run. */
  readonly id: string;
  /** Number of its study within the job. */
  readonly study: string;
  readonly modality: string;
  readonly instances: number;
}

/** Accession IDs of what was made on the server, so that nothing else is ever taken for it. */
export interface MadePlaces {
  readonly subject?: string;
  readonly experiment?: string;
  /** ID of the scan within its experiment. */
  readonly scan?: string;
}

/** What went where, without identifiers: server labels, new UIDs, hashes. */
export interface Receipt {
  readonly tool: string;
  readonly server: string;
  readonly user: string;
  /** Name of the profile. */
  readonly profile: string;
  readonly scheme: SchemeName;
  /** Fingerprint of the project key that was used, if any. */
  readonly keyId?: string;
  /** Scripts of the server that were honoured. */
  readonly scripts: readonly ScriptDigest[];
  readonly started: string;
  readonly finished: string;
  readonly totals: Totals;
  /** Files that were not sent. */
  readonly refused: readonly RefusalCount[];
  /** What a person should look at: subjects that are left over, places that went to others, doubled rows. */
  readonly warnings: readonly Warning[];
  /** How many reports and documents arrived with their content replaced. */
  readonly contentReplaced: number;
  /** Places in texts where a value of the patient stood, and codes or numbers that look like one and stay. */
  readonly valuesBlanked: number;
  readonly valuesInCodes: number;
  readonly series: readonly {
    readonly place: SeriesPlace;
    readonly status: 'archived' | 'present' | 'failed';
    readonly code?: ErrorCode;
    /** What this job made for the series: what was there before has no name here. */
    readonly made?: MadePlaces;
    readonly instances: readonly {
      readonly name: string;
      /** `present`: it was there before. */
      readonly status: 'uploaded' | 'present';
      readonly size: number;
      readonly sha256: string;
      readonly confirmed: ProofOfArrival;
    }[];
  }[];
}

/** A verified instance tied to the file it was made from. */
export interface ReadyInstance {
  readonly source: SourceInstance;
  readonly verified: VerifiedInstance;
}

/** Where one job keeps what must outlive its process: the transfer queue. Implementations store no identifiers. */
export interface JobJournal {
  /**
   * The job was confirmed, nothing was sent yet: from here on it is done, if not by this process then by another. `reviewed`
   * is what a person agreed to, where one was asked. Errors: DISK_FULL, FILE_UNREADABLE, LEASE_LOST, KEY_MISSING.
   */
  begin(review: UploadReview, reviewed: Reviewed | undefined): Promise<void>;
  /** Every event at the moment it is told. */
  note(event: PipelineEvent): void;
  /** Keeps receipt and report. Errors: those of the file system, LEASE_LOST. */
  finish(receipt: Receipt, report: DeidReport): Promise<void>;
  /** Never throws: the error of the run is what counts. */
  fail(error: GiftCloudError): Promise<void>;
}

/** Somebody of whom nobody can say who it is. Holds identifiers: for the screen alone. */
export interface DoubtfulPatient {
  readonly identity: PatientIdentity;
  /** Why it was not sent without a word. */
  readonly refusal: Refusal;
  readonly studies: number;
  readonly instances: number;
  /** Whether there is a Patient ID to go by. */
  readonly byPatientId: boolean;
  /** The subject that the Patient ID leads to, where there is one. */
  readonly subject?: string;
  /** Who goes by the same Patient ID on this machine. */
  readonly namesakes: readonly KnownPatient[];
}

/** What a person says of one: held back; whoever the Patient ID says; somebody new; or the patient of a subject. */
export type PatientAnswer =
  | { readonly kind: 'hold' }
  | { readonly kind: 'byPatientId' }
  | { readonly kind: 'new' }
  | { readonly kind: 'subject'; readonly subject: string };

/** Asks who patients are, one answer each in their order, before the review. */
export type AskWhoIsWho = (
  patients: readonly DoubtfulPatient[],
  signal: AbortSignal | undefined,
) => Promise<readonly PatientAnswer[]>;

/** Review before sending: true sends. Headless says yes. */
export type Confirm = (review: UploadReview, signal: AbortSignal | undefined) => Promise<boolean>;
