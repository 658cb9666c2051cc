import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deidentifyInstance } from '../../../src/services/deid/deidentify.js';
import type {
  DeidentificationRequest,
  DeidentifyOutcome,
  VerifiedInstance,
} from '../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { openContentSource } from '../../../src/services/dicom/contentSource.js';
import type { DicomObject } from '../../../src/services/dicom/dataSet.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { segmentSource } from '../../../src/services/dicom/segmentSource.js';
import { buildDicom, type BuildOptions, type BuiltElement } from '../../support/dicomBuilder.js';
import { MemorySource } from '../../support/memorySource.js';

export const identity = {
  patientName: 'Subj00001',
  patientId: 'Subj00001-Study1',
  studyDescription: 'PROJ1',
};
export const pixels = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));

const base = '1.2.826.0.1.3680043.10.777.';

/** A small CT object with all that identifies; `more` replaces or adds elements. */
export function ctElements(more: readonly BuiltElement[] = []): readonly BuiltElement[] {
  const elements: BuiltElement[] = [
    { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
    { tag: 0x00080008, vr: 'CS', value: 'ORIGINAL\\PRIMARY\\AXIAL' },
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.2' },
    { tag: 0x00080018, vr: 'UI', value: `${base}3` },
    { tag: 0x00080020, vr: 'DA', value: '20200102' },
    { tag: 0x00080060, vr: 'CS', value: 'CT' },
    { tag: 0x00100010, vr: 'PN', value: 'Plantedname^Given' },
    { tag: 0x00100020, vr: 'LO', value: 'PLANT-4711' },
    { tag: 0x00100030, vr: 'DA', value: '19610203' },
    { tag: 0x0020000d, vr: 'UI', value: `${base}1` },
    { tag: 0x0020000e, vr: 'UI', value: `${base}2` },
    { tag: 0x00280002, vr: 'US', value: [1] },
    { tag: 0x00280004, vr: 'CS', value: 'MONOCHROME2' },
    { tag: 0x00280010, vr: 'US', value: [4] },
    { tag: 0x00280011, vr: 'US', value: [4] },
    { tag: 0x00280100, vr: 'US', value: [16] },
    { tag: 0x00280101, vr: 'US', value: [16] },
    { tag: 0x00280102, vr: 'US', value: [15] },
    { tag: 0x00280103, vr: 'US', value: [0] },
    { tag: 0x7fe00010, vr: 'OW', value: pixels },
  ];
  const replaced = new Set(more.map((element) => element.tag));
  return [...elements.filter((element) => !replaced.has(element.tag)), ...more].sort((a, b) => a.tag - b.tag);
}

/** De-identifies built objects in a folder of its own. */
export class DeidBench {
  readonly folder = mkdtempSync(join(tmpdir(), 'gift-deid-'));
  private count = 0;

  /** @param request what is asked for beside the usual. */
  constructor(private readonly request: Partial<DeidentificationRequest> = {}) {}

  file(elements: readonly BuiltElement[], options: BuildOptions = {}): string {
    const path = join(this.folder, `in${this.count++}`);
    writeFileSync(path, buildDicom(elements, options));
    return path;
  }

  run(elements: readonly BuiltElement[], options: BuildOptions = {}): DeidentifyOutcome {
    return this.runFile(this.file(elements, options));
  }

  runFile(path: string): DeidentifyOutcome {
    return deidentifyInstance(
      path,
      { profile: 'basic', identity, ...this.request },
      { mapper: giftCloudUidMapper(), version: '0.0.0' },
    );
  }

  /** The bytes that would be sent, and the object in them. */
  made(
    elements: readonly BuiltElement[],
    options: BuildOptions = {},
  ): { bytes: Buffer; object: DicomObject; instance: VerifiedInstance } {
    const path = this.file(elements, options);
    const outcome = this.runFile(path);
    if (outcome.status !== 'verified') throw new Error(`${outcome.status}: ${outcome.reason}`);
    const content = openContentSource(path, outcome.instance.sourceDeflated);
    const all = segmentSource(outcome.instance.segments, content);
    const bytes = Buffer.from(all.read(0, all.size));
    content.close();
    return { bytes, object: readDicom(new MemorySource(bytes)), instance: outcome.instance };
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether a text stands in the bytes in any encoding that DICOM or a careless program would use. */
export function contains(bytes: Buffer, text: string): boolean {
  const swapped = Buffer.from(text, 'utf16le').swap16();
  return [Buffer.from(text, 'utf8'), Buffer.from(text, 'latin1'), Buffer.from(text, 'utf16le'), swapped].some(
    (needle) => bytes.includes(needle),
  );
}

export function filesBelow(folder: string): readonly Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}
