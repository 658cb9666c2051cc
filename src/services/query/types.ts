import type { CalledNode } from '../dimse/listenerTypes.js';

/** A PACS as we talk to it. */
export interface PacsConnection extends CalledNode {
  /** What people call it; shown in the transfer queue. */
  readonly name: string;
}

/** Information model (PS3.4 C.3): most archives know Study Root, older ones Patient Root. */
export type QueryModel = 'study' | 'patient';

/** Query/Retrieve levels (PS3.4 C.3), top down. */
export type QueryLevel = 'patient' | 'study' | 'series' | 'image';

/**
 * What is searched for; what is empty or absent matches everything. Identifying: never logged or kept. Names, texts and codes
 * take the wildcards `*` (any text) and `?` (one character), PS3.4 C.2.2.2.4; UIDs are lists.
 */
export interface QueryTerms {
  /** `Family^Given`. */
  readonly patientName?: string;
  readonly patientId?: string;
  /** `YYYYMMDD`, or a range with one end or both: `YYYYMMDD-YYYYMMDD`, `-YYYYMMDD`, `YYYYMMDD-`. */
  readonly studyDate?: string;
  readonly accessionNumber?: string;
  readonly modality?: string;
  readonly studyDescription?: string;
  readonly studyUids?: readonly string[];
  readonly seriesUids?: readonly string[];
  readonly instanceUids?: readonly string[];
}

export type QueryField = keyof QueryTerms;

/** A term that can't be sent, and why, as a sentence without the value. */
export interface TermProblem {
  readonly field: QueryField;
  readonly message: string;
}

export interface QueryRequest {
  readonly model: QueryModel;
  /** Of the rows that are wanted. Levels between the terms and this one are gone through. */
  readonly level: QueryLevel;
  readonly terms: QueryTerms;
  /** After so many rows the PACS is told to stop (C-CANCEL); without it all come. */
  readonly limit?: number;
  /** A person agreed to a search without any term, which can take very long; USAGE otherwise. */
  readonly everything?: boolean;
}

/** Values as text, decoded and trimmed, empty where the PACS left them out; counts are undefined then. */
export interface PatientRow {
  readonly level: 'patient';
  readonly patientId: string;
  /** With `^` between its parts and `=` between alphabetic, ideographic and phonetic spelling. */
  readonly patientName: string;
  readonly birthDate: string;
  readonly sex: string;
  /** Of this search where the PACS has no patient level; then the row is told again whenever it grows. */
  readonly studies: number | undefined;
}

export interface StudyRow extends Omit<PatientRow, 'level' | 'studies'> {
  readonly level: 'study';
  readonly studyUid: string;
  readonly date: string;
  readonly time: string;
  readonly accessionNumber: string;
  readonly studyId: string;
  readonly description: string;
  readonly modalities: readonly string[];
  readonly series: number | undefined;
  readonly instances: number | undefined;
}

export interface SeriesRow {
  readonly level: 'series';
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly modality: string;
  readonly number: string;
  readonly description: string;
  readonly bodyPart: string;
  readonly date: string;
  readonly time: string;
  readonly instances: number | undefined;
}

export interface ImageRow {
  readonly level: 'image';
  readonly studyUid: string;
  readonly seriesUid: string;
  readonly instanceUid: string;
  readonly sopClassUid: string;
  readonly number: string;
  readonly imageType: string;
  readonly date: string;
  readonly time: string;
  readonly frames: number | undefined;
}

export type QueryRow = PatientRow | StudyRow | SeriesRow | ImageRow;

export type QueryEvent =
  | { readonly kind: 'rows'; readonly rows: readonly QueryRow[] }
  | {
      /** The last one. `more`: the limit ended it, or the PACS said that it stopped early. */
      readonly kind: 'done';
      readonly rows: number;
      readonly more: boolean;
      /** Answers that could not be used: damaged, or without the UID that names them. */
      readonly unusable: number;
    };
