import { isAscii } from 'node:buffer';
import { TextDecoder } from 'node:util';
import type { CharacterSets } from './charsets.js';

/** Single-byte sets (PS3.3 C.12.1.1.2) and the label under which their bytes are decoded. */
const singleByte: Readonly<Record<string, string>> = {
  'ISO_IR 101': 'iso-8859-2',
  'ISO_IR 109': 'iso-8859-3',
  'ISO_IR 110': 'iso-8859-4',
  'ISO_IR 144': 'iso-8859-5',
  'ISO_IR 127': 'iso-8859-6',
  'ISO_IR 126': 'iso-8859-7',
  'ISO_IR 138': 'iso-8859-8',
  'ISO_IR 148': 'iso-8859-9',
  'ISO_IR 203': 'iso-8859-15',
  'ISO_IR 13': 'shift_jis',
  'ISO_IR 166': 'windows-874',
};

const question = 0x3f;

/**
 * Bytes of a text in the character set of an object: UTF-8 and the single-byte sets; what a set can't write becomes `?`,
 * and so does everything outside ASCII where the set is missing or needs more than one byte (GB18030, ISO 2022).
 */
export function encodeText(text: string, sets: CharacterSets): Buffer {
  const bytes = Buffer.from(text, 'utf8');
  if (isAscii(bytes)) return bytes;
  const set = (sets[0] ?? '')
    .trim()
    .toUpperCase()
    .replace(/^ISO 2022 IR /, 'ISO_IR ');
  if (set === 'ISO_IR 192') return bytes;
  const label = singleByte[set];
  const codes = label === undefined ? undefined : codesOf(label);
  return Buffer.from(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x80 || (set === 'ISO_IR 100' && code <= 0xff)) return code;
      return codes?.get(character) ?? question;
    }),
  );
}

/** Characters of the upper half of a single-byte set. */
function codesOf(label: string): ReadonlyMap<string, number> {
  const decoder = new TextDecoder(label);
  const codes = new Map<string, number>();
  for (let byte = 0x80; byte <= 0xff; byte++) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character.length === 1 && character !== '\uFFFD') codes.set(character, byte);
  }
  return codes;
}
