import type { SeriesIdentity } from '../../../../src/services/deid/clean/cleaned.js';
import { cleanText } from '../../../../src/services/deid/clean/cleanText.js';
import type { CleanedElement } from '../../../../src/services/deid/clean/cleaned.js';
import { KnownValues } from '../../../../src/services/deid/knownValues.js';
import type { DataElement } from '../../../../src/services/dicom/dataSet.js';
import { bytesElement } from '../../../../src/services/dicom/elements.js';
import { readDicom } from '../../../../src/services/dicom/part10Reader.js';
import { explicitLittleEndian } from '../../../../src/services/dicom/transferSyntaxes.js';
import type { Vr } from '../../../../src/services/dicom/vr.js';
import { buildDicom, type BuiltElement } from '../../../support/dicomBuilder.js';
import { MemorySource } from '../../../support/memorySource.js';
import { ctElements } from '../deidFixture.js';

/** The small CT object, read; `more` replaces or adds elements. */
export function readElements(more: readonly BuiltElement[] = []): readonly DataElement[] {
  return readDicom(new MemorySource(buildDicom(ctElements(more)))).elements;
}

export interface Patient {
  /** Text, or the raw bytes of a character set. */
  readonly name?: string | Buffer;
  readonly id?: string;
  readonly characterSet?: string;
  readonly uids?: readonly string[];
  readonly series?: SeriesIdentity;
}

/** What is known of a patient: "Plantedname^Given", "PLANT-4711", born on 3 February 1961, unless told otherwise. */
export function knownOf({ name, id, characterSet = 'ISO_IR 192', uids, series }: Patient = {}): KnownValues {
  const elements = readElements([
    { tag: 0x00080005, vr: 'CS', value: characterSet },
    ...(name === undefined ? [] : [{ tag: 0x00100010, vr: 'PN', value: Buffer.from(name) }]),
    ...(id === undefined ? [] : [{ tag: 0x00100020, vr: 'LO', value: id }]),
  ]);
  return new KnownValues(elements, { ...(uids && { uids: new Set(uids) }), ...(series && { series }) });
}

export function leaf(tag: number, vr: Vr, value: string | Buffer): DataElement {
  return bytesElement(tag, vr, Buffer.from(value), explicitLittleEndian);
}

/** A Manufacturer that is cleaned. */
export function clean(
  value: string | Buffer,
  known: KnownValues,
  characterSet: string | readonly string[] = 'ISO_IR 192',
  vr: Vr = 'LO',
  tag = 0x00080070,
): CleanedElement {
  const sets = typeof characterSet === 'string' ? [characterSet] : characterSet;
  return cleanText(leaf(tag, vr, value), known, sets, explicitLittleEndian);
}

/** The bytes that are left, without padding. */
export function left(cleaned: CleanedElement): string {
  return cleaned.element.value?.toString('latin1').replace(/[ \0]+$/, '') ?? '';
}
