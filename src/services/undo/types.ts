import type { MadePlaces, SeriesPlace } from '../pipeline/types.js';

/** A series of a receipt with what its job put there. */
export interface UndoSeries {
  readonly place: SeriesPlace;
  readonly made: MadePlaces;
  readonly files: readonly { readonly name: string; readonly size: number }[];
}

/** What an undo removes: labels, new UIDs and counts of the server, nothing of the patients. */
export interface UndoPlan {
  readonly server: string;
  readonly project: string;
  /** ISO 8601; when the upload ended. */
  readonly finished: string;
  readonly series: readonly UndoSeries[];
  readonly files: number;
}

/** What became of an undo. */
export interface UndoResult {
  readonly filesRemoved: number;
  /** Not there any more when it was looked for. */
  readonly filesGone: number;
  /** Labels of scans, experiments and subjects that went with their last file. */
  readonly removed: readonly string[];
  /** What stays although the job had put it there, with the reason. */
  readonly left: readonly string[];
}
