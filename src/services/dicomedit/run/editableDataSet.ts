import type { CharacterSets } from '../../dicom/charsets.js';
import type { DataElement, DataItem, Encoding, Tag } from '../../dicom/dataSet.js';
import { characterSets, emptyElement, sequenceElement, withItems } from '../../dicom/elements.js';
import { implicitLittleEndian } from '../../dicom/transferSyntaxes.js';
import { tags } from '../../dicom/tags.js';

/** A sequence while a script runs. */
interface EditableSequence {
  readonly original: DataElement;
  readonly items: EditableDataSet[];
}

/**
 * A data set, or an item, that a script may change, on top of the elements that were read. What was not changed comes
 * out as the same objects, so that it is written back byte by byte.
 */
export class EditableDataSet {
  private readonly leaves = new Map<Tag, DataElement>();
  private readonly sequences = new Map<Tag, EditableSequence>();
  private changed = false;

  constructor(
    elements: readonly DataElement[],
    readonly encoding: Encoding,
    private readonly parent?: EditableDataSet,
    private readonly item?: DataItem,
  ) {
    for (const element of elements) {
      if (element.items) this.sequences.set(element.tag, this.editable(element, element.items));
      else this.leaves.set(element.tag, element);
    }
  }

  /** Character set of this level; items without their own inherit that of the level above. */
  get characterSets(): CharacterSets {
    const own = this.leaves.get(tags.SpecificCharacterSet);
    return own ? characterSets([own]) : (this.parent?.characterSets ?? []);
  }

  has(tag: Tag): boolean {
    return this.leaves.has(tag) || this.sequences.has(tag);
  }

  leaf(tag: Tag): DataElement | undefined {
    return this.leaves.get(tag);
  }

  /** Items of a sequence; undefined when there is none. */
  items(tag: Tag): readonly EditableDataSet[] | undefined {
    return this.sequences.get(tag)?.items;
  }

  /** Tags at this level, leaves first, in no other order. A copy: elements may be changed meanwhile. */
  tags(): readonly Tag[] {
    return [...this.leaves.keys(), ...this.sequences.keys()];
  }

  put(element: DataElement): void {
    this.changed = true;
    this.sequences.delete(element.tag);
    this.leaves.set(element.tag, element);
  }

  remove(tag: Tag): void {
    if (this.leaves.delete(tag) || this.sequences.delete(tag)) this.changed = true;
  }

  /** An item of a sequence, made with those before it when it is not there. Each new one is told to `made`. */
  ensureItem(tag: Tag, index: number, made: () => void): EditableDataSet {
    let sequence = this.sequences.get(tag);
    if (!sequence) {
      this.changed = true;
      this.leaves.delete(tag);
      sequence = { original: sequenceElement(tag, [], this.encoding), items: [] };
      this.sequences.set(tag, sequence);
    }
    const { items, original } = sequence;
    while (items.length <= index) {
      made();
      this.changed = true;
      items.push(new EditableDataSet([], innerEncoding(original, this.encoding), this));
    }
    return items[index] ?? this;
  }

  /** Removes the items of a sequence for which this holds. */
  removeItems(tag: Tag, shouldGo: (item: EditableDataSet) => boolean): void {
    const items = this.sequences.get(tag)?.items ?? [];
    for (let at = items.length - 1; at >= 0; at--) {
      const item = items[at];
      if (!item || !shouldGo(item)) continue;
      items.splice(at, 1);
      this.changed = true;
    }
  }

  clear(): void {
    this.changed = true;
    this.leaves.clear();
    this.sequences.clear();
  }

  get isEmpty(): boolean {
    return this.leaves.size === 0 && this.sequences.size === 0;
  }

  /** The elements as they are now, in ascending order of their tags. */
  elements(): readonly DataElement[] {
    const elements = [
      ...this.leaves.values(),
      ...[...this.sequences.values()].map((sequence) => this.frozen(sequence)),
    ];
    return elements.sort((a, b) => a.tag - b.tag);
  }

  /** The value of a tag emptied, whatever it was. */
  empty(tag: Tag): void {
    const vr = this.leaves.get(tag)?.vr;
    if (vr !== undefined) this.put(emptyElement(tag, vr, this.encoding));
  }

  private get isChanged(): boolean {
    return (
      this.changed ||
      this.item === undefined ||
      [...this.sequences.values()].some((sequence) => this.sequenceChanged(sequence))
    );
  }

  private sequenceChanged({ items, original }: EditableSequence): boolean {
    return items.length !== original.items?.length || items.some((item) => item.isChanged);
  }

  private frozen(sequence: EditableSequence): DataElement {
    const { items, original } = sequence;
    if (!this.sequenceChanged(sequence)) return original;
    return withItems(
      original,
      items.map((item) => item.frozenItem()),
    );
  }

  private frozenItem(): DataItem {
    if (this.item && !this.isChanged) return this.item;
    return { ...this.item, elements: this.elements() };
  }

  private editable(element: DataElement, items: readonly DataItem[]): EditableSequence {
    const encoding = innerEncoding(element, this.encoding);
    return {
      original: element,
      items: items.map((item) => new EditableDataSet(item.elements, encoding, this, item)),
    };
  }
}

/** Inside a sequence stored as UN the encoding is implicit VR little endian (PS3.5 6.2.2). */
function innerEncoding(element: DataElement, encoding: Encoding): Encoding {
  return element.storedVr === 'UN' ? implicitLittleEndian : encoding;
}
