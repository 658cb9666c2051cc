import { isAscii, isUtf8 } from 'node:buffer';
import { decodeUnits, type CharacterSets, type TextUnit } from '../../dicom/charsets.js';
import type { DataElement, Encoding } from '../../dicom/dataSet.js';
import { bytesElement, isText, isSingleText, textValues } from '../../dicom/elements.js';
import type { KnownValues } from '../knownValues.js';
import type { CleanedElement } from './cleaned.js';
import { hasFormOf } from './codedTerms.js';
import { foldUnits } from './fold.js';

/**
 * Takes the known values out of a text: the bytes of their characters go, all others stay as they are, with the character
 * set and the escape sequences of the element. A value of which no letter or digit is left becomes empty. Codes, numbers,
 * dates and UIDs are not touched; known values in them are counted. Bytes that are no text are not touched either: what
 * stands in them is for the verification to find.
 * @param sets character sets of the level that the element is in.
 */
export function cleanText(
  element: DataElement,
  known: KnownValues,
  sets: CharacterSets,
  encoding: Encoding,
): CleanedElement {
  const { value, vr } = element;
  const untouched = { element, blanked: 0, reported: 0 };
  if (!value || value.length < 2 || !isWritten(element, value)) return untouched;
  if (isText(vr) && hasFormOf(vr, value)) {
    return { ...untouched, reported: known.tokensIn(value.toString('latin1')).length };
  }
  let bytes = value;
  let blanked = 0;
  for (const reading of readingsOf(value, sets)) {
    if (!textValues({ ...element, value: bytes }, reading).some((text) => known.isIn(text))) continue;
    const cut = withoutKnown(bytes, element, known, reading);
    bytes = cut.bytes;
    blanked += cut.hits;
  }
  if (blanked === 0) return untouched;
  return { element: bytesElement(element.tag, vr, bytes, encoding), blanked, reported: 0 };
}

/** Codes and numbers that are not in their form are held by the verification: their VR has no room for a text. */
function isWritten({ vr }: DataElement, value: Buffer): boolean {
  if (vr === 'UN') return printable.test(value.toString('latin1'));
  return isText(vr);
}

/** No control characters but those of texts (PS3.5 6.1.3) and the padding. */
const printable = /^[^\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]*\0?$/;

/** A value is read by its character sets, and as UTF-8 or Latin-1 where a writer forgot to say that it is. */
export function readingsOf(value: Buffer, sets: CharacterSets): readonly CharacterSets[] {
  if (isAscii(value)) return [sets];
  return [sets, isUtf8(value) ? ['ISO_IR 192'] : ['ISO_IR 100']];
}

interface Cut {
  readonly bytes: Buffer;
  readonly hits: number;
}

function withoutKnown(value: Buffer, { vr }: DataElement, known: KnownValues, sets: CharacterSets): Cut {
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
  return { bytes: Buffer.concat(kept), hits };
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
