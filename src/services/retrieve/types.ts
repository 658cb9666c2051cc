import type { ListenerOptions } from '../dimse/listenerTypes.js';
import type { PacsConnection, QueryModel } from '../query/types.js';
import type { SpoolDestination } from '../spool/types.js';

/** What a person chose; choices may overlap. A patient stands for all studies under the ID. Identifying: never logged. */
export type Selection =
  | { readonly level: 'patient'; readonly patientId: string }
  | { readonly level: 'study'; readonly patientId?: string; readonly studyUid: string }
  | {
      readonly level: 'series';
      readonly patientId?: string;
      readonly studyUid: string;
      readonly seriesUid: string;
    }
  | {
      readonly level: 'image';
      readonly patientId?: string;
      readonly studyUid: string;
      readonly seriesUid: string;
      readonly instanceUid: string;
    };

/** How objects come: C-MOVE to our listener, which the PACS must know, or C-GET over the association that we open. */
export type RetrieveMethod = 'move' | 'get';

export interface RetrieveRequest {
  readonly node: PacsConnection;
  readonly method: RetrieveMethod;
  /** Patient Root needs the patient ID of every selection. */
  readonly model: QueryModel;
  readonly selections: readonly Selection[];
  readonly destination: SpoolDestination;
  /** For C-MOVE where this process does not listen yet: the listener that is opened for it, under the name that the PACS knows. */
  readonly listener: ListenerOptions;
}

/** How far it is; no identifiers. */
export interface RetrieveProgress {
  /** Objects that lie in the spool, and the bytes of their data sets. */
  readonly received: number;
  readonly bytes: number;
  /** Undefined where the PACS tells no numbers. */
  readonly expected: number | undefined;
  /** Number of the request to the PACS that runs, from 1, and of those that are planned. */
  readonly request: number;
  readonly requests: number;
  /** Its sub-operations as the PACS counts them. */
  readonly completed: number;
  readonly failed: number;
  readonly warnings: number;
}

/**
 * Why objects are not in the spool. `not-sent`: the PACS lists them and did not send them. `failed`: it says that it could
 * not. `refused`: they came and were not taken.
 */
export type ShortfallKind = 'not-sent' | 'failed' | 'refused';

export interface Shortfall {
  readonly kind: ShortfallKind;
  /** Our error code, or the status of the PACS in hexadecimal; empty where there is none. */
  readonly code: string;
  /** A sentence for people. */
  readonly reason: string;
  readonly count: number;
}

export interface RetrieveResult {
  /** The job of the transfer queue that sends what came; undefined when nothing came. */
  readonly job: string | undefined;
  readonly studies: number;
  /** Choices of which the PACS knows nothing. */
  readonly unknown: number;
  readonly expected: number | undefined;
  readonly received: number;
  readonly bytes: number;
  /** Objects that the PACS sent with a warning; they are among those received. */
  readonly warnings: number;
  readonly shortfalls: readonly Shortfall[];
}

export type RetrieveEvent =
  | {
      /** `listing`: asks the PACS what there is. `again`: asks for single series and images that did not come. */
      readonly kind: 'phase';
      readonly phase: 'listing' | 'retrieving' | 'again';
    }
  | {
      readonly kind: 'planned';
      readonly studies: number;
      readonly series: number;
      readonly instances: number | undefined;
    }
  /** The first object came: from here on there is a job. */
  | { readonly kind: 'job'; readonly id: string }
  | { readonly kind: 'progress'; readonly progress: RetrieveProgress }
  /** The last one. From here on the transfer queue has the data. */
  | { readonly kind: 'done'; readonly result: RetrieveResult };
