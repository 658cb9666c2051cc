import type { DataElement, Tag } from '../../dicom/dataSet.js';
import { lookUp } from '../../dicom/dictionary.js';
import type { Vr } from '../../dicom/vr.js';
import type { LookupTable } from '../lookupTable.js';
import type { Path } from '../syntax/ast.js';
import { findSpot, makeSpot, type Spot } from './directPath.js';
import type { EditableDataSet } from './editableDataSet.js';
import { elementOfText, textOf } from './elementText.js';
import { fault } from './faults.js';
import type { Limits } from './limits.js';
import type { PixelFill } from './pixelFill.js';
import type { UidMaps } from './uidMaps.js';
import { nullValue, textValue, type ReadValue, type TextValue } from './values.js';

/** What scripts are given beside the object. */
export interface ScriptEnvironment {
  /** Supplied variables; their names are looked up without regard to case. */
  readonly variables: Readonly<Record<string, string>>;
  readonly lookup?: LookupTable;
  /** `reject[]` does nothing, and the rest of the script runs. */
  readonly ignoreRejection?: boolean;
  readonly uids: UidMaps;
  /** `hashUID`; default the hash of DicomEdit and GIFT-Cloud. */
  readonly hashUid: (text: string) => string;
  /** What `getURL` reads from; without it the function is refused: a script must not send from this machine. */
  readonly fetchText?: (address: string) => string;
}

/** One run of the scripts on one object: what they work on, and what they did to it. Nothing outlives the object. */
export class ScriptRun {
  /** Elements that hold nothing of the object, by identity: what a script wrote over them later is another element. */
  readonly ours = new Set<DataElement>();
  readonly echoes: string[] = [];
  readonly fills: PixelFill[] = [];

  constructor(
    readonly root: EditableDataSet,
    readonly environment: ScriptEnvironment,
    readonly limits: Limits,
  ) {}

  /** Value of one element: null when it is not there. @throws EvaluationFault for sequences and wildcards. */
  read(path: Path): ReadValue {
    const spot = findSpot(this.root, path);
    return spot ? this.valueAt(spot) : nullValue;
  }

  valueAt({ dataSet, tag }: Spot): TextValue {
    const element = dataSet.leaf(tag);
    if (!element) return fault('A sequence is no value.');
    return textValue(textOf(element, dataSet.characterSets, dataSet.encoding), this.ours.has(element));
  }

  /** Writes one element; the way to it is made. A null value changes nothing. */
  assign(path: Path, value: TextValue | undefined): void {
    if (value === undefined) return;
    this.write(
      makeSpot(this.root, path, this.limits, (spot) => this.mark(spot)),
      value,
    );
  }

  /** @param unknownVr VR of new elements that the dictionary does not know: UN in version 6, LO in version 4. */
  write({ dataSet, tag }: Spot, { text, ours }: TextValue, unknownVr: 'UN' | 'LO' = 'UN'): void {
    if (dataSet.items(tag)) fault('A sequence has items and no text.');
    const vr = this.vrOf(dataSet, tag, unknownVr);
    const element = elementOfText(tag, vr, text, dataSet.characterSets, dataSet.encoding);
    this.limits.write(element.value?.length ?? 0);
    dataSet.put(element);
    if (ours) this.ours.add(element);
  }

  private vrOf(dataSet: EditableDataSet, tag: Tag, unknownVr: 'UN' | 'LO'): Vr {
    const vr = dataSet.leaf(tag)?.vr ?? lookUp(tag).vr;
    return vr === 'UN' ? unknownVr : vr;
  }

  /** Says that what stands here was made by the program or from literals. */
  private mark({ dataSet, tag }: Spot): void {
    const element = dataSet.leaf(tag);
    if (element) this.ours.add(element);
  }
}
