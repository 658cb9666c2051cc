import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { Vr } from './vr.js';

/** Defined terms of Specific Character Set (0008,0005) in order; empty for the default repertoire. */
export type CharacterSets = readonly string[];

/** Single-byte and whole-value character sets (PS3.3 C.12.1.1.2): the number of "ISO_IR n" and its decoder label. */
const wholeSets: Readonly<Record<string, string>> = {
  '6': 'latin1',
  '100': 'latin1',
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '144': 'iso-8859-5',
  '127': 'iso-8859-6',
  '126': 'iso-8859-7',
  '138': 'iso-8859-8',
  '148': 'iso-8859-9',
  '203': 'iso-8859-15',
  '13': 'shift_jis',
  '166': 'windows-874',
  '192': 'utf-8',
};

/** How bytes of one half of the code table are read: a decoder label, bytes a character, and what makes them its input. */
interface CodeElement {
  readonly half: 'g0' | 'g1';
  readonly label: string;
  readonly width: 1 | 2;
  /** Put before every character (EUC-JP marks JIS X 0212 by 8F). */
  readonly prefix?: number;
}

const ascii: CodeElement = { half: 'g0', label: 'latin1', width: 1 };

function upper(label: string, width: 1 | 2 = 1): CodeElement {
  return { half: 'g1', label, width };
}

/** Escape sequences of PS3.3 tables C.12-3 and C.12-4, without the ESC byte, longest first where they overlap. */
const escapes: readonly (readonly [string, CodeElement])[] = [
  ['$(D', { half: 'g0', label: 'euc-jp', width: 2, prefix: 0x8f }],
  ['$)C', upper('euc-kr', 2)],
  ['$)A', upper('gbk', 2)],
  ['$B', { half: 'g0', label: 'euc-jp', width: 2 }],
  ['$@', { half: 'g0', label: 'euc-jp', width: 2 }],
  ['(B', ascii],
  ['(J', ascii],
  [')I', upper('shift_jis')],
  ['-A', upper('latin1')],
  ['-B', upper('iso-8859-2')],
  ['-C', upper('iso-8859-3')],
  ['-D', upper('iso-8859-4')],
  ['-L', upper('iso-8859-5')],
  ['-G', upper('iso-8859-6')],
  ['-F', upper('iso-8859-7')],
  ['-H', upper('iso-8859-8')],
  ['-M', upper('iso-8859-9')],
  ['-T', upper('windows-874')],
  ['-b', upper('iso-8859-15')],
];

/** Upper half of a code-extension term used as the first value (PS3.3 C.12.1.1.2, table C.12-3). */
const initialUpper: Readonly<Record<string, CodeElement>> = {
  '149': upper('euc-kr', 2),
  '58': upper('gbk', 2),
};

const decoders = new Map<string, TextDecoder>();

function decodeBytes(label: string, bytes: Uint8Array): string {
  // Buffers do these two many times faster than a TextDecoder, with the same result.
  if (label === 'latin1' || label === 'utf-8') {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString(label);
  }
  let decoder = decoders.get(label);
  if (!decoder) decoders.set(label, (decoder = new TextDecoder(label, { ignoreBOM: true })));
  return decoder.decode(bytes);
}

/** The number in `ISO_IR 100`, `ISO 2022 IR 100` and their common misspellings; the term itself if there is none. */
function registration(term: string): string {
  const match = /^ISO[ _-]?(?:2022[ _-]?)?IR[ _-]?(\d+)$/i.exec(term.trim());
  return match?.[1] ?? term.trim().toUpperCase();
}

/**
 * Text of a value by its character sets (PS3.5 6.1, PS3.3 C.12.1.1.2), with code extensions of ISO 2022. Never throws:
 * bytes that have no meaning in the sets become U+FFFD, and unknown sets count as Latin-1. Padding and the backslashes
 * between values stay. `vr` tells where code extensions end (names: also at `^` and `=`).
 */
export function decodeText(bytes: Uint8Array, sets: CharacterSets, vr: Vr = 'LO'): string {
  // ASCII without escape sequences means the same in all sets.
  if (isAscii(bytes) && !bytes.includes(0x1b)) return decodeBytes('latin1', bytes);
  const first = registration(sets[0] ?? '');
  if (first === 'GB18030' || first === 'GBK') return decodeBytes(first.toLowerCase(), bytes);
  if (first === '192') return decodeBytes('utf-8', bytes);
  if (!bytes.includes(0x1b) && initialUpper[first] === undefined) {
    return decodeBytes(wholeSets[first] ?? 'latin1', bytes);
  }
  let text = '';
  readExtended(bytes, initialSet(first), vr === 'PN', (character) => (text += character));
  return text;
}

interface InitialSet extends CodeElement {
  /** The default repertoire, which has no upper half: bytes there are read as Latin-1. */
  readonly isDefault: boolean;
}

