import { toGiftCloudError } from '../support/errors.js';
import type { ByteSource } from './byteSource.js';
import type { DataElement, DicomObject, Encoding, Tag } from './dataSet.js';
import { DataSetParser, ElementList, type ParserLimits } from './dataSetParser.js';
import { damaged, dicomDirectory, notDicom, unsupported } from './dicomErrors.js';
import { findElement, firstText } from './elements.js';
import { guessEncoding } from './guessEncoding.js';
import { inflatedSource } from './inflatedSource.js';
import { groupOf, tags } from './tags.js';
import {
  explicitLittleEndian,
  implicitLittleEndian,
  transferSyntax,
  transferSyntaxUids,
} from './transferSyntaxes.js';

export interface ReadOptions {
  /** Values above this many bytes stay in the source. Default 256 KiB. */
  readonly inMemoryLimit?: number;
  /** Stop before the first top-level element with this or a higher tag; what follows is not checked. */
  readonly untilTag?: Tag;
}

const defaultLimits: ParserLimits = {
  inMemoryLimit: 256 * 1024,
  headerLimit: 64 * 1024 * 1024,
  elementLimit: 1_000_000,
};

const dicomDirectoryClass = '1.2.840.10008.1.3.10';

/** Zeros behind the data set that are looked through before the file counts as damaged. */
const longestZeroTail = 64 * 1024 * 1024;

/** How many bytes of a file `looksLikeDicom` wants; fewer do for shorter files. */
export const sniffLength = 512;

/**
 * What a file is by its first bytes: a DICOM file (PS3.10 7.1; also without preamble), a bare data set, or nothing of
 * ours. Cheap and strict, so that folders of other files cost one small read each.
 */
export function looksLikeDicom(firstBytes: Buffer): 'part10' | 'dataSet' | 'no' {
  if (fileMetaStart(firstBytes) !== undefined) return 'part10';
  return guessEncoding(firstBytes, Number.MAX_SAFE_INTEGER) ? 'dataSet' : 'no';
}

/** Where file meta begins: behind preamble and prefix, behind a prefix alone, or at once. */
function fileMetaStart(head: Buffer): number | undefined {
  if (head.toString('latin1', 128, 132) === 'DICM') return 132;
  if (head.toString('latin1', 0, 4) === 'DICM') return 4;
  if (head.length >= 8 && head.readUInt16LE(0) === 2 && head.readUInt16LE(2) <= 0x10) {
    return /^(?:UL|OB|UI)$/.test(head.toString('latin1', 4, 6)) ? 0 : undefined;
  }
  return undefined;
}

/**
 * Reads a DICOM object: file meta and every top-level element, sequences with their items, without pixels and other
 * large values, which stay in the source as ranges. Nothing is corrected and nothing guessed but the encoding of
 * objects without file meta. The source stays open, the caller closes it.
 *
 * Errors: NOT_DICOM, DICOMDIR_SKIPPED, DICOM_DAMAGED (PS3.5 7 or PS3.10 7 is broken, or the file is cut off),
 * CONTENT_NOT_SUPPORTED (a header too large for memory), FILE_UNREADABLE, FILE_CHANGED.
 */
export function readDicom(source: ByteSource, options: ReadOptions = {}): DicomObject {
  try {
    return read(source, options);
  } catch (error) {
    throw toGiftCloudError(error);
  }
}

function read(source: ByteSource, options: ReadOptions): DicomObject {
  const limits = { ...defaultLimits, inMemoryLimit: options.inMemoryLimit ?? defaultLimits.inMemoryLimit };
  const meta = readFileMeta(source, limits);
  if (firstText(meta.elements, tags.MediaStorageSOPClassUID) === dicomDirectoryClass) throw dicomDirectory();

  const syntax = meta.transferSyntaxUid === undefined ? undefined : transferSyntax(meta.transferSyntaxUid);
  const deflated = syntax?.deflated ?? false;
  const parser = deflated
    ? new DataSetParser(inflatedSource(source, meta.parser.position), limits)
    : meta.parser;
  const encoding = syntax?.known ? syntax.encoding : guessAt(parser, syntax !== undefined);
  if (!encoding) throw meta.found ? damaged('its transfer syntax cannot be told') : notDicom();

  const { elements, trailingBytes } = readDataSet(parser, encoding, options.untilTag);
  if (findElement(elements, tags.DirectoryRecordSequence)) throw dicomDirectory();
  if (!syntax && findElement(elements, tags.PixelData)?.undefinedLength) {
    throw unsupported('The object does not say how its pixels are compressed: it has no transfer syntax.');
  }
  return {
    hasPreamble: meta.hasPreamble,
    fileMeta: meta.elements,
    transferSyntaxUid: syntax?.uid ?? plainSyntax(encoding),
    deflated,
    encoding,
    elements,
    trailingBytes,
  };
}

