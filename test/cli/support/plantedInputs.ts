import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildDicom, sampleElements } from '../../support/dicomBuilder.js';
import type { Planted } from '../../support/planted.js';
import { uidRoot, writeSeries } from '../../support/seriesFiles.js';

/** A patient as the files, folders and file names of `writePlantedInputs` know her. */
export const planted: readonly Planted[] = [
  { what: 'the name', text: 'Zwetschgenbaum' },
  { what: 'the given name', text: 'Apollönia' },
  { what: 'the Patient ID', text: 'KRNK-778899' },
  { what: 'the birth date', text: '19700102' },
  { what: 'the accession number', text: 'ACC123' },
  { what: 'the referring physician', text: 'Refer^Ring' },
  { what: 'the study description', text: 'Head for M' },
  { what: 'a UID of the source', text: uidRoot },
  { what: 'the name of a folder', text: 'Frau Zwetschgenbaum' },
  { what: 'the name of a file', text: 'geheim-Aufnahme' },
];

export const patient = { patientName: 'Zwetschgenbaum^Apollönia', patientId: 'KRNK-778899' };

/** Statuses that the files get, in the order of the walk. */
export const plantedStatuses = {
  done: 5,
  rest: [
    'held BURNED_IN_TEXT_RISK',
    'skipped DICOMDIR_SKIPPED',
    'failed DICOM_DAMAGED',
    'failed DUPLICATE_UID',
    'skipped DUPLICATE_UID',
    'skipped NOT_DICOM',
    'skipped NOT_DICOM',
  ],
} as const;

/** A folder with everything that a folder may hold: two series, what must not pass, and what is not for us. */
export async function writePlantedInputs(parent: string): Promise<string> {
  const folder = join(parent, 'Frau Zwetschgenbaum ö');
  const [first = ''] = await writeSeries(join(folder, 'geheim-Aufnahme 1'), { ...patient, instances: 3 });
  await writeSeries(join(folder, 'geheim-Aufnahme 2'), { ...patient, instances: 2, series: 2 });
  await writeSeries(join(folder, 'held'), {
    ...patient,
    instances: 1,
    series: 3,
    change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }],
  });
  const other = join(folder, 'other');
  mkdirSync(other);
  writeFileSync(
    join(other, 'DICOMDIR'),
    buildDicom(sampleElements(patient), { sopClassUid: '1.2.840.10008.1.3.10' }),
  );
  copyFileSync(first, join(other, 'geheim-Aufnahme-a.dcm'));
  truncateSync(join(other, 'geheim-Aufnahme-a.dcm'), 700);
  // The UID of the first, other bytes; then the same bytes.
  await writeSeries(join(other, 'b'), {
    ...patient,
    instances: 1,
    change: [{ tag: 0x00180050, vr: 'DS', value: '9.5' }],
  });
  mkdirSync(join(other, 'c'));
  writeFileSync(join(other, 'c', 'geheim-Aufnahme-c.dcm'), readFileSync(first));
  writeFileSync(join(other, 'd.txt'), 'Zwetschgenbaum, Apollönia');
  writeFileSync(join(other, 'e.empty'), '');
  symlinkSync('..', join(other, 'loop'));
  return folder;
}
