import type { Position } from './diagnostics.js';

/** Text of a script with its continued lines joined, as both engines do it before they look at anything else. */
export class Source {
  readonly text: string;
  /** Where joined lines were cut out: offset in `text`, and how much went before it. */
  private readonly cuts: { readonly at: number; readonly removed: number }[] = [];
  private readonly lineStarts: readonly number[];

  constructor(original: string) {
    let removed = 0;
    this.text = original.replace(/\\\r?\n/g, (joint, offset: number) => {
      removed += joint.length;
      this.cuts.push({ at: offset + joint.length - removed, removed });
      return '';
    });
    this.lineStarts = [0, ...Array.from(original.matchAll(/\n/g), ({ index }) => index + 1)];
  }

  /** Where an offset of the joined text stands in the original. */
  position(offset: number): Position {
    const cut = this.cuts.findLast(({ at }) => at <= offset);
    const original = offset + (cut?.removed ?? 0);
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.lineStarts[middle] ?? 0) <= original) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: original - (this.lineStarts[low] ?? 0) + 1 };
  }
}
