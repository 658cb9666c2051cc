import { isAscii } from 'node:buffer';
import type { ByteSource } from '../dicom/byteSource.js';
import type { CharacterSets } from '../dicom/charsets.js';
import type { DataElement, DicomObject, Encoding, SourceRange, Tag } from '../dicom/dataSet.js';
import { characterSets, isText, textValues } from '../dicom/elements.js';
import { formatTag, tags } from '../dicom/tags.js';
import { implicitLittleEndian } from '../dicom/transferSyntaxes.js';
import { lookUp } from '../dicom/dictionary.js';
import { cappedAge } from './ages.js';
import type { SeriesIdentity } from './clean/cleaned.js';
import { readingsOf } from './clean/cleanText.js';
import { kindOf, mayBeTerm, readingVr } from './clean/kinds.js';
import { isRequiredText } from './clean/requiredTexts.js';
import { DateCheck } from './dateCheck.js';
import { dummyElement, ownWords } from './dummies.js';
import { KnownValues } from './knownValues.js';
import { holdsInstanceUids } from './originalUids.js';
import type { SafeTags } from './privateBlocks.js';
import type { Profile } from './profiles/profile.js';
import { isTopLevelPixels, type Rules } from './rules.js';
import type { ScriptWritten } from './scriptWritten.js';
import { methodCodes } from './stamp.js';
import { topLevelOf, type Place } from './table.js';
import { containsUid } from './uidScan.js';

/** Pieces in which large values are searched; they overlap by more than any known value is long. */
const pieceSize = 1024 * 1024;
const overlap = 512;

/** One or two numbers have no room for a name. */
const longestNumber = 16;

/** Where coders put comments, and the shortest value that compressed pixels do not hold by chance. */
const coderHeader = 4096;
const shortestAmongPixels = 6;

/** UIDs that say nothing of a patient by chance: new ones, which are hashes, and those of the standard. */
const ownOrRegistered = /^[ \0]*(?:$|2\.25\.|1\.2\.840\.10008\.)/;

/** Where one level of the data set stands and how its texts are encoded. */
interface Level {
  readonly place: Place;
  readonly sets: CharacterSets;
  readonly encoding: Encoding;
  readonly safe: SafeTags;
}

export interface ContentExpectation {
  readonly original: DicomObject;
  readonly profile: Profile;
  readonly rules: Rules;
  /** What other objects of the series say about the patient. */
  readonly series?: SeriesIdentity;
  /** Every UID of the original that had to be replaced. */
  readonly originalUids: ReadonlySet<string>;
  /** Days by which dates had to move. */
  readonly dateOffsetDays: number;
  /** Texts that the program wrote at the top level, by tag; they stand there exactly so. */
  readonly ours: ReadonlyMap<Tag, string>;
  /** What scripts wrote: it may stand in any attribute, but is searched like everything else. */
  readonly written?: ScriptWritten;
  /** The object as it is about to be sent. */
  readonly bytes: ByteSource;
}

/**
 * What may not stand anywhere in a de-identified data set that was read again from its bytes: attributes that should
 * have gone, values that should have been emptied or replaced, the patient's own values, original UIDs.
 */
export class ContentCheck {
  private readonly known: KnownValues;
  private readonly rules: Rules;
  private readonly originals: ReadonlySet<string>;
  private readonly dates: DateCheck;
  /** Texts that the program writes in any place: a name that looks like a part of one does not stand there. */
  private readonly ownTexts: ReadonlySet<string>;
  private codesFound = 0;

  constructor(private readonly expected: ContentExpectation) {
    const { original, rules, originalUids, dateOffsetDays, profile, series } = expected;
    this.known = new KnownValues(original.elements, { uids: originalUids, ...(series && { series }) });
    this.ownTexts = new Set([...ownWords, ...methodCodes(profile).flat()]);
    this.rules = rules;
    this.originals = originalUids;
    this.dates = new DateCheck(original, dateOffsetDays);
  }

  /** Known values that were codes or numbers by chance, in what was checked so far. */
  get reported(): number {
    return this.codesFound;
  }

  /** The first thing that is wrong, without any value; undefined when nothing is. */
  doubt(made: DicomObject): string | undefined {
    const place = topLevelOf(made.elements);
    return this.levelDoubt(made.elements, { place, sets: [], encoding: made.encoding });
  }

  private levelDoubt(elements: readonly DataElement[], above: Omit<Level, 'safe'>): string | undefined {
    const { place, encoding } = above;
    const level = {
      place,
      encoding,
      sets: characterSets(elements, above.sets),
      safe: this.rules.safeTags(elements),
    };
    for (const element of elements) {
      const found = this.elementDoubt(element, level);
      if (found !== undefined) return `${formatTag(element.tag)} ${found}`;
      const inner = {
        place: { sopClassUid: place.sopClassUid, parent: element.tag },
        sets: level.sets,
        encoding: element.storedVr === 'UN' ? implicitLittleEndian : encoding,
      };
      for (const item of element.items ?? []) {
        const below = this.levelDoubt(item.elements, inner);
        if (below !== undefined) return below;
      }
    }
    return undefined;
  }

  private elementDoubt(element: DataElement, level: Level): string | undefined {
    const { tag } = element;
    if (level.place.parent === undefined && this.expected.ours.has(tag)) {
      return isTextOf(element, this.expected.ours.get(tag)) ? undefined : 'is not what was asked for';
    }
    if (this.expected.written?.hasValue(element, level.place.parent))
      return this.writtenDoubt(element, level);
    return this.ruleDoubt(element, level) ?? this.valueDoubt(element, level);
  }

