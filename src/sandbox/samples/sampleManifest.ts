/** What should become of a file: statuses of design/cli.md, where `uploads` stands for every good end. */
export type ExpectedStatus = 'uploads' | 'held' | 'skipped' | 'failed';

/** Why a file does not upload. */
export type ExpectedReason = 'burned-in text' | 'not DICOM' | 'DICOMDIR' | 'damaged';

export interface SampleFileEntry {
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  readonly size: number;
  readonly expected: ExpectedStatus;
  readonly reason?: ExpectedReason;
}

export interface SampleSeriesEntry {
  readonly seriesInstanceUid: string;
  readonly modality: string;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly sopInstanceUids: readonly string[];
  readonly files: readonly string[];
  readonly expected: ExpectedStatus;
  readonly reason?: ExpectedReason;
}

/** An identifier in plain text, for searches in what leaves the program. */
export interface SampleIdentifier {
  readonly label: string;
  readonly text: string;
}

export interface SampleStudyEntry {
  readonly studyInstanceUid: string;
  readonly patientId: string;
  readonly patientName: string;
  readonly birthDate: string;
  readonly studyDate: string;
  readonly series: readonly SampleSeriesEntry[];
  readonly instances: number;
  /** `uploads` where at least one series does. */
  readonly expected: ExpectedStatus;
  readonly identifiers: readonly SampleIdentifier[];
}

export interface SampleManifest {
  readonly folder: string;
  readonly studies: readonly SampleStudyEntry[];
  /** Every file written, decoys too. */
  readonly files: readonly SampleFileEntry[];
  readonly bytes: number;
}
