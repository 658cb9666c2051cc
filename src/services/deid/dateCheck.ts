import type { DataElement, DicomObject } from '../dicom/dataSet.js';
import { textValues } from '../dicom/elements.js';
import { lookUp } from '../dicom/dictionary.js';
import { shiftedDate } from './dates.js';

/** Days that stand for a date that is no more (dummies.ts). */
const dummies: ReadonlySet<string> = new Set(['19000101', '19000101000000']);

/**
 * Whether the dates of an object are the moved ones of its original. Knows only both objects and the offset, not what the
 * profile did: every date must be one of the original, so many days later.
 */
export class DateCheck {
  private moved: ReadonlySet<string> | undefined;

  constructor(
    private readonly original: DicomObject,
    private readonly days: number,
  ) {}

  isMoved(element: DataElement): boolean {
    this.moved ??= movedDates(this.original.elements, this.days);
    const { moved } = this;
    return textValues(element).every((text) => text === '' || dummies.has(text) || moved.has(text));
  }
}

function movedDates(elements: readonly DataElement[], days: number): ReadonlySet<string> {
  const found = new Set<string>();
  const collect = (level: readonly DataElement[]): void => {
    for (const element of level) {
      if (element.items) {
        for (const item of element.items) collect(item.elements);
        continue;
      }
      const { vr } = lookUp(element.tag);
      if (vr !== 'DA' && vr !== 'DT') continue;
      for (const text of textValues(element)) {
        const there = shiftedDate(text, vr, days);
        if (there !== undefined) found.add(there);
      }
    }
  };
  collect(elements);
  return found;
}
