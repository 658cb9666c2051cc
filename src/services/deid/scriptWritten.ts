import type { DataElement, Tag } from '../dicom/dataSet.js';
import type { Vr } from '../dicom/vr.js';

/**
 * Elements that scripts wrote and that hold nothing of the object. The profile knows them as the very elements, the check
 * before sending, which reads the bytes anew, by their place and their value.
 */
export class ScriptWritten {
  static readonly nothing = new ScriptWritten();

  private readonly elements = new Set<DataElement>();
  private readonly values = new Set<string>();
  private readonly atTop = new Map<Tag, DataElement>();

  /** @param parent tag of the sequence around it; undefined at the top level. */
  add(element: DataElement, parent: Tag | undefined): void {
    this.elements.add(element);
    this.values.add(keyOf(element, parent));
    if (parent === undefined) this.atTop.set(element.tag, element);
  }

  /** Whether scripts wrote anything that survives. */
  get isEmpty(): boolean {
    return this.elements.size === 0;
  }

  has(element: DataElement): boolean {
    return this.elements.has(element);
  }

  /** Whether an element that was read again is one of them. */
  hasValue(element: DataElement, parent: Tag | undefined): boolean {
    return this.values.size > 0 && this.values.has(keyOf(element, parent));
  }

  /** Whether a date or time is among them. */
  get hasDates(): boolean {
    return [...this.elements].some(({ vr, value }) => dateVrs.has(vr) && (value?.length ?? 0) > 0);
  }

  /** A written element of the top level. */
  topLevel(tag: Tag): DataElement | undefined {
    return this.atTop.get(tag);
  }
}

const dateVrs: ReadonlySet<Vr> = new Set<Vr>(['DA', 'DT', 'TM']);

function keyOf({ tag, value, items, range }: DataElement, parent: Tag | undefined): string {
  const content = items || range ? 'none' : (value?.toString('latin1') ?? '');
  return `${parent ?? ''} ${tag} ${content}`;
}
