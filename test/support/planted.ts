import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chinese,
  cyrillic,
  greek,
  japanese,
  korean,
  type TextEncoding,
} from '../../src/sandbox/samples/textEncodings.js';

/** Something of a patient that must not be found in anything that leaves the program. */
export interface Planted {
  /** What it is, for the message of a failure. */
  readonly what: string;
  readonly text: string;
}

/** Something that left the program, or might be read by somebody else. */
export interface Output {
  readonly where: string;
  readonly bytes: Buffer;
}

/** Shorter byte sequences occur by chance in pixels and hashes. */
const shortest = 6;

/** The spellings of planted values, as bytes: character sets of DICOM, of the web, and of files. */
export class LeakSearch {
  private readonly needles: { readonly what: string; readonly bytes: Buffer }[] = [];

  constructor(planted: readonly Planted[]) {
    const encodings = [cyrillic(), greek(), chinese(), korean(), japanese()];
    const known = new Set<string>();
    for (const { what, text } of planted) {
      for (const bytes of spellings(text, encodings)) {
        const key = bytes.toString('latin1');
        if (bytes.length < shortest || known.has(key)) continue;
        known.add(key);
        this.needles.push({ what, bytes });
      }
    }
  }

  /** What was found where; lets other work go on in between, as the extension host has to. */
  async find(outputs: readonly Output[]): Promise<string[]> {
    const found: string[] = [];
    for (const { where, bytes } of outputs) {
      for (const needle of this.needles) {
        if (bytes.includes(needle.bytes)) found.push(`${needle.what} in ${where}`);
      }
      await new Promise(setImmediate);
    }
    return [...new Set(found)];
  }
}

function spellings(text: string, encodings: readonly TextEncoding[]): Buffer[] {
  const utf8 = Buffer.from(text);
  return [
    ...[text, text.toUpperCase(), text.toLowerCase(), text.replaceAll('^', ' ')].map((one) =>
      Buffer.from(one),
    ),
    Buffer.from(encodeURIComponent(text)),
    Buffer.from(encodeURI(text)),
    Buffer.from(JSON.stringify(text).slice(1, -1)),
    Buffer.from(text, 'utf16le'),
    Buffer.from(text, 'utf16le').swap16(),
    utf8.toString('hex'),
    // The same text gives three texts in base64, by where it begins.
    ...[0, 1, 2].map((shift) => base64Inside(utf8, shift)),
    ...inCharacterSets(text, encodings),
  ].map((spelling) => (typeof spelling === 'string' ? Buffer.from(spelling) : spelling));
}

/** The part of a base64 text that does not depend on what stands before and behind. */
function base64Inside(bytes: Buffer, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  return text.slice(shift === 0 ? 0 : shift + 1, bytes.length % 3 === 0 && shift === 0 ? undefined : -2);
}

function inCharacterSets(text: string, encodings: readonly TextEncoding[]): Buffer[] {
  const latin1 = /^[\x00-\xff]*$/.test(text) ? [Buffer.from(text, 'latin1')] : [];
  const others = encodings.flatMap((encoding) => {
    try {
      return [encoding.encode(text, 'PN'), encoding.encode(text, 'LO')];
    } catch (error) {
      // A text in another script can't be spelled in this set.
      if (error instanceof RangeError) return [];
      throw error;
    }
  });
  return [...latin1, ...others];
}

/** Every file below a folder, its name and its content apart. */
export function filesOf(folder: string, what: string): Output[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const name = path.slice(folder.length + 1);
      return [
        { where: `the name of a file in ${what}`, bytes: Buffer.from(name) },
        { where: `${what}, ${name}`, bytes: readFileSync(path) },
      ];
    });
}

export function textOutput(where: string, text: string): Output {
  return { where, bytes: Buffer.from(text) };
}
