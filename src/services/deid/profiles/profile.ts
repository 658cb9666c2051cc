import type { Tag } from '../../dicom/dataSet.js';
import type { Vr } from '../../dicom/vr.js';
import type { ProfileOption } from './options.js';

/**
 * A private element that holds no identity, whoever its patient is (PS3.15 E.3.10). The last byte of the element number
 * and the creator name it: the block in which it lies differs from file to file (PS3.5 7.8.1).
 */
export interface SafePrivateElement {
  readonly creator: string;
  readonly group: number;
  /** Last byte of the element number, 0x00 to 0xff. */
  readonly element: number;
  /** VR that it must have where one is stored. */
  readonly vr: Vr;
}

/**
 * What is done to an object: the Basic Profile (PS3.15 E.2) with options. Plain data, so that it travels to the worker
 * thread; made from a preset or a file, which check it.
 */
export interface Profile {
  /** Stands in the marks of every object, in receipts and reports. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly options: readonly ProfileOption[];
  /** Rows of Clean Descriptors that are kept and cleaned; without it all of them. */
  readonly descriptors?: readonly Tag[];
  /** What Retain Safe Private keeps. */
  readonly safePrivate: readonly SafePrivateElement[];
  /** Reports and documents that no option cleans: put something in their place (action D), or hold the object back. */
  readonly documents: 'replace' | 'hold';
}

/** What (0028,0303) says about the dates of objects that this profile made (PS3.3 C.12.1.1). */
export function datesMark({ options }: Profile): 'REMOVED' | 'MODIFIED' | 'UNMODIFIED' {
  if (options.includes('retainModifiedDates')) return 'MODIFIED';
  return options.includes('retainFullDates') ? 'UNMODIFIED' : 'REMOVED';
}

/** Whether dates are moved, for which each patient needs an offset. */
export function needsDateOffset({ options }: Profile): boolean {
  return options.includes('retainModifiedDates');
}
