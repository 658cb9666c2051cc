import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { samplePatients } from '../../../src/sandbox/samples/samplePatients.js';
import { korean } from '../../../src/sandbox/samples/textEncodings.js';
import { writeSamples } from '../../../src/sandbox/samples/writeSamples.js';
import type { Planted } from '../../support/planted.js';
import { uidRoot, writeSeries } from '../../support/seriesFiles.js';

const koreanPatient = { name: 'Paeng^Seonu=彭^仙遇=팽^선우', id: 'PAENG-550731', birthDate: '19550731' };

export interface PlantedPatients {
  readonly folder: string;
  readonly planted: readonly Planted[];
  /** How many files must be archived, for a search that finds nothing to mean something. */
  readonly uploads: number;
}

/**
 * Patients whose names stand in Latin-1, UTF-8, ISO 2022 for Japanese and Korean, Cyrillic, Greek and GB18030, in folders
 * and files named after them, with private elements and decoys that name them too.
 */
export async function plantPatients(parent: string): Promise<PlantedPatients> {
  const folder = join(parent, 'Station 7, Frau Dr. Weißhaupt');
  await mkdir(folder, { recursive: true });
  const manifest = await writeSamples(join(folder, 'disc'), { small: true });
  const ward = join(folder, '팽선우 PAENG');
  const [scan = ''] = await writeSeries(ward, {
    study: 77,
    series: 7,
    change: koreanElements(),
  });
  await rename(scan, join(ward, 'Paeng_Seonu_1955.dcm'));
  return {
    folder,
    planted: [
      ...manifest.studies.flatMap(({ identifiers }) =>
        // All UIDs of the samples begin with the same root, which is searched for once.
        identifiers
          .filter(({ label }) => !label.endsWith('UID'))
          .map(({ label, text }) => ({ what: label, text })),
      ),
      { what: 'a UID of the samples', text: '1.2.826.0.1.3680043.10.90210' },
      { what: 'a UID of the ward', text: uidRoot },
      ...Object.entries(koreanPatient).map(([what, text]) => ({ what: `Korean ${what}`, text })),
      ...koreanPatient.name.split(/[=^]/).map((text) => ({ what: 'a part of the Korean name', text })),
      ...['SIEMENS CSA HEADER', 'GEMS_PATI_01', 'ACME 1.0', 'no creator'].map((text) => ({
        what: 'a private element',
        text,
      })),
      ...Object.values({ ...samplePatients() }).map((patient) => ({
        what: 'the name of a folder',
        text: patient.folder,
      })),
      ...['Frau Dr. Weißhaupt', '팽선우 PAENG', 'Paeng_Seonu_1955', 'letter.dcm', 'Please read me'].map(
        (text) => ({
          what: 'the name of a file or folder',
          text,
        }),
      ),
      { what: 'a local path', text: parent },
    ],
    uploads: manifest.files.filter(({ expected }) => expected === 'uploads').length + 3,
  };
}

function koreanElements() {
  const { characterSet, encode } = korean();
  const text = (vr: string, value: string): { vr: string; value: Buffer } => ({
    vr,
    value: encode(value, vr),
  });
  return [
    { tag: 0x00080005, vr: 'CS', value: characterSet.join('\\') },
    { tag: 0x00081030, ...text('LO', `팽선우 ${koreanPatient.id}`) },
    { tag: 0x00100010, ...text('PN', koreanPatient.name) },
    { tag: 0x00100020, vr: 'LO', value: koreanPatient.id },
    { tag: 0x00100030, vr: 'DA', value: koreanPatient.birthDate },
    { tag: 0x00104000, ...text('LT', `${koreanPatient.name} 1955`) },
  ];
}
