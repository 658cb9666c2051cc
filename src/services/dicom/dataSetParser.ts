import { GiftCloudError } from '../support/errors.js';
import type { ByteSource } from './byteSource.js';
import type { DataElement, DataItem, Encoding, Tag } from './dataSet.js';
import { lookUp } from './dictionary.js';
import { damaged, unsupported } from './dicomErrors.js';
import { LeafAsRead, SequenceAsRead } from './elementsAsRead.js';
import { readElementHeader, undefinedLength, type ElementHeader } from './elementHeader.js';
import { endOfFragments, readTag } from './fragments.js';
import { ReadWindow } from './readWindow.js';
import { formatTag, groupOf, isGroupLength, tags } from './tags.js';
import { implicitLittleEndian } from './transferSyntaxes.js';
import type { Vr } from './vr.js';

export interface ParserLimits {
  /** Values above this many bytes stay in the source. */
  readonly inMemoryLimit: number;
  /** Bytes read into memory for one object, pixels excluded. */
  readonly headerLimit: number;
  /** Elements and items of one object. */
  readonly elementLimit: number;
}

/** Deeper nesting than any object needs; bounds the stack on hostile input. */
const deepest = 64;

const pixelTags: ReadonlySet<Tag> = new Set<Tag>([
  tags.FloatPixelData,
  tags.DoubleFloatPixelData,
  tags.PixelData,
]);

/**
 * Reads data elements one after the other from a source. `position` is where the next one begins.
 * All errors are DICOM_DAMAGED, or CONTENT_NOT_SUPPORTED above the limits.
 */
export class DataSetParser {
  readonly window: ReadWindow;
  private count = 0;

  constructor(
    private readonly source: ByteSource,
    private readonly limits: ParserLimits,
    public position = 0,
  ) {
    this.window = new ReadWindow(source);
  }

  /** The tag at the current position; needs 4 bytes there. */
  peekTag(encoding: Encoding): Tag {
    const offset = this.window.at(this.position, 4);
    return readTag(this.window.bytes, offset, encoding.bigEndian);
  }

  /** The top-level element at the current position. */
  topLevelElement(encoding: Encoding): DataElement {
    return this.element(this.source.size, encoding, 0);
  }

  private element(end: number, encoding: Encoding, depth: number): DataElement {
    this.countOne();
    const start = this.position;
    const header = readElementHeader(this.window, start, end, encoding);
    const { tag, storedVr, length } = header;
    if (groupOf(tag) === 0xfffe) throw damaged(`a delimiter ${formatTag(tag)} stands where none belongs`);
    const valueStart = start + header.headerLength;
    if (length === undefinedLength) {
      this.position = valueStart;
      return this.undefinedLengthElement(header, start, end, encoding, depth);
    }
    const valueEnd = valueStart + length;
    if (valueEnd > end) throw damaged(`the value of ${formatTag(tag)} runs beyond the end`);

    const dictionaryVr = storedVr === 'SQ' ? 'SQ' : lookUp(tag).vr;
    if (dictionaryVr === 'SQ') {
      const sequence = this.definedLengthSequence(header, start, valueEnd, encoding, depth);
      if (sequence) return sequence;
    }
    this.position = valueEnd;
    return this.leaf(header, start, valueEnd, depth);
  }

  /** A value that is no sequence: in memory when small, else left in the source. */
  private leaf(header: ElementHeader, start: number, end: number, depth: number): DataElement {
    const { tag, storedVr } = header;
    const vr = leafVr(header);
    if (end - start > this.limits.inMemoryLimit || (depth === 0 && pixelTags.has(tag))) {
      return { tag, vr, storedVr, range: { offset: start, length: end - start } };
    }
    const offset = this.window.at(start, end - start);
    const valueStart = offset + header.headerLength;
    return new LeafAsRead(tag, vr, storedVr, this.window.bytes, offset, valueStart, offset + end - start);
  }

  /**
   * A sequence of known length; undefined when it was stored under another VR and is none. Stored as UN, it is implicit
   * VR little endian inside whatever the data set is (PS3.5 6.2.2).
   */
  private definedLengthSequence(
    header: ElementHeader,
    start: number,
    valueEnd: number,
    encoding: Encoding,
    depth: number,
  ): DataElement | undefined {
    const { tag, storedVr } = header;
    const strict = storedVr === 'SQ' || storedVr === undefined;
    const inner = storedVr === 'UN' ? implicitLittleEndian : encoding;
    // One window for the whole sequence keeps its bytes in one piece.
    if (valueEnd - start <= this.limits.inMemoryLimit) this.window.at(start, valueEnd - start);
    const read = (): readonly DataItem[] => {
      this.position = start + header.headerLength;
      return this.items(valueEnd, inner, depth + 1, false);
    };
    const items = strict ? read() : speculate(read);
    return items && this.sequence(tag, storedVr, start, items, false);
  }

