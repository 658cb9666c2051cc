import type { DataElement, Tag } from '../dicom/dataSet.js';
import { characterSets, textValues } from '../dicom/elements.js';
import type { CharacterSets } from '../dicom/charsets.js';
import { tags } from '../dicom/tags.js';
import { fold } from './clean/fold.js';
import { dateForms, idPartsOf, isWorthwhile, knownForms, namePartsOf, shortestInside, type KnownText } from './clean/knownTexts.js'; // prettier-ignore
import { matchesOf, type Match } from './clean/matches.js';
import { originalUidMatches, UidFamily } from './clean/uidsInText.js';
import type { SeriesIdentity } from './clean/cleaned.js';

/** Attributes whose values are known to identify the patient, and how they are taken apart. */
const sources: ReadonlyMap<Tag, 'name' | 'id' | 'studyId' | 'date'> = new Map([
  [tags.PatientName, 'name'],
  [tags.OtherPatientNames, 'name'],
  [0x00101005, 'name'], // Patient's Birth Name
  [0x00101060, 'name'], // Patient's Mother's Birth Name
  [tags.ReferringPhysicianName, 'name'],
  [tags.PatientID, 'id'],
  [tags.OtherPatientIDs, 'id'],
  [tags.AccessionNumber, 'id'],
  [tags.StudyID, 'studyId'],
  [tags.PatientBirthDate, 'date'],
]);

export interface KnownValuesOptions {
  /** Original UIDs that must not stand in a text; none where the profile keeps UIDs. */
  readonly uids?: ReadonlySet<string>;
  /** What other objects of the series say: names in other spellings, further numbers. */
  readonly series?: SeriesIdentity;
}

/** A known value and the word around it. */
export interface CodeWord {
  readonly value: string;
  readonly word: string;
}

/** A day and how people write it; `year` are the digits that all the forms share. */
interface DateText {
  readonly date: string;
  readonly year: string;
  /** Folded; made when a text is met that may hold one. */
  forms: readonly string[] | undefined;
}

/** What is known to identify the patient of an object: texts that must not stand anywhere in what is sent. */
export class KnownValues {
  private readonly texts = new Map<string, KnownText>();
  private readonly dates: DateText[] = [];
  /** What was taken apart already: the objects of a series say the same. */
  private readonly taken = new Set<string>();
  private readonly spelled = new Set<string>();
  private readonly names: DataElement[] = [];
  private readonly uids: UidFamily | undefined;
  private needles: readonly Buffer[] | undefined;

  /** Parts of names, IDs, accession number and birth date at any depth; values of the series; original UIDs. */
  constructor(elements: readonly DataElement[], { uids, series }: KnownValuesOptions = {}) {
    this.collect(elements, []);
    for (const name of series?.names ?? []) this.addName(name);
    for (const id of series?.ids ?? []) this.addId(id);
    for (const date of series?.birthDates ?? []) this.addDate(date);
    if (uids && uids.size > 0) this.uids = new UidFamily(uids);
  }

  /** Whether one of the values stands in the text, whatever its case and accents. */
  isIn(text: string): boolean {
    if (text.length < 2) return false;
    const folded = fold(text);
    return this.mayStandIn(folded) && this.matchesIn(folded).next().done !== true;
  }

  /** Every place of the values in a text that was folded (see `foldUnits`). */
  *matchesIn(folded: string): Generator<Match> {
    for (const { folded: value, wholeTokens } of this.texts.values()) {
      // Asked first, because most texts hold none of them and a generator costs more than the question.
      if (folded.includes(value)) yield* matchesOf(folded, value, wholeTokens);
    }
    for (const date of this.dates) {
      if (!mayHold(folded, date)) continue;
      for (const form of formsOf(date)) yield* matchesOf(folded, form, notOnlyDigits.test(form));
    }
    // A UID has dots, most texts have none.
    if (this.uids && folded.includes('.')) yield* originalUidMatches(folded, this.uids);
  }

  /** Values that are whole tokens of a number, a date or a UID, folded. */
  tokensIn(number: string): readonly string[] {
    const folded = fold(number);
    if (!this.mayNameIn(folded)) return none;
    const tokens = folded.split(/[^\p{L}\p{N}.-]+/u);
    return [...new Set([...tokens, ...tokens.flatMap((one) => one.split(/[.-]+/))])].filter(
      (token) =>
        this.texts.has(token) ||
        this.dates.some((date) => mayHold(token, date) && formsOf(date).includes(token)),
    );
  }

