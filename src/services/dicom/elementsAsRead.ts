import type { DataElement, DataItem, Tag } from './dataSet.js';
import type { Vr } from './vr.js';

/**
 * Elements that remember where in the window that was read they lie. Bytes are accessors of the class and no properties
 * of the object: a buffer for each takes more memory than the element itself, in headers of a hundred thousand of them,
 * and an edited copy made by spreading (`{ ...element, items }`) has none, so that outdated bytes can never be written.
 */
export class LeafAsRead implements DataElement {
  constructor(
    readonly tag: Tag,
    readonly vr: Vr,
    readonly storedVr: string | undefined,
    private readonly window: Buffer,
    private readonly start: number,
    private readonly valueStart: number,
    private readonly end: number,
  ) {}

  get value(): Buffer {
    return this.window.subarray(this.valueStart, this.end);
  }

  get encoded(): Buffer {
    return this.window.subarray(this.start, this.end);
  }
}

export class SequenceAsRead implements DataElement {
  readonly vr = 'SQ';

  constructor(
    readonly tag: Tag,
    readonly storedVr: string | undefined,
    readonly items: readonly DataItem[],
    readonly undefinedLength: boolean,
    private readonly window: Buffer,
    private readonly start: number,
    private readonly end: number,
  ) {}

  get encoded(): Buffer {
    return this.window.subarray(this.start, this.end);
  }
}
