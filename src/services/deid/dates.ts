import type { DataElement } from '../dicom/dataSet.js';
import { textValues } from '../dicom/elements.js';
import type { Vr } from '../dicom/vr.js';

/** DA, and the form with dots that it had before DICOM 3 (PS3.5 6.2). */
const dateForm = /^(\d{4})(\.?)(\d\d)\2(\d\d)$/;
/** DT: anything behind the year may be missing; a fraction needs its second. The zone does not change the date. */
const dateTimeForm = /^(\d{4})(?:(\d\d)(?:(\d\d)(?:([01]\d|2[0-3])(?:([0-5]\d)(?:([0-5]\d|60)(?:\.\d{1,6})?)?)?)?)?)?(?:[+-]\d{4})?$/; // prettier-ignore
/** TM, and the form with colons that it had before DICOM 3. */
const timeForm = /^(?:[01]\d|2[0-3])(?::?[0-5]\d(?::?(?:[0-5]\d|60)(?:\.\d{1,6})?)?)?$/;
const zoneForm = /^[+-]\d{4}$/;

/**
 * Moves one date by whole days; a time, a fraction and a zone behind it stay, and so does the precision: a month stays a
 * month, counted from its first day. Undefined when the text is no date of its VR, or leaves the years 1 to 9999.
 */
export function shiftedDate(text: string, vr: 'DA' | 'DT', days: number): string | undefined {
  if (vr === 'DA') {
    const parts = dateForm.exec(text);
    if (!parts) return undefined;
    const [, year, dot, month, day] = parts;
    return moved(Number(year), Number(month), Number(day), days)?.join(dot);
  }
  const parts = dateTimeForm.exec(text);
  if (!parts) return undefined;
  const [, year, month, day] = parts;
  const there = moved(Number(year), Number(month ?? 1), Number(day ?? 1), days);
  if (!there) return undefined;
  const given = day !== undefined ? 3 : month !== undefined ? 2 : 1;
  return there.slice(0, given).join('') + text.slice([4, 6, 8][given - 1]);
}

/** Year, month and day that many days later, as texts; undefined for a day that is in no calendar. */
function moved(
  year: number,
  month: number,
  day: number,
  days: number,
): readonly [string, string, string] | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === 0 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  date.setUTCDate(day + days);
  const there = date.getUTCFullYear();
  if (!(there >= 1 && there <= 9999)) return undefined;
  return [padded(there, 4), padded(date.getUTCMonth() + 1, 2), padded(date.getUTCDate(), 2)];
}

function padded(number: number, width: number): string {
  return String(number).padStart(width, '0');
}

/** Whether every value is a date, a time or a zone as the VR asks for: anything else is text in disguise. */
export function isTemporal(element: DataElement, vr: Vr): boolean {
  return textValues(element).every((text) => text === '' || hasForm(text, vr));
}

function hasForm(text: string, vr: Vr): boolean {
  if (vr === 'DA' || vr === 'DT') return shiftedDate(text, vr, 0) !== undefined;
  return (vr === 'TM' ? timeForm : zoneForm).test(text);
}

/** The values of a date moved by whole days; undefined when one of them is no date. Empty ones stay empty. */
export function shiftedValues(
  element: DataElement,
  vr: 'DA' | 'DT',
  days: number,
): readonly string[] | undefined {
  const moved: string[] = [];
  for (const text of textValues(element)) {
    const there = text === '' ? '' : shiftedDate(text, vr, days);
    if (there === undefined) return undefined;
    moved.push(there);
  }
  return moved;
}
