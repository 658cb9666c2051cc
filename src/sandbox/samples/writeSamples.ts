import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { decoys } from './decoys.js';
import { dicomDirectory } from './dicomDirectory.js';
import type { SampleDataSet } from './dicomFile.js';
import { identifiersOf } from './identifiers.js';
import type {
  ExpectedReason,
  ExpectedStatus,
  SampleFileEntry,
  SampleManifest,
  SampleSeriesEntry,
  SampleStudyEntry,
} from './sampleManifest.js';
import { samplePatients } from './samplePatients.js';
import { plannedSeries, type PlannedSeries } from './sampleSeries.js';
import { sampleStudies } from './sampleStudies.js';
import { commonAttributes, instanceUid, seriesUid, type SampleStudyFacts } from './sampleStudy.js';

export interface SampleOptions {
  /** A few small instances of each series, under 3 MB together: for tests. */
  readonly small?: boolean;
}

/**
 * Writes the sample studies into a folder: invented patients, phantoms for images, and what else lies on such discs.
 * About 40 MB. The same files with the same bytes at every call; existing files of these names are overwritten.
 */
export async function writeSamples(folder: string, options: SampleOptions = {}): Promise<SampleManifest> {
  const people = samplePatients();
  const studies = sampleStudies(people);
  const output = new SampleFolder(folder);
  const series: { readonly facts: SampleStudyFacts; readonly entry: SampleSeriesEntry }[] = [];
  for (const planned of plannedSeries(people, studies, options.small ?? false)) {
    series.push({ facts: planned.facts, entry: await writeSeries(output, planned) });
  }
  for (const decoy of decoys(people.whitfield)) {
    await output.write(decoy.path, decoy.bytes, 'skipped', 'not DICOM');
  }
  const [ct] = series;
  if (ct) await writeDirectory(output, ct.facts, ct.entry);
  return {
    folder,
    studies: Object.values<SampleStudyFacts>({ ...studies }).map((facts) =>
      studyEntry(
        facts,
        series.filter((one) => one.facts === facts).map((one) => one.entry),
      ),
    ),
    files: output.files,
    bytes: output.files.reduce((total, file) => total + file.size, 0),
  };
}

async function writeSeries(output: SampleFolder, planned: PlannedSeries): Promise<SampleSeriesEntry> {
  const { facts, series, expected, reason } = planned;
  const files: string[] = [];
  const sopInstanceUids: string[] = [];
  let last: SampleDataSet = {};
  for (const image of planned.images()) {
    const instance = files.length + 1;
    last = { ...commonAttributes(facts, series, instance), ...planned.more, ...image };
    const path = `${planned.folder}/${planned.fileName(instance)}`;
    await output.write(path, planned.encode(last), expected, reason);
    files.push(path);
    sopInstanceUids.push(instanceUid(facts, series.number, instance));
  }
  if (planned.brokenCopy !== undefined) {
    const SOPInstanceUID = instanceUid(facts, series.number, files.length + 1);
    const whole = planned.encode({ ...last, SOPInstanceUID });
    const cut = whole.subarray(0, Math.floor(whole.length * 0.6));
    await output.write(`${planned.folder}/${planned.brokenCopy}`, cut, 'failed', 'damaged');
  }
  return {
    seriesInstanceUid: seriesUid(facts, series.number),
    modality: text(last.Modality),
    sopClassUid: text(last.SOPClassUID),
    transferSyntaxUid: planned.transferSyntaxUid,
    sopInstanceUids,
    files,
    expected,
    ...(reason && { reason }),
  };
}

function text(value: SampleDataSet['Modality']): string {
  return typeof value === 'string' ? value : '';
}

async function writeDirectory(
  output: SampleFolder,
  facts: SampleStudyFacts,
  series: SampleSeriesEntry,
): Promise<void> {
  const images = series.sopInstanceUids.map((sopInstanceUid, index) => ({
    sopInstanceUid,
    fileId: ['WHITFIEL', 'S0002', `IM${String(index + 1).padStart(4, '0')}`],
  }));
  await output.write('DICOMDIR', dicomDirectory(facts, 2, images), 'skipped', 'DICOMDIR');
}

function studyEntry(facts: SampleStudyFacts, series: readonly SampleSeriesEntry[]): SampleStudyEntry {
  return {
    studyInstanceUid: facts.studyUid,
    patientId: facts.patient.id,
    patientName: facts.patient.name,
    birthDate: facts.patient.birthDate,
    studyDate: facts.date,
    series,
    instances: series.reduce((count, one) => count + one.files.length, 0),
    expected: series.some((one) => one.expected === 'uploads') ? 'uploads' : 'held',
    identifiers: identifiersOf(facts, series),
  };
}

class SampleFolder {
  readonly files: SampleFileEntry[] = [];

  constructor(private readonly folder: string) {}

  async write(
    path: string,
    bytes: Buffer,
    expected: ExpectedStatus,
    reason: ExpectedReason | undefined,
  ): Promise<void> {
    const target = join(this.folder, ...path.split('/'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, bytes);
    this.files.push({ path, size: bytes.length, expected, ...(reason && { reason }) });
  }
}
