import type { ByteSource } from '../dicom/byteSource.js';
import type { CharacterSets } from '../dicom/charsets.js';
import type { DataElement, DicomObject, Encoding, SourceRange, Tag } from '../dicom/dataSet.js';
import { characterSets, firstText, isText, textValues } from '../dicom/elements.js';
import { formatTag, tags } from '../dicom/tags.js';
import { implicitLittleEndian } from '../dicom/transferSyntaxes.js';
import type { Vr } from '../dicom/vr.js';
import { lookUp } from '../dicom/dictionary.js';
import { dummyElement } from './dummies.js';
import { KnownValues } from './knownValues.js';
import { holdsInstanceUids } from './originalUids.js';
import { decide, isTopLevelPixels } from './rules.js';
import { ScriptWritten } from './scriptWritten.js';
import type { Place } from './table.js';
import { containsUid } from './uidScan.js';

/** Pieces in which large values are searched; they overlap by more than any known value is long. */
const pieceSize = 1024 * 1024;
const overlap = 512;

/** One or two numbers have no room for a name. */
const longestNumber = 16;

/** Where coders put comments, and the shortest value that compressed pixels do not hold by chance. */
const coderHeader = 4096;
const shortestAmongPixels = 6;

/** Where one level of the data set stands and how its texts are encoded. */
interface Level {
  readonly place: Place;
  readonly sets: CharacterSets;
  readonly encoding: Encoding;
}

/**
 * What may not stand anywhere in a de-identified data set that was read again from its bytes: attributes that should
 * have gone, values that should have been emptied or replaced, the patient's own values, original UIDs.
 */
export class ContentCheck {
  private readonly known: KnownValues;

  /**
   * @param ours texts that the program wrote at the top level, by tag; they stand there exactly so.
   * @param written what scripts wrote: it may stand in any attribute, but is searched like everything else.
   */
  constructor(
    original: DicomObject,
    private readonly originals: ReadonlySet<string>,
    private readonly ours: ReadonlyMap<Tag, string>,
    private readonly bytes: ByteSource,
    private readonly written = ScriptWritten.nothing,
  ) {
    this.known = new KnownValues(original.elements);
  }

  /** The first thing that is wrong, without any value; undefined when nothing is. */
  doubt(made: DicomObject): string | undefined {
    const place = { sopClassUid: firstText(made.elements, tags.SOPClassUID) ?? '', parent: undefined };
    return this.levelDoubt(made.elements, { place, sets: [], encoding: made.encoding });
  }

  private levelDoubt(elements: readonly DataElement[], above: Level): string | undefined {
    const { place, encoding } = above;
    const level = { place, encoding, sets: characterSets(elements, above.sets) };
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
    if (level.place.parent === undefined && this.ours.has(tag)) {
      return isTextOf(element, this.ours.get(tag)) ? undefined : 'is not what was asked for';
    }
    if (this.written.hasValue(element, level.place.parent)) return this.writtenDoubt(element, level);
    return this.ruleDoubt(element, level) ?? this.valueDoubt(element, level);
  }

  /** A date or a UID counts as a text here: a script may have written anything. */
  private writtenDoubt(element: DataElement, { sets }: Level): string | undefined {
    const { value } = element;
    if (!value) return undefined;
    if (containsUid(value, this.originals)) return 'holds an original UID';
    // Whole words only: in the digits of a hash a short ID stands by chance.
    const found =
      textValues(element, sets).some((text) => this.known.isIn(text)) ||
      (!isText(element.vr) && this.known.isInBytes(value));
    return found ? 'holds a value of the patient' : undefined;
  }

  private ruleDoubt(element: DataElement, { place, encoding }: Level): string | undefined {
    switch (decide(element, place)) {
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
      case 'U':
      case 'U*':
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
    if (!isText(vr)) {
      if (value.length >= longestNumber && this.known.isInBytes(value)) return 'holds a value of the patient';
      if (vr !== 'UN') return undefined;
    } else if (hasFormOf(vr, value)) return undefined;
    return textValues(element, sets).some((text) => this.known.isIn(text))
      ? 'holds a value of the patient'
      : undefined;
  }

  /** Compressed pixels begin with a header that has room for comments (JPEG: COM and APPn segments). */
  private commentDoubt(
    { undefinedLength }: DataElement,
    { offset, length }: SourceRange,
  ): string | undefined {
    if (undefinedLength !== true) return undefined;
    const head = this.bytes.read(offset, Math.min(coderHeader, length));
    return containsUid(head, this.originals) || this.known.isInBytes(head, shortestAmongPixels)
      ? 'holds a value of the patient in a comment of its coder'
      : undefined;
  }

  private rangeDoubt({ offset, length }: SourceRange): string | undefined {
    for (let at = 0; at < length; at += pieceSize) {
      const piece = this.bytes.read(offset + at, Math.min(pieceSize + overlap, length - at));
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

/** What values of these VRs look like (PS3.5 6.2), several of them and padding included. */
const forms: Partial<Record<Vr, RegExp>> = {
  AS: /^[\dDWMY \\\0]*$/,
  DA: /^[\d. \\\0]*$/,
  DS: /^[\d+\-.eE \\\0]*$/,
  DT: /^[\d+\-. \\\0]*$/,
  IS: /^[\d+\- \\\0]*$/,
  TM: /^[\d.: \\\0]*$/,
  UI: /^[\d. \\\0]*$/,
};

/**
 * Whether a value is a number, a UID or a date as its VR asks for, and so no written language; anything else under such
 * a VR is text in disguise. Numbers would hit short IDs by chance.
 */
function hasFormOf(vr: Vr, value: Buffer): boolean {
  return forms[vr]?.test(value.toString('latin1')) ?? false;
}
