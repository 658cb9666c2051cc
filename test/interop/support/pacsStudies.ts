import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chinese,
  cyrillic,
  greek,
  japanese,
  korean,
  latin1,
  utf8,
  type TextEncoding,
} from '../../../src/sandbox/samples/textEncodings.js';
import { buildDicom, sampleElements, samplePixels } from '../../support/dicomBuilder.js';
import { changed, uidRoot } from '../../support/seriesFiles.js';

/** People whose names need their own sets, one after the other. */
export const people: readonly (readonly [name: string, encoding: TextEncoding])[] = [
  ['Zwetschgenbaum^Apollönia', latin1],
  ['Люксембург^Роза', cyrillic()],
  ['Διονυσιος^Σοφια', greek()],
  ['Yamada^Tarou=山田^太郎=やまだ^たろう', japanese()],
  ['Hong^Gildong=洪^吉洞=홍^길동', korean()],
  ['Wang^XiaoDong=王^小东', chinese()],
  ['Šimůnek^Žofie', utf8],
  ['Plain^Person', latin1],
];

export interface PacsData {
  readonly files: readonly string[];
  readonly studies: number;
}

export const studyUid = (study: number): string => `${uidRoot}.${study}`;
export const patientId = (study: number): string =>
  `KRNK-77${String(Math.floor(study / 2)).padStart(4, '0')}`;

/**
 * Writes studies for an archive, two for each patient (1 and 2 belong to two people), by turns of the people above. The first
 * three studies have two series of three images, the others one image.
 */
export function writePacsStudies(folder: string, studies: number): PacsData {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  for (let study = 1; study <= studies; study++) {
    const large = study <= 3;
    for (let series = 1; series <= (large ? 2 : 1); series++) {
      for (let image = 1; image <= (large ? 3 : 1); image++) {
        const path = join(folder, `${study}_${series}_${image}`);
        writeFileSync(path, object(study, series, image));
        files.push(path);
      }
    }
  }
  return { files, studies };
}

function object(study: number, series: number, image: number): Buffer {
  const [name, encoding] = people[Math.floor(study / 2) % people.length] ?? ['', latin1];
  const uids = {
    studyInstanceUid: studyUid(study),
    seriesInstanceUid: `${studyUid(study)}.${series}`,
    sopInstanceUid: `${studyUid(study)}.${series}.${image}`,
  };
  const elements = sampleElements({ ...uids, patientId: patientId(study) });
  const date = `2020${String((study % 12) + 1).padStart(2, '0')}15`;
  return buildDicom([
    ...changed(elements, [
      { tag: 0x00080005, vr: 'CS', value: encoding.characterSet.join('\\') },
      { tag: 0x00080020, vr: 'DA', value: date },
      { tag: 0x00080050, vr: 'SH', value: `ACC-77${study}` },
      { tag: 0x00081030, vr: 'LO', value: `Study ${study}` },
      { tag: 0x00100010, vr: 'PN', value: encoding.encode(name, 'PN') },
      { tag: 0x00200011, vr: 'IS', value: String(series) },
      { tag: 0x00200013, vr: 'IS', value: String(image) },
    ]),
    samplePixels(),
  ]);
}
