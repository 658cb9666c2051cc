import { TextDecoder } from 'node:util';

/**
 * Writes text in the character sets of the samples (PS3.3 C.12.1.1.2). Node decodes these sets but doesn't encode them,
 * so the tables are made by decoding every code once.
 */
export interface TextEncoding {
  /** Specific Character Set (0008,0005), with several values for code extensions. */
  readonly characterSet: readonly string[];
  encode(text: string, vr: string): Buffer;
}

export const latin1: TextEncoding = {
  characterSet: ['ISO_IR 100'],
  encode: (text) => Buffer.from(text, 'latin1'),
};

export const utf8: TextEncoding = {
  characterSet: ['ISO_IR 192'],
  encode: (text) => Buffer.from(text, 'utf8'),
};

export function cyrillic(): TextEncoding {
  return tableEncoding(['ISO_IR 144'], singleByteTable('iso-8859-5'));
}

export function greek(): TextEncoding {
  return tableEncoding(['ISO_IR 126'], singleByteTable('iso-8859-7'));
}

/** The two-byte part of GB18030, which holds every character that names use. */
export function chinese(): TextEncoding {
  return tableEncoding(['GB18030'], doubleByteTable('gb18030', 0x81, 0xfe, 0x40, 0xfe));
}

/** KS X 1001 in G1: one escape sequence at the start of each line or value invokes it (PS3.5 annex I). */
export function korean(): TextEncoding {
  const table = doubleByteTable('euc-kr', 0xa1, 0xfe, 0xa1, 0xfe);
  const escape = Buffer.from('\x1b$)C', 'latin1');
  return {
    characterSet: ['', 'ISO 2022 IR 149'],
    encode: (text, vr) =>
      joinParts(text, vr, (part) => {
        const bytes = lookUp(part, table);
        return bytes.some((byte) => byte >= 0x80) ? Buffer.concat([escape, bytes]) : bytes;
      }),
  };
}

/** JIS X 0208 in G0, ISO 646 again before every delimiter (PS3.5 annex H and 6.1.2.5.3). */
export function japanese(): TextEncoding {
  const table = doubleByteTable('euc-jp', 0xa1, 0xfe, 0xa1, 0xfe);
  const toJis = Buffer.from('\x1b$B', 'latin1');
  const toAscii = Buffer.from('\x1b(B', 'latin1');
  return {
    characterSet: ['', 'ISO 2022 IR 87'],
    encode: (text, vr) =>
      joinParts(text, vr, (part) => {
        const pieces: Buffer[] = [];
        for (const [run] of part.matchAll(/[\x00-\x7f]+|[^\x00-\x7f]+/g)) {
          const bytes = lookUp(run, table);
          if (run.charCodeAt(0) < 0x80) pieces.push(bytes);
          else pieces.push(toJis, Buffer.from(bytes.map((byte) => byte & 0x7f)), toAscii);
        }
        return Buffer.concat(pieces);
      }),
  };
}

/** Encodes between the delimiters at which code extensions are reset (PS3.5 6.1.2.5.3). */
function joinParts(text: string, vr: string, encodePart: (part: string) => Buffer): Buffer {
  const delimiters = vr === 'PN' ? /([\\^=\r\n\f\t])/ : /([\\\r\n\f\t])/;
  return Buffer.concat(
    text
      .split(delimiters)
      .map((part, position) => (position % 2 === 1 ? Buffer.from(part, 'latin1') : encodePart(part))),
  );
}

function tableEncoding(
  characterSet: readonly string[],
  table: ReadonlyMap<string, readonly number[]>,
): TextEncoding {
  return { characterSet, encode: (text) => lookUp(text, table) };
}

function lookUp(text: string, table: ReadonlyMap<string, readonly number[]>): Buffer {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const found = code < 0x80 ? [code] : table.get(character);
    if (!found) throw new RangeError('A sample text does not fit its character set.');
    bytes.push(...found);
  }
  return Buffer.from(bytes);
}

function singleByteTable(label: string): Map<string, readonly number[]> {
  const decoder = new TextDecoder(label);
  const table = new Map<string, readonly number[]>();
  for (let code = 0xa0; code <= 0xff; code += 1) add(table, decoder, [code]);
  return table;
}

function doubleByteTable(
  label: string,
  firstLead: number,
  lastLead: number,
  firstTrail: number,
  lastTrail: number,
): Map<string, readonly number[]> {
  const decoder = new TextDecoder(label);
  const table = new Map<string, readonly number[]>();
  for (let lead = firstLead; lead <= lastLead; lead += 1) {
    for (let trail = firstTrail; trail <= lastTrail; trail += 1) add(table, decoder, [lead, trail]);
  }
  return table;
}

function add(table: Map<string, readonly number[]>, decoder: TextDecoder, bytes: readonly number[]): void {
  const character = decoder.decode(Uint8Array.from(bytes));
  if (Array.from(character).length === 1 && character !== '\ufffd' && !table.has(character)) {
    table.set(character, bytes);
  }
}