function initialSet(first: string): InitialSet {
  const set = initialUpper[first] ?? upper(wholeSets[first] ?? 'latin1');
  return { ...set, isDefault: first === '' || first === '6' };
}

/** One character of a value and the bytes that it was read from, `start` to before `end`. */
export interface TextUnit {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/**
 * The characters of a value with their places, so that some can be taken out and the bytes of the others stay. Together
 * they are what `decodeText` gives (but for bytes without meaning, each of which is a character here); escape sequences
 * belong to none.
 */
export function decodeUnits(bytes: Uint8Array, sets: CharacterSets, vr: Vr = 'LO'): readonly TextUnit[] {
  const units: TextUnit[] = [];
  const add = (text: string, start: number, end: number): void => void units.push({ text, start, end });
  const first = registration(sets[0] ?? '');
  if (first === 'GB18030' || first === 'GBK') eachCharacter(bytes, first.toLowerCase(), lengthInGb18030, add);
  else if (first === '192') eachCharacter(bytes, 'utf-8', lengthInUtf8, add);
  else if (first === '13' && !bytes.includes(0x1b)) eachCharacter(bytes, 'shift_jis', lengthInShiftJis, add);
  else readExtended(bytes, initialSet(first), vr === 'PN', add);
  return units;
}

type AddUnit = (text: string, start: number, end: number) => void;

/** Characters of a set in which a first byte tells how many follow; bytes without meaning become U+FFFD one by one. */
function eachCharacter(
  bytes: Uint8Array,
  label: string,
  lengthAt: (bytes: Uint8Array, at: number) => number,
  add: AddUnit,
): void {
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(lengthAt(bytes, at), bytes.length - at);
    const text =
      length === 1 && (bytes[at] ?? 0) < 0x80 ? '' : decodeBytes(label, bytes.subarray(at, at + length));
    // A character and something else: the bytes do not belong together.
    const whole = text !== '' && Array.from(text).length === 1 && (length === 1 || text !== '\ufffd');
    const end = at + (whole ? length : 1);
    add(whole ? text : decodeBytes(label, bytes.subarray(at, end)), at, end);
    at = end;
  }
}

function lengthInUtf8(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0xc2 || lead > 0xf4) return 1;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

function lengthInGb18030(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x81 || lead === 0xff) return 1;
  const second = bytes[at + 1] ?? 0;
  return second >= 0x30 && second <= 0x39 ? 4 : 2;
}

function lengthInShiftJis(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  return (lead >= 0x81 && lead <= 0x9f) || (lead >= 0xe0 && lead <= 0xfc) ? 2 : 1;
}

/** Code extension by escape sequences (ISO 2022 as PS3.5 6.1.2.4 and 6.1.2.5 restrict it). */
function readExtended(bytes: Uint8Array, initial: InitialSet, isName: boolean, add: AddUnit): void {
  let g0 = ascii;
  let g1: CodeElement = initial;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x1b) {
      const found = escapeAt(bytes, at + 1);
      if (!found) {
        at += 1;
      } else {
        if (found[1].half === 'g0') g0 = found[1];
        else g1 = found[1];
        at += 1 + found[0].length;
      }
      continue;
    }
    if (endsExtension(byte, g0.width === 2, isName)) {
      // The upper half goes back to the first set only where that has one: writers that do not repeat the escape
      // sequence behind a delimiter stay readable.
      g0 = ascii;
      if (!initial.isDefault) g1 = initial;
    }
    const set = byte < 0x80 ? g0 : g1;
    const width = byte <= 0x20 || byte === 0x7f ? 1 : set.width;
    const end = Math.min(at + width, bytes.length);
    add(decodeCharacter(bytes.subarray(at, end), width === 1 && byte < 0x80 ? ascii : set), at, end);
    at = end;
  }
}

function escapeAt(bytes: Uint8Array, at: number): readonly [string, CodeElement] | undefined {
  return escapes.find(([sequence]) =>
    Array.from(sequence, (character) => character.charCodeAt(0)).every(
      (code, index) => bytes[at + index] === code,
    ),
  );
}

/** Delimiters that end a code extension (PS3.5 6.1.2.5.3); inside two-byte G0 codes only control characters can be told apart. */
function endsExtension(byte: number, inTwoByteCodes: boolean, isName: boolean): boolean {
  if (byte === 0x09 || byte === 0x0a || byte === 0x0c || byte === 0x0d) return true;
  if (inTwoByteCodes) return false;
  return byte === 0x5c || (isName && (byte === 0x5e || byte === 0x3d));
}

/** One character; two-byte codes of the lower half are those of the EUC form without the high bits. */
function decodeCharacter(code: Uint8Array, set: CodeElement): string {
  if (set.width === 1) return decodeBytes(set.label, code);
  const high = code.map((byte) => byte | 0x80);
  return decodeBytes(set.label, set.prefix === undefined ? high : Uint8Array.of(set.prefix, ...high));
}