interface FileMeta {
  readonly found: boolean;
  readonly hasPreamble: boolean;
  readonly elements: readonly DataElement[];
  readonly transferSyntaxUid: string | undefined;
  /** Stands behind the file meta. */
  readonly parser: DataSetParser;
}

/** File meta of an object (PS3.10 7.1); just the position 0 where there is none. */
export function readFileMeta(source: ByteSource, limits: ParserLimits = defaultLimits): FileMeta {
  const parser = new DataSetParser(source, limits);
  const head = parser.window.bytesFrom(0, Math.min(sniffLength, source.size));
  const start = fileMetaStart(head);
  if (start === undefined) {
    return { found: false, hasPreamble: false, elements: [], transferSyntaxUid: undefined, parser };
  }
  parser.position = start;
  const encoding = metaEncoding(parser, source.size);
  const list = new ElementList();
  let declaredEnd: number | undefined;
  while (parser.position + 8 <= source.size && groupOf(parser.peekTag(encoding)) === 2) {
    // The group length ends the group only where what follows could be taken for more of it: deflated bytes.
    if (parser.position === declaredEnd && isDeflated(list.elements)) break;
    const element = parser.topLevelElement(encoding);
    if (element.tag === tags.FileMetaInformationGroupLength && element.value?.length === 4) {
      declaredEnd = parser.position + element.value.readUInt32LE(0);
    }
    list.add(element);
  }
  return {
    found: true,
    hasPreamble: start === 132,
    elements: list.elements,
    transferSyntaxUid: firstText(list.elements, tags.TransferSyntaxUID),
    parser,
  };
}

/** Explicit VR little endian by the standard; old writers made it implicit. */
function metaEncoding(parser: DataSetParser, size: number): Encoding {
  if (parser.position + 8 > size) return explicitLittleEndian;
  const vr = parser.window.bytesFrom(parser.position + 4, 2).toString('latin1');
  return /^[A-Z]{2}$/.test(vr) ? explicitLittleEndian : implicitLittleEndian;
}

function isDeflated(fileMeta: readonly DataElement[]): boolean {
  return transferSyntax(firstText(fileMeta, tags.TransferSyntaxUID) ?? '').deflated;
}

/** Encoding by the data at the parser's position; `elseExplicit` for syntaxes that are named but not known. */
function guessAt(parser: DataSetParser, elseExplicit: boolean): Encoding | undefined {
  const { size } = parser.window;
  const rest = size - parser.position;
  const bytes = parser.window.bytesFrom(parser.position, Math.min(sniffLength, rest));
  return guessEncoding(bytes, rest) ?? (elseExplicit ? explicitLittleEndian : undefined);
}

function plainSyntax({ explicitVr, bigEndian }: Encoding): string {
  if (!explicitVr) return transferSyntaxUids.implicitLittleEndian;
  return bigEndian ? transferSyntaxUids.explicitBigEndian : transferSyntaxUids.explicitLittleEndian;
}

function readDataSet(
  parser: DataSetParser,
  encoding: Encoding,
  untilTag: Tag | undefined,
): { readonly elements: readonly DataElement[]; readonly trailingBytes: number } {
  const { size } = parser.window;
  const list = new ElementList();
  while (parser.position < size) {
    const rest = size - parser.position;
    const tag = rest < 8 ? undefined : parser.peekTag(encoding);
    if (tag !== undefined && untilTag !== undefined && tag >= untilTag) break;
    // Padding is no content (PS3.10 7.2), and neither are zeros that fill the last block of some archives. Fewer than 8
    // are believed only behind the pixels: elsewhere they may be the beginning of an element that was cut off.
    const mayBeZeros = tag === 0 || (tag === undefined && (list.elements.at(-1)?.tag ?? 0) >= tags.PixelData);
    if (tag === tags.DataSetTrailingPadding || (mayBeZeros && onlyZeros(parser, rest))) {
      return { elements: list.elements, trailingBytes: rest };
    }
    list.add(parser.topLevelElement(encoding));
  }
  return { elements: list.elements, trailingBytes: 0 };
}

function onlyZeros(parser: DataSetParser, length: number): boolean {
  if (length > longestZeroTail) return false;
  const step = 64 * 1024;
  const end = parser.position + length;
  for (let at = parser.position; at < end; at += step) {
    const chunk = parser.window.bytesFrom(at, Math.min(step, end - at));
    if (chunk.some((byte) => byte !== 0)) return false;
  }
  return true;
}
