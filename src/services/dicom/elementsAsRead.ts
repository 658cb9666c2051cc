import type { DataElement, DataItem, Tag } from './dataSet.js';
import type { Vr } from './vr.js';

/**
 * Elements that remember the bytes they were read from. `encoded` is an accessor of the class and no property of the
 * object: it costs no memory in headers of a hundred thousand elements, and an edited copy made by spreading
 * (`{ ...element, items }`) loses it by itself, so that outdated bytes can never be written.
 */
export class LeafAsRead implements DataElement {
  constructor(
    readonly tag: Tag,
    readonly vr: Vr,
    readonly storedVr: string | undefined,
    readonly value: Buffer,
    private readonly headerLength: number,
  ) {}

  /** The header lies in front of the value, in the same window. */
  get encoded(): Buffer {
    const { buffer, byteOffset, length } = this.value;
    return Buffer.from(buffer, byteOffset - this.headerLength, this.headerLength + length);
  }
}

export class SequenceAsRead implements DataElement {
  readonly vr = 'SQ';

  constructor(
    readonly tag: Tag,
    readonly storedVr: string | undefined,
    readonly items: readonly DataItem[],
    readonly undefinedLength: boolean,
    private readonly bytes: Buffer,
  ) {}

  get encoded(): Buffer {
    return this.bytes;
  }
}
