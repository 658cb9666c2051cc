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

function withoutKnown(value: Buffer, vr: Vr, known: KnownValues, sets: CharacterSets): Cut {
  const units = decodeUnits(value, sets, vr);
  const kept: Buffer[] = [];
  let hits = 0;
  let from = 0;
  for (const part of valuesOf(units, isSingleText(vr))) {
    // What lies between the values: backslashes, and escape sequences at the end of a value.
    const start = part[0]?.start ?? from;
    const end = part.at(-1)?.end ?? from;
    kept.push(value.subarray(from, start));
    const cut = cutOf(value, start, end, part, known);
    kept.push(cut.bytes);
    hits += cut.hits;
    from = end;
  }
  kept.push(value.subarray(from));
  return { bytes: withoutPadding(Buffer.concat(kept)), hits };
}

/** The padding belongs to the length that was. */
function withoutPadding(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === 0x20 || value[end - 1] === 0)) end--;
  return value.subarray(0, end);
}

/** Units of each value, the backslashes between them left out. */
function valuesOf(units: readonly TextUnit[], single: boolean): readonly (readonly TextUnit[])[] {
  if (single) return [units];
  const values: TextUnit[][] = [[]];
  for (const unit of units) {
    if (unit.text === '\\') values.push([]);
    else values.at(-1)?.push(unit);
  }
  return values;
}

const wordCharacter = /[\p{L}\p{N}]/u;

function cutOf(
  value: Buffer,
  start: number,
  end: number,
  units: readonly TextUnit[],
  known: KnownValues,
): Cut {
  const hit = new Set<number>();
  if (ownWords.has(value.toString('latin1', start, end).trim()))
    return { bytes: value.subarray(start, end), hits: 0 };
  const hits = markHits(units, known, hit);
  if (hits === 0) return { bytes: value.subarray(start, end), hits };
  const left = units.filter((_, index) => !hit.has(index));
  // What moves together may make a new one; then the whole value goes.
  const nothingLeft = !left.some(({ text }) => wordCharacter.test(text));
  if (nothingLeft || markHits(left, known, new Set()) > 0) return { bytes: Buffer.alloc(0), hits };
  const pieces: Buffer[] = [];
  let from = start;
  units.forEach((unit, index) => {
    if (!hit.has(index)) return;
    pieces.push(value.subarray(from, unit.start));
    from = unit.end;
  });
  pieces.push(value.subarray(from, end));
  return { bytes: Buffer.concat(pieces), hits };
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