  /** Sequences, and encapsulated values under any VR but SQ. Pixel Data of undefined length is always encapsulated (PS3.5 A.4). */
  private undefinedLengthElement(
    header: ElementHeader,
    start: number,
    end: number,
    encoding: Encoding,
    depth: number,
  ): DataElement {
    const { tag, storedVr } = header;
    const inner = storedVr === 'UN' ? implicitLittleEndian : encoding;
    const first = this.position;
    if (tag !== tags.PixelData) {
      const read = (): readonly DataItem[] => this.items(end, inner, depth + 1, true);
      const items = storedVr === 'SQ' ? read() : speculate(read);
      if (items) return this.sequence(tag, storedVr, start, items, true);
    }
    this.position = endOfFragments(this.source, first, end, inner.bigEndian);
    return {
      tag,
      vr: leafVr(header),
      storedVr,
      undefinedLength: true,
      range: { offset: start, length: this.position - start },
    };
  }

  private sequence(
    tag: Tag,
    storedVr: string | undefined,
    start: number,
    items: readonly DataItem[],
    isUndefined: boolean,
  ): DataElement {
    const length = this.position - start;
    const offset = this.window.held(start, length);
    const { bytes } = this.window;
    return offset !== undefined
      ? new SequenceAsRead(tag, storedVr, items, isUndefined, bytes, offset, offset + length)
      : { tag, vr: 'SQ', storedVr, items, undefinedLength: isUndefined };
  }

  private items(limit: number, encoding: Encoding, depth: number, delimited: boolean): DataItem[] {
    if (depth > deepest) throw damaged('sequences are nested too deeply');
    const items: DataItem[] = [];
    while (delimited || this.position < limit) {
      this.countOne();
      const { tag, length } = readElementHeader(this.window, this.position, limit, itemEncoding(encoding));
      this.position += 8;
      if (tag === tags.SequenceDelimitationItem && delimited && length === 0) return items;
      if (tag !== tags.Item) throw damaged(`${formatTag(tag)} stands where an item begins`);
      if (length === undefinedLength) {
        items.push({ elements: this.elements(limit, encoding, depth, true), undefinedLength: true });
      } else {
        const end = this.position + length;
        if (end > limit) throw damaged('an item runs beyond its sequence');
        items.push({ elements: this.elements(end, encoding, depth, false), undefinedLength: false });
      }
    }
    return items;
  }

  /** Elements of one item. */
  private elements(end: number, encoding: Encoding, depth: number, delimited: boolean): DataElement[] {
    const list = new ElementList();
    while (delimited || this.position < end) {
      if (this.position + 8 > end) throw damaged('an item is cut off');
      if (delimited && this.peekTag(encoding) === tags.ItemDelimitationItem) {
        const { length } = readElementHeader(this.window, this.position, end, itemEncoding(encoding));
        if (length !== 0) throw damaged('a delimiter has a length');
        this.position += 8;
        break;
      }
      list.add(this.element(end, encoding, depth));
    }
    return list.elements;
  }

  private countOne(): void {
    this.count += 1;
    if (this.count > this.limits.elementLimit || this.window.bytesRead > this.limits.headerLimit) {
      throw unsupported(
        'The header of the object is larger than GIFT-Cloud can hold in memory.',
        'Leave this object out; please report what kind of object it is.',
      );
    }
  }
}

/** Elements of one level in file order, without group lengths. A tag that comes twice has no certain meaning. */
export class ElementList {
  readonly elements: DataElement[] = [];
  private last = -1;
  /** Made only for data sets out of order. */
  private seen: Set<Tag> | undefined;

  add(element: DataElement): void {
    const { tag } = element;
    if (isGroupLength(tag)) return;
    if (tag <= this.last || this.seen) {
      this.seen ??= new Set(this.elements.map((other) => other.tag));
      if (this.seen.has(tag)) throw damaged(`${formatTag(tag)} is there twice`);
      this.seen.add(tag);
    }
    this.last = Math.max(this.last, tag);
    this.elements.push(element);
  }
}

/** Items and delimiters have no VR in any syntax (PS3.5 7.5). */
function itemEncoding(encoding: Encoding): Encoding {
  return encoding.explicitVr ? { explicitVr: false, bigEndian: encoding.bigEndian } : encoding;
}

/** The VR to decide by, where the value is no sequence: a dictionary SQ that does not parse is just unknown bytes. */
function leafVr({ tag, storedVr, knownVr }: ElementHeader): Vr {
  if (storedVr !== undefined && knownVr !== 'UN') return knownVr ?? 'UN';
  const { vr } = lookUp(tag);
  return vr === 'SQ' ? 'UN' : vr;
}

/** Runs a reading that may turn out to be wrong: undefined when the bytes do not fit it. */
function speculate<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (GiftCloudError.is(error, 'DICOM_DAMAGED')) return undefined;
    throw error;
  }
}
