import type { Vr } from './vr.js';

/** Tag as one unsigned number, `0xggggeeee`. */
export type Tag = number;

/** A value that stays in the source: `length` bytes at `offset` of the (inflated) source. */
export interface SourceRange {
  readonly offset: number;
  readonly length: number;
}

/**
 * One data element (PS3.5 7.1). Exactly one of `value`, `items` or `range` holds its value.
 * `encoded` are the exact bytes of the whole element as read (tag, VR, length, value): present as long as nobody
 * edited it, so that an untouched element is written back byte by byte. A sequence too large to lie in memory in one
 * piece has none: the writer puts the same bytes together from its items. A copy made by spreading has none either.
 */
export interface DataElement {
  readonly tag: Tag;
  /** VR to decide by: explicit VR as stored, or the dictionary's for implicit VR and UN (PS3.5 6.2.2). */
  readonly vr: Vr;
  /** VR that stood in the file; undefined for implicit VR. */
  readonly storedVr: string | undefined;
  readonly encoded?: Buffer;
  /** Raw value bytes in the byte order of the data set. */
  readonly value?: Buffer;
  /** Items of a sequence, also of one stored as UN (then implicit VR little endian inside, PS3.5 6.2.2). */
  readonly items?: readonly DataItem[];
  /** Whether the sequence or encapsulated value was stored with undefined length. */
  readonly undefinedLength?: boolean;
  /** Whole element incl. its header, left in the source: Pixel Data and any value above the in-memory limit. */
  readonly range?: SourceRange;
}

/** One item of a sequence: its own small data set. */
export interface DataItem {
  readonly elements: readonly DataElement[];
  /** Whether the item was stored with undefined length: kept when its sequence is written again. */
  readonly undefinedLength?: boolean;
}

/** How the elements of a data set are encoded (PS3.5 A). */
export interface Encoding {
  readonly explicitVr: boolean;
  readonly bigEndian: boolean;
}

/** A DICOM object as read: file meta, top-level elements in file order, and what follows them. */
export interface DicomObject {
  readonly hasPreamble: boolean;
  /** File meta group 0002 as read, empty when there was none. */
  readonly fileMeta: readonly DataElement[];
  /** UID of the transfer syntax of the source; guessed for objects without file meta. */
  readonly transferSyntaxUid: string;
  /** Source was deflated (1.2.840.10008.1.2.1.99): ranges are positions in the inflated stream. */
  readonly deflated: boolean;
  readonly encoding: Encoding;
  readonly elements: readonly DataElement[];
  /** Bytes behind the data set that belong to no element; never written again (PS3.15 E.1). */
  readonly trailingBytes: number;
}
