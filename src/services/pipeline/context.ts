import type { Profile } from '../deid/profiles/profile.js';
import type { ScriptSource } from '../deid/types.js';
import type { Sources } from '../dicom/sources.js';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { PatientMemory } from '../patients/types.js';
import type { ArchiveContext } from '../subjects/archiveContext.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import type { ImportSource } from './importSource.js';
import type { Ledger } from './ledger.js';
import type { PipelineEvent, ProofOfArrival } from './types.js';

/** Waits and widths of an upload; tests make them short. */
export interface UploadPace {
  /** Series that are sent at the same time; one upload at a time per resource all the same. */
  readonly seriesInParallel: number;
  /** Between the first and the second list after an upload: what a late writer overwrites shows in the second. */
  readonly quietMs: number;
  /** Most of the random wait before missing files are sent again, so that two uploaders do not meet again. */
  readonly resendMs: number;
}

export const defaultPace: UploadPace = { seriesInParallel: 3, quietMs: 250, resendMs: 2000 };

/** What the stages of one upload share. */
export interface UploadContext extends ArchiveContext {
  readonly engine: DeidEngine;
  /** How the inputs are opened. */
  readonly sources: Sources;
  readonly importSource: ImportSource;
  readonly profile: Profile;
  /** How patients and UIDs are named, and were before. */
  readonly names: Pseudonymiser;
  readonly earlier: readonly Pseudonymiser[];
  /** Scripts of the server that the program does not do by itself. */
  readonly scripts: readonly ScriptSource[];
  readonly expectedSubject: string | undefined;
  readonly proof: ProofOfArrival;
  readonly ledger: Ledger;
  readonly patients: PatientMemory;
  readonly pace: UploadPace;
  emit(event: PipelineEvent): void;
}
