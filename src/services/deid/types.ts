import type { SourceStamp } from '../dicom/byteSource.js';
import type { SourceRange } from '../dicom/dataSet.js';
import type { PseudonymScheme } from '../keys/scheme.js';
import type { ErrorCode } from '../support/errors.js';
import type { SeriesIdentity } from './clean/cleaned.js';
import type { Profile } from './profiles/profile.js';

/**
 * What an object tells about itself before de-identification. Holds identifiers: lives in memory only.
 * Text is decoded, trimmed of padding; absent and empty are both undefined.
 */
export interface InstanceSummary {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  readonly patientId: string | undefined;
  readonly issuerOfPatientId: string | undefined;
  readonly patientName: string | undefined;
  readonly patientBirthDate: string | undefined;
  readonly studyDate: string | undefined;
  readonly accessionNumber: string | undefined;
  readonly seriesDescription: string | undefined;
  readonly seriesNumber: string | undefined;
  readonly instanceNumber: string | undefined;
  /** Size of the file in bytes. */
  readonly size: number;
  readonly stamp: SourceStamp;
}

/** Who the object becomes; design/safety.md section 2. */
export interface TargetIdentity {
  /** Patient's Name: the subject label on upload, else the pseudonym. */
  readonly patientName: string;
  /** Patient ID: the experiment label on upload, else the pseudonym. */
  readonly patientId: string;
  /** Study Description: the project on upload (stock site script), else removed. */
  readonly studyDescription?: string;
}

/** A DicomEdit script and who wrote it; those of the server come in the order site, project. */
export interface ScriptSource {
  readonly origin: 'site' | 'project' | 'local';
  readonly text: string;
}

export interface DeidentificationRequest {
  readonly profile: Profile;
  readonly identity: TargetIdentity;
  /** How UIDs become new ones; `gift-cloud` when absent. */
  readonly scheme?: PseudonymScheme;
  /** UIDs that the server proves to be new ones already (subjects/ownData.ts); they stay. */
  readonly ownUids?: readonly string[];
  /**
   * Whole days by which the dates of this patient move, the same for all of the patient's objects (PS3.15 E.3.6); needed
   * by profiles with Retain Modified Dates: KEY_MISSING without.
   */
  readonly dateOffsetDays?: number;
  /** What the objects of the series say about the patient: looked for in every text that is kept. */
  readonly series?: SeriesIdentity;
  /** Scripts that run on a copy of the object before the profile (docs/scripts.md). */
  readonly scripts?: readonly ScriptSource[];
  /** What scripts know beside the object: `project`, `subject`, `session`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** What the file was when its patient was read; another one now may be somebody else's: FILE_CHANGED. */
  readonly stamp?: SourceStamp;
}

/** A piece of the object to send: bytes made here, or a range of the (inflated) source that is copied verbatim. */
export type Segment = { readonly bytes: Uint8Array } | { readonly range: SourceRange };

/** Counts of what the profile did; no values. */
export interface DeidentificationCounts {
  readonly removed: number;
  readonly emptied: number;
  readonly replaced: number;
  readonly uidsReplaced: number;
  readonly datesShifted: number;
  /** Places where one of the patient's own values stood in a text that is kept. */
  readonly blanked: number;
  /** Known values that are codes, numbers or UIDs by chance ("HEAD"), and stay. */
  readonly reported: number;
  readonly privateKept: number;
  readonly privateRemoved: number;
  readonly unknownRemoved: number;
  readonly contentReplaced: boolean;
}

/** A de-identified object that nobody has checked yet; only services/deid/deidentify.ts makes one. */
export interface DeidentifiedInstance {
  readonly sopClassUid: string;
  /** New UIDs. */
  readonly sopInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly modality: string;
  /** Source was deflated: ranges count in the inflated stream. */
  readonly sourceDeflated: boolean;
  readonly sourceStamp: SourceStamp;
  readonly segments: readonly Segment[];
  /** Bytes of all segments together: known before anything is sent. */
  readonly size: number;
  readonly counts: DeidentificationCounts;
}

declare const verified: unique symbol;

/** An object whose bytes were read again and found clean; only services/deid/verify.ts makes one. Uploads take nothing else. */
export type VerifiedInstance = DeidentifiedInstance & { readonly [verified]: true };

export interface Refusal {
  readonly status: 'held' | 'failed' | 'skipped';
  readonly code: ErrorCode;
  /** A sentence without identifiers. */
  readonly reason: string;
}

export type DeidentifyOutcome =
  { readonly status: 'verified'; readonly instance: VerifiedInstance } | Refusal;
export type InspectOutcome = { readonly status: 'instance'; readonly summary: InstanceSummary } | Refusal;
