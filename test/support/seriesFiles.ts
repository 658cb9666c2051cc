import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  buildDicom,
  sampleElements,
  samplePixels,
  type BuiltElement,
  type SampleOptions,
} from './dicomBuilder.js';

/** A folder of its own for a test, removed afterwards. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'gift-cloud-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

export const uidRoot = '1.2.826.0.1.3680043.10.999';

export interface SeriesOptions extends SampleOptions {
  readonly instances?: number;
  /** Distinguishes studies, series and instances of one test. */
  readonly study?: number;
  readonly series?: number;
  /** Elements that replace or add to those of the sample. */
  readonly change?: readonly BuiltElement[];
}

/** Writes a series of small CT slices and gives their paths. */
export async function writeSeries(folder: string, options: SeriesOptions = {}): Promise<string[]> {
  const { instances = 3, study = 1, series = 1, change = [], ...sample } = options;
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (let number = 1; number <= instances; number++) {
    const elements = sampleElements({
      studyInstanceUid: `${uidRoot}.${study}`,
      seriesInstanceUid: `${uidRoot}.${study}.${series}`,
      sopInstanceUid: `${uidRoot}.${study}.${series}.${number}`,
      ...sample,
    });
    const path = join(folder, `IM${study}_${series}_${String(number).padStart(4, '0')}`);
    await writeBytes(path, buildDicom(changed([...elements, samplePixels(sample)], change)));
    paths.push(path);
  }
  return paths;
}

/** Writes a Basic Text SR whose only content item is `text`; a series of its own in study 1. */
export async function writeStructuredReport(path: string, text: string): Promise<void> {
  const uids = { studyInstanceUid: `${uidRoot}.1`, seriesInstanceUid: `${uidRoot}.1.88` };
  const elements = sampleElements({ ...uids, sopInstanceUid: `${uidRoot}.1.88.1` });
  const item: BuiltElement = { tag: 0x0040a160, vr: 'UT', value: text };
  const report: readonly BuiltElement[] = [
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.11' },
    { tag: 0x00080060, vr: 'CS', value: 'SR' },
    { tag: 0x0040a730, vr: 'SQ', items: [{ elements: [item] }] },
  ];
  await writeBytes(path, buildDicom(changed(elements, report)));
}

export async function writeBytes(path: string, bytes: Buffer | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

/** The elements with some replaced or added. */
export function changed(
  elements: readonly BuiltElement[],
  change: readonly BuiltElement[],
): readonly BuiltElement[] {
  const tags = new Set(change.map((element) => element.tag));
  return [...elements.filter((element) => !tags.has(element.tag)), ...change].sort((a, b) => a.tag - b.tag);
}
