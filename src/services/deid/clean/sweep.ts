import type { CharacterSets } from '../../dicom/charsets.js';
import type { DataElement, DataItem, Encoding } from '../../dicom/dataSet.js';
import { characterSets, textElement, textValues, withItems } from '../../dicom/elements.js';
import { implicitLittleEndian } from '../../dicom/transferSyntaxes.js';
import { removedWord } from '../dummies.js';
import type { KnownValues } from '../knownValues.js';
import { topLevelOf, type Place } from '../table.js';
import { cleanText, standsIn } from './cleanText.js';
import { codeTexts, isCode, isLocalCode } from './codingSchemes.js';
import { isRequiredText } from './requiredTexts.js';

export interface SweepResult {
  readonly elements: readonly DataElement[];
  /** Places where a known value stood and stands no more. */
  readonly blanked: number;
  /** Known values that are codes or numbers by chance, and stay. */
  readonly reported: number;
}

/** Where one level stands. */
interface Level extends Place {
  readonly sets: CharacterSets;
  readonly encoding: Encoding;
  /** The item is a code of a site or a vendor. */
  readonly localCode: boolean;
}

/**
 * Looks for the patient's own values in every text that the profile kept, at any depth, and takes them out. Codes of
 * registered schemes and texts that an object may not lose stay as they are, and the verification holds the object if
 * a known value stands in them. Untouched elements are the same objects as before.
 * @param written what scripts wrote: it is not touched, so that a known value in it holds the object.
 */
export function sweepKnownValues(
  elements: readonly DataElement[],
  known: KnownValues,
  encoding: Encoding,
  written?: { has(element: DataElement): boolean },
): SweepResult {
  const sweep = new Sweep(known, written);
  const top = { ...topLevelOf(elements), sets: [], encoding, localCode: false };
  const swept = sweep.level(elements, top);
  return { elements: swept, blanked: sweep.blanked, reported: sweep.reported };
}

class Sweep {
  blanked = 0;
  reported = 0;

  constructor(
    private readonly known: KnownValues,
    private readonly written: { has(element: DataElement): boolean } | undefined,
  ) {}

  level(elements: readonly DataElement[], above: Level): readonly DataElement[] {
    const sets = characterSets(elements, above.sets);
    const level = { ...above, sets, localCode: isCode(elements) && isLocalCode(elements) };
    const swept = elements.map((element) => this.element(element, level));
    return swept.every((element, index) => element === elements[index]) ? elements : swept;
  }

  private element(element: DataElement, level: Level): DataElement {
    const { items, tag } = element;
    if (items) return this.sequence(element, items, level);
    if (this.written?.has(element)) return element;
    if (level.localCode && codeTexts.has(tag)) return this.localCode(element, level);
    const cleaned = cleanText(element, this.known, level.sets, level.encoding);
    this.reported += cleaned.reported;
    if (cleaned.blanked === 0 || isRequiredText(tag, level)) return element;
    this.blanked += cleaned.blanked;
    return cleaned.element;
  }

  private sequence(element: DataElement, items: readonly DataItem[], level: Level): DataElement {
    const encoding = element.storedVr === 'UN' ? implicitLittleEndian : level.encoding;
    const inner = { ...level, parent: element.tag, encoding };
    const swept = items.map((item) => {
      const elements = this.level(item.elements, inner);
      return elements === item.elements ? item : { ...item, elements };
    });
    return swept.every((item, index) => item === items[index]) ? element : withItems(element, swept);
  }

  /** Value and meaning of a code are Type 1: with a known value in them they are replaced as a whole. */
  private localCode(element: DataElement, { sets, encoding }: Level): DataElement {
    if (!textValues(element, sets).some((text) => standsIn(text, this.known))) return element;
    this.blanked++;
    return textElement(element.tag, element.vr, removedWord, encoding);
  }
}