  /** Values that stand in a code, each with the word of the code that it is a part of, all folded. */
  wordsIn(code: string): readonly CodeWord[] {
    const folded = fold(code);
    if (!this.mayStandIn(folded)) return none;
    return Array.from(this.matchesIn(folded), ({ start, end }) => {
      const before = /[\p{L}\p{N}]*$/u.exec(folded.slice(0, start))?.[0] ?? '';
      const behind = /^[\p{L}\p{N}]*/u.exec(folded.slice(end))?.[0] ?? '';
      const value = folded.slice(start, end);
      return { value, word: before + value + behind };
    });
  }

  /** Whether it is worth looking for places in a folded text: nearly all texts of an object are not. */
  private mayStandIn(folded: string): boolean {
    return this.mayNameIn(folded) || (this.uids !== undefined && folded.includes('.'));
  }

  /** The same for everything but UIDs. */
  private mayNameIn(folded: string): boolean {
    for (const value of this.texts.keys()) if (folded.includes(value)) return true;
    return this.dates.some((date) => mayHold(folded, date));
  }

  /** Whether one of the values stands in raw bytes: as it was stored, in Latin-1, UTF-8 or UTF-16. */
  isInBytes(bytes: Buffer, shortestCounted = shortestInside): boolean {
    if (bytes.length < shortestCounted) return false;
    this.needles ??= [
      ...this.names.flatMap(storedParts),
      ...[...this.spelled, ...this.dates.flatMap(({ date }) => dateForms(date)).filter(isFullDate)].flatMap(
        spellings,
      ),
    ];
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
        for (const name of textValues(element, sets)) this.addName(name);
        this.names.push(element);
        break;
      case 'id':
        for (const id of textValues(element, sets)) this.addId(id);
        break;
      case 'studyId':
        // Most are small numbers, which say nothing about the patient.
        for (const id of textValues(element, sets)) if (id.length >= shortestInside) this.addId(id);
        break;
      case 'date':
        for (const date of textValues(element)) this.addDate(date);
        break;
      case undefined:
        break;
    }
  }

  private addName(name: string): void {
    if (this.isNew('name', name)) for (const part of namePartsOf(name)) this.add(part);
  }

  private addId(id: string): void {
    if (!this.isNew('id', id)) return;
    if (isWorthwhile(id)) this.add(id);
    for (const part of idPartsOf(id)) this.add(part);
  }

  private addDate(date: string): void {
    if (date.length >= shortestInside && this.isNew('date', date))
      this.dates.push({ date, year: fold(date.slice(2, 4)), forms: undefined });
  }

  private isNew(kind: 'name' | 'id' | 'date', text: string): boolean {
    const key = `${kind} ${text}`;
    if (this.taken.has(key)) return false;
    this.taken.add(key);
    return true;
  }

  private add(value: string): void {
    for (const form of knownForms(value)) this.texts.set(form.folded, form);
    this.spelled.add(value.trim());
  }
}

const none: readonly never[] = [];

/** Every form has the year in it, and most texts have not; the shortest is "1.2.1931" or "01.02.31". */
function mayHold(folded: string, { date, year }: DateText): boolean {
  return folded.length >= Math.min(date.length, 8) && folded.includes(year);
}

function formsOf(date: DateText): readonly string[] {
  return (date.forms ??= dateForms(date.date).map(fold));
}

function isFullDate(form: string): boolean {
  return fullDate.test(form);
}

const notOnlyDigits = /\D/;
/** Forms that are looked for in bytes, too: other ones come about by chance. */
const fullDate = /^(?:\d{8}|\d{4}[./-]\d\d[./-]\d\d|\d\d[./-]\d\d[./-]\d{4})$/;
const ascii = /^[\0-\x7f]*$/;
const latin1 = /^[\0-\xff]*$/;

/** Parts of a name in the bytes of its character set. */
function storedParts({ value }: DataElement): readonly Buffer[] {
  return namePartsOf(value?.toString('latin1') ?? '')
    .filter((part) => part.length >= shortestInside)
    .map((part) => Buffer.from(part, 'latin1'));
}

function spellings(value: string): readonly Buffer[] {
  const little = Buffer.from(value, 'utf16le');
  const wide = [Buffer.from(value, 'utf8'), little, Buffer.from(little).swap16()];
  return latin1.test(value) && !ascii.test(value) ? [Buffer.from(value, 'latin1'), ...wide] : wide;
}