  /** A date or a UID counts as a text here: a script may have written anything. */
  private writtenDoubt(element: DataElement, { sets }: Level): string | undefined {
    const { value } = element;
    if (!value) return undefined;
    if (containsUid(value, this.originals)) return 'holds an original UID';
    // In the digits of a hash a short ID stands by chance: whole tokens only.
    if (element.vr === 'UI' && kindOf(element, value) === 'code') {
      const tokens = this.known.tokensIn(value.toString('latin1'));
      return tokens.length > 0 ? 'holds a value of the patient' : undefined;
    }
    const found =
      textValues(element, sets).some((text) => this.known.isIn(text)) ||
      (!isText(element.vr) && this.known.isInBytes(value));
    return found ? 'holds a value of the patient' : undefined;
  }

  private ruleDoubt(element: DataElement, { place, encoding, safe }: Level): string | undefined {
    switch (this.rules.decide(element, place, safe)) {
      case 'private':
        return 'is private and left';
      case 'unknown':
        return 'is not understood and left';
      case 'X':
        return 'is left';
      case 'Z':
        return isEmpty(element) ? undefined : 'is not empty';
      case 'D':
        return this.isReplaced(element, encoding) ? undefined : 'is not replaced';
      case 'shift':
        return this.dates.isMoved(element) ? undefined : 'is a date that was not moved';
      case 'age':
        return textValues(element).every((age) => cappedAge(age) === age) ? undefined : 'is an age over 89';
      case 'U':
      case 'U*':
      case 'date':
      case 'text':
      case 'content':
      case 'graphics':
      case 'safe':
      case 'creator':
      case 'keep':
        return undefined;
    }
  }

  /** Texts and numbers are the dummy of their VR; sequences and documents are searched like everything else. */
  private isReplaced(element: DataElement, encoding: Encoding): boolean {
    const { tag, items, value } = element;
    const { vr } = lookUp(tag);
    if (items || vr === 'UI' || tag === tags.EncapsulatedDocument) return true;
    const dummy = dummyElement(tag, vr, encoding).value;
    return dummy !== undefined && value?.equals(dummy) === true;
  }

  private valueDoubt(element: DataElement, { place, sets }: Level): string | undefined {
    const { tag, vr, value, range } = element;
    if (range) {
      if (isTopLevelPixels(tag, place)) return this.commentDoubt(element, range);
      if (isText(vr)) return 'is too long a text to be checked';
      return this.rangeDoubt(range);
    }
    if (!value || value.length === 0) return undefined;
    const original = holdsInstanceUids(element)
      ? textValues(element).some((uid) => this.originals.has(uid))
      : containsUid(value, this.originals);
    if (original) return 'holds an original UID';
    const kind = kindOf(element, value);
    if (kind === 'code') return this.codeDoubt(element, value);
    if (kind === 'bytes' && value.length >= longestNumber && this.known.isInBytes(value)) {
      return 'holds a value of the patient';
    }
    if (kind === 'bytes' && vr !== 'UN') return undefined;
    return this.textDoubt(element, value, place, sets);
  }

  /** Names and numbers that are codes by chance ("HEAD") are counted; anything else has no business in a code. */
  private codeDoubt(element: DataElement, value: Buffer): string | undefined {
    const text = value.toString('latin1');
    const vr = readingVr(element);
    if (vr === 'UI' && text.split('\\').every((uid) => ownOrRegistered.test(uid))) return undefined;
    if (vr !== 'CS') {
      this.codesFound += this.known.tokensIn(text).length;
      return undefined;
    }
    const found = this.known.wordsIn(text);
    this.codesFound += found.length;
    return found.every(mayBeTerm) ? undefined : 'is a code with a value of the patient';
  }

  /** A text may be in another character set than it says; cleanText.ts reads it in the same ways. */
  private textDoubt(
    element: DataElement,
    value: Buffer,
    place: Place,
    sets: CharacterSets,
  ): string | undefined {
    const { tag, storedVr } = element;
    const asText = { tag, storedVr, vr: readingVr(element), value };
    const found =
      readingsOf(value, sets).some((reading) =>
        textValues(asText, reading).some((text) => !this.ownTexts.has(text) && this.known.isIn(text)),
      ) ||
      (!isAscii(value) && this.known.isInBytes(value));
    if (!found) return undefined;
    return isRequiredText(element.tag, place)
      ? 'holds a value of the patient, and the object is not valid without it'
      : 'holds a value of the patient';
  }

  /** Compressed pixels begin with a header that has room for comments (JPEG: COM and APPn segments). */
  private commentDoubt(
    { undefinedLength }: DataElement,
    { offset, length }: SourceRange,
  ): string | undefined {
    if (undefinedLength !== true) return undefined;
    const head = this.expected.bytes.read(offset, Math.min(coderHeader, length));
    return containsUid(head, this.originals) || this.known.isInBytes(head, shortestAmongPixels)
      ? 'holds a value of the patient in a comment of its coder'
      : undefined;
  }

  private rangeDoubt({ offset, length }: SourceRange): string | undefined {
    for (let at = 0; at < length; at += pieceSize) {
      const piece = this.expected.bytes.read(offset + at, Math.min(pieceSize + overlap, length - at));
      if (containsUid(piece, this.originals)) return 'holds an original UID';
      if (this.known.isInBytes(piece)) return 'holds a value of the patient';
    }
    return undefined;
  }
}

/** Whether the value is this text in UTF-8, but for padding. */
function isTextOf({ value }: DataElement, text: string | undefined): boolean {
  return value?.toString('utf8').replace(/ $/, '') === text;
}

function isEmpty({ items, value, range }: DataElement): boolean {
  return range === undefined && (items?.length ?? 0) === 0 && (value?.length ?? 0) === 0;
}
