import { fault } from '../run/faults.js';

const second = 1000;
const day = 24 * 60 * 60 * second;

/** Milliseconds of the units of a shift; a year has 365 days. */
const units: Readonly<Record<string, number>> = {
  years: 365 * day,
  days: day,
  hours: 60 * 60 * second,
  minutes: 60 * second,
  seconds: second,
};

const form = /^(\d{4})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2})(?:(\d{2}))?)?)?)?)?(\.\d{1,6})?([+-]\d{4})?$/;

/**
 * A date, or date and time (PS3.5 DA, DT), moved by a number of units. What the text does not say is taken from the middle
 * of it (a date alone is 12:00), and the result says no more than the text did. Fraction and time zone stay.
 * @throws EvaluationFault for everything else, also for days that are none.
 */
export function shiftDate(text: string, amount: string, unit: string): string {
  const size = units[unit.toLowerCase()];
  if (size === undefined) return fault('A date is moved by years, days, hours, minutes or seconds.');
  const parts = form.exec(text);
  if (!parts) return fault('The value is no date.');
  const [, year = '', month, dayOfMonth, hour, minute, secondOfMinute, fraction = '', zone = ''] = parts;
  const start = instant(year, month, dayOfMonth, hour, minute, secondOfMinute);
  const moved = new Date(start + wholeNumber(amount) * size);
  if (Number.isNaN(moved.getTime()) || moved.getUTCFullYear() < 0)
    return fault('The date moves out of the calendar.');
  const two = (number: number): string => String(number).padStart(2, '0');
  const written = [
    String(moved.getUTCFullYear()).padStart(4, '0'),
    month && two(moved.getUTCMonth() + 1),
    dayOfMonth && two(moved.getUTCDate()),
    hour && two(moved.getUTCHours()),
    minute && two(moved.getUTCMinutes()),
    secondOfMinute && two(moved.getUTCSeconds()),
  ];
  return `${written.filter((part) => part !== undefined).join('')}${fraction}${zone}`;
}

/** A 32-bit integer as text, as Java reads it. */
export function wholeNumber(text: string): number {
  const number = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (!(number >= -0x80000000 && number <= 0x7fffffff)) fault('A whole number is needed here.');
  return number;
}

/** Milliseconds since 1970 of a date whose missing parts lie in the middle of what is said. */
function instant(
  year: string,
  month?: string,
  date?: string,
  hour?: string,
  minute?: string,
  sec?: string,
): number {
  if (month === undefined) {
    const days = (utc(Number(year) + 1, 1, 1) - utc(Number(year), 1, 1)) / day;
    return utc(Number(year), 1, 1) + Math.floor(days / 2) * day + (days % 2 === 1 ? day / 2 : 0);
  }
  const monthNumber = within(Number(month), 1, 12);
  if (date === undefined) {
    const days = new Date(utc(Number(year), monthNumber + 1, 0)).getUTCDate();
    return utc(Number(year), monthNumber, Math.floor(days / 2) + 1) + (days % 2 === 1 ? day / 2 : 0);
  }
  const midnight = utc(Number(year), monthNumber, within(Number(date), 1, 31));
  if (new Date(midnight).getUTCMonth() !== monthNumber - 1) fault('The month has no such day.');
  if (hour === undefined) return midnight + day / 2;
  const atHour = midnight + within(Number(hour), 0, 23) * 60 * 60 * second;
  if (minute === undefined) return atHour + 30 * 60 * second;
  const atMinute = atHour + within(Number(minute), 0, 59) * 60 * second;
  return sec === undefined ? atMinute + 30 * second : atMinute + within(Number(sec), 0, 59) * second;
}

/** `Date.UTC` that takes years below 100 as they are. */
function utc(year: number, month: number, date: number): number {
  const result = new Date(0);
  result.setUTCFullYear(year, month - 1, date);
  return result.getTime();
}

function within(number: number, low: number, high: number): number {
  return number >= low && number <= high ? number : fault('The value is no date.');
}

/** Whole days from one date to another, both `YYYYMMDD`. @throws EvaluationFault */
export function daysBetween(from: string, to: string): number {
  const at = (text: string): number => {
    const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
    return parts ? instant(parts[1] ?? '', parts[2], parts[3]) : fault('The value is no date.');
  };
  return Math.round((at(to) - at(from)) / day);
}
