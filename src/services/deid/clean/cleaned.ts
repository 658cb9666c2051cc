import type { DataElement } from '../../dicom/dataSet.js';

/** An element in which known values were looked for. No values, only numbers of places. */
export interface CleanedElement {
  /** The very same object when nothing was taken out. */
  readonly element: DataElement;
  /** Places where a known value stood and stands no more. */
  readonly blanked: number;
  /** Known values that are codes, numbers or UIDs by chance ("HEAD"), and stay. */
  readonly reported: number;
}

/**
 * What the objects of a series say about their patient: other spellings of the name, further numbers. Identifying: lives in
 * memory only.
 */
export interface SeriesIdentity {
  /** Patient's Names as they were decoded. */
  readonly names: readonly string[];
  readonly ids: readonly string[];
  /** DA values. */
  readonly birthDates: readonly string[];
}
