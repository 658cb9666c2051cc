import { isAscii, isUtf8 } from 'node:buffer';
import { decodeUnits, type CharacterSets, type TextUnit } from '../../dicom/charsets.js';
import type { DataElement, Encoding } from '../../dicom/dataSet.js';
import { bytesElement, isSingleText, textValues } from '../../dicom/elements.js';
import type { Vr } from '../../dicom/vr.js';
import { ownWords } from '../dummies.js';
import type { KnownValues } from '../knownValues.js';
import type { CleanedElement } from './cleaned.js';
import { foldUnits } from './fold.js';
import { kindOf, readingVr } from './kinds.js';

/**
 * Takes the known values out of a text: the bytes of their characters go, all others stay as they are, with the character
 * set and the escape sequences of the element. A value of which no letter or digit is left becomes empty. Codes, numbers,
 * dates and UIDs are not touched; known values in them are counted. Bytes, and texts where a number or a code belongs, are
 * not touched either: what stands in them is for the verification to find.
 * @param sets character sets of the level that the element is in.
 */
export function cleanText(
  element: DataElement,
  known: KnownValues,
  sets: CharacterSets,
  encoding: Encoding,
): CleanedElement {
  const { value } = element;
  const untouched = { element, blanked: 0, reported: 0 };
  if (!value || value.length < 2) return untouched;
  const kind = kindOf(element, value);
  if (kind === 'code') return { ...untouched, reported: known.tokensIn(value.toString('latin1')).length };
  if (kind !== 'text') return untouched;
  const vr = readingVr(element);
  let bytes = value;
  let blanked = 0;
  for (const reading of readingsOf(value, sets)) {
    if (!textValues({ ...element, vr, value: bytes }, reading).some((text) => standsIn(text, known)))
      continue;
    const cut = withoutKnown(bytes, vr, known, reading);
    bytes = cut.bytes;
    blanked += cut.hits;
  }
  if (blanked === 0) return untouched;
  return { element: bytesElement(element.tag, element.vr, bytes, encoding), blanked, reported: 0 };
}

/** Whether a known value stands in a text that the program has not written itself ("REMOVED" holds a Ms Remo). */
export function standsIn(text: string, known: KnownValues): boolean {
  return !ownWords.has(text) && known.isIn(text);
}

/** A value is read by its character sets, and as UTF-8 or Latin-1 where a writer forgot to say that it is. */
export function readingsOf(value: Buffer, sets: CharacterSets): readonly CharacterSets[] {
  if (isAscii(value)) return [sets];
  return [sets, isUtf8(value) ? ['ISO_IR 192'] : ['ISO_IR 100']];
}

interface Cut {
  readonly bytes: Buffer;
  readonly hits: number;
}

function withoutKnown(bytes: Buffer, vr: Vr, known: KnownValues, sets: CharacterSets): Cut {
  const values = valuesOf(decodeUnits(bytes, sets, vr), bytes.length, isSingleText(vr));
  const cuts = values.map((value) => cutOf(bytes, value, known));
  const joined = cuts.flatMap((cut, index) => (index === 0 ? [cut.bytes] : [backslash, cut.bytes]));
  return {
    bytes: withoutPadding(Buffer.concat(joined)),
    hits: cuts.reduce((sum, cut) => sum + cut.hits, 0),
  };
}

const backslash = Buffer.from('\\');

/** The padding belongs to the length that was. */
function withoutPadding(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === 0x20 || value[end - 1] === 0)) end--;
  return value.subarray(0, end);
}

/** One value: its bytes, escape sequences included, and its characters. */
interface Value {
  readonly start: number;
  readonly end: number;
  readonly units: readonly TextUnit[];
}

function valuesOf(units: readonly TextUnit[], length: number, single: boolean): readonly Value[] {
  const values: Value[] = [];
  let start = 0;
  let first = 0;
  units.forEach((unit, index) => {
    if (single || unit.text !== '\\') return;
    values.push({ start, end: unit.start, units: units.slice(first, index) });
    start = unit.end;
    first = index + 1;
  });
  return [...values, { start, end: length, units: units.slice(first) }];
}

const wordCharacter = /[\p{L}\p{N}]/u;

function cutOf(bytes: Buffer, { start, end, units }: Value, known: KnownValues): Cut {
  const untouched = { bytes: bytes.subarray(start, end), hits: 0 };
  if (ownWords.has(bytes.toString('latin1', start, end).trim())) return untouched;
  const hit = new Set<number>();
  const hits = markHits(units, known, hit);
  if (hits === 0) return untouched;
  const left = units.filter((_, index) => !hit.has(index));
  // What moves together may make a new one; then the whole value goes.
  const nothingLeft = !left.some(({ text }) => wordCharacter.test(text));
  if (nothingLeft || markHits(left, known, new Set()) > 0) return { bytes: Buffer.alloc(0), hits };
  const pieces: Buffer[] = [];
  let from = start;
  units.forEach((unit, index) => {
    if (!hit.has(index)) return;
    pieces.push(bytes.subarray(from, unit.start));
    from = unit.end;
  });
  pieces.push(bytes.subarray(from, end));
  return { bytes: withoutVoidEscapes(Buffer.concat(pieces)), hits };
}

/** A set that is invoked into G0 and at once replaced by another one: some readers stumble over it. */
function withoutVoidEscapes(value: Buffer): Buffer {
  if (!value.includes(0x1b)) return value;
  const text = value.toString('latin1').replace(/\x1b(?:\$[B@]|\$\(D|\([BJ])(?=\x1b(?:\$[B@(]|\([BJ]))/g, '');
  return Buffer.from(text, 'latin1');
}

/** Adds the units that known values are made of, and counts the places. */
function markHits(units: readonly TextUnit[], known: KnownValues, hit: Set<number>): number {
  const { text, owners } = foldUnits(units);
  let hits = 0;
  for (const { start, end } of known.matchesIn(text)) {
    const [first, last] = [owners[start], owners[end - 1]];
    if (first === undefined || last === undefined) continue;
    hits++;
    for (let unit = first; unit <= last; unit++) hit.add(unit);
  }
  return hits;
}
