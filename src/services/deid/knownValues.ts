import type { DataElement, Tag } from '../dicom/dataSet.js';
import { characterSets, textValues } from '../dicom/elements.js';
import type { CharacterSets } from '../dicom/charsets.js';
import { tags } from '../dicom/tags.js';

/** Shorter values would be found everywhere by chance. */
const shortest = 4;

/** Words that stand where a name is missing, and name nobody. */
const placeholders: ReadonlySet<string> = new Set([
  'anon', 'anonym', 'anonymous', 'anonymized', 'anonymised', 'deidentified', 'name', 'noname', 'none', 'null',
  'patient', 'phantom', 'removed', 'test', 'unknown', 'unnamed',
]); // prettier-ignore

/** Attributes whose values are known to identify the patient, and how they are taken apart. */
const sources: ReadonlyMap<Tag, 'name' | 'id' | 'date'> = new Map([
  [tags.PatientName, 'name'],
  [tags.OtherPatientNames, 'name'],
  [0x00101005, 'name'], // Patient's Birth Name
  [0x00101060, 'name'], // Patient's Mother's Birth Name
  [tags.ReferringPhysicianName, 'name'],
  [tags.PatientID, 'id'],
  [tags.OtherPatientIDs, 'id'],
  [tags.AccessionNumber, 'id'],
  [tags.StudyID, 'id'],
  [tags.PatientBirthDate, 'date'],
]);

/** What is known to identify the patient of an object: texts that must not stand anywhere in what is sent. */
export class KnownValues {
  /** Folded for comparison. */
  private readonly texts = new Set<string>();
  private readonly spelled = new Set<string>();
  private readonly names: DataElement[] = [];
  private needles: readonly Buffer[] | undefined;

  /** Parts of names, IDs, accession number and birth date, at any depth. */
  constructor(elements: readonly DataElement[]) {
    this.collect(elements, []);
  }

  /** Whether one of the values stands in the text as a whole word, whatever its case and accents. */
  isIn(text: string): boolean {
    if (this.texts.size === 0 || text.length < 2) return false;
    const folded = fold(text);
    for (const value of this.texts) if (hasWord(folded, value)) return true;
    return false;
  }

  /** Whether one of the values stands in raw bytes: as it was stored, in Latin-1, UTF-8 or UTF-16. */
  isInBytes(bytes: Buffer, shortestCounted = shortest): boolean {
    if (bytes.length < shortestCounted) return false;
    this.needles ??= [...this.names.flatMap(storedParts), ...[...this.spelled].flatMap(spellings)];
    return this.needles.some((needle) => needle.length >= shortestCounted && bytes.includes(needle));
  }

  private collect(elements: readonly DataElement[], inherited: CharacterSets): void {
    const sets = characterSets(elements, inherited);
    for (const element of elements) {
      if (element.items) for (const item of element.items) this.collect(item.elements, sets);
      else this.take(element, sets);
    }
  }

  private take(element: DataElement, sets: CharacterSets): void {
    switch (sources.get(element.tag)) {
      case 'name':
        this.addNames(element, sets);
        break;
      case 'id':
        for (const id of textValues(element, sets)) this.add(id);
        break;
      case 'date':
        for (const date of textValues(element)) {
          if (date.length >= shortest) for (const form of dateForms(date)) this.remember(form, form);
        }
        break;
      case undefined:
        break;
    }
  }

  private addNames(element: DataElement, sets: CharacterSets): void {
    for (const part of textValues(element, sets).flatMap(partsOfName)) {
      if (!placeholders.has(fold(part))) this.add(part);
    }
    this.names.push(element);
  }

  private add(value: string): void {
    const folded = fold(value);
    if (folded.length >= shortest || (value.length >= 2 && unspaced.test(value)))
      this.remember(folded, value);
  }

  private remember(folded: string, value: string): void {
    this.texts.add(folded);
    this.spelled.add(value.trim());
  }
}

/** Scripts that write words without blanks between them: two characters make a name, and no letter ends it. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;
const wordCharacter = /[\p{L}\p{N}]/u;
const ascii = /^[\0-\x7f]*$/;
const latin1 = /^[\0-\xff]*$/;

function partsOfName(name: string): readonly string[] {
  return name.split(/[\^=\\\s,]+/);
}

/** Parts of a name in the bytes of its character set. */
function storedParts({ value }: DataElement): readonly Buffer[] {
  return partsOfName(value?.toString('latin1') ?? '')
    .filter((part) => part.length >= shortest && !placeholders.has(fold(part)))
    .map((part) => Buffer.from(part, 'latin1'));
}

function hasWord(folded: string, value: string): boolean {
  for (let at = folded.indexOf(value); at >= 0; at = folded.indexOf(value, at + 1)) {
    const end = at + value.length;
    if (bounded(folded[at - 1], value[0]) && bounded(folded[end], value.at(-1))) return true;
  }
  return false;
}

/** Whether a word may end between these two characters. */
function bounded(outside: string | undefined, inside: string | undefined): boolean {
  if (outside === undefined || inside === undefined || !wordCharacter.test(outside)) return true;
  return unspaced.test(inside) || unspaced.test(outside);
}

/** Case and accents do not matter: "MÜLLER" and "Muller" are the same name. */
function fold(text: string): string {
  if (ascii.test(text)) return text.toLowerCase().trim();
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}

/** A DA value, and how people write it. */
function dateForms(date: string): readonly string[] {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(date);
  if (!parts) return [date];
  const [, year, month, day] = parts;
  return [date, `${year}-${month}-${day}`, ...['.', '/', '-'].flatMap((sign) => [`${day}${sign}${month}${sign}${year}`, `${month}${sign}${day}${sign}${year}`])]; // prettier-ignore
}

function spellings(value: string): readonly Buffer[] {
  const little = Buffer.from(value, 'utf16le');
  const wide = [Buffer.from(value, 'utf8'), little, Buffer.from(little).swap16()];
  return latin1.test(value) && !ascii.test(value) ? [Buffer.from(value, 'latin1'), ...wide] : wide;
}
