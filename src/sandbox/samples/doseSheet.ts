import { drawText, lineHeight } from './bitmapFont.js';
import type { SampleDataSet } from './dicomFile.js';
import { familyName, plainName, type SampleStudyFacts } from './sampleStudy.js';

const SIZE = 512;

/** The screen that a CT scanner saves after an examination: text as pixels, a secondary capture (PS3.3 A.8.1). */
export function doseSheet(facts: SampleStudyFacts): SampleDataSet {
  const pixels = new Uint8Array(SIZE * SIZE);
  const lines = [
    'PATIENT PROTOCOL',
    '',
    plainName(facts.patient),
    `ID ${facts.patient.id}`,
    `BORN ${facts.patient.birthDate}`,
    `${facts.date} ${facts.time}  WARD ${familyName(facts.patient).length}`,
    '',
    'TOTAL MAS 2412   DLP 873 MGY CM',
    '',
    '        KV  MAS  CTDI   DLP  SL',
    'TOPO   120   36  0.14     4  0.6',
    'HEAD   120  265  44.1   869  1.25',
  ];
  lines.forEach((line, index) => {
    drawText(line, 20, 24 + index * lineHeight(2), 2, (x, y) => {
      pixels[y * SIZE + x] = 220;
    });
  });
  return {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.7',
    Modality: 'CT',
    BodyPartExamined: 'HEAD',
    ConversionType: 'WSD',
    DateOfSecondaryCapture: facts.date,
    ImageType: ['DERIVED', 'SECONDARY', 'OTHER'],
    InstanceNumber: '1',
    PatientOrientation: '',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: SIZE,
    Columns: SIZE,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
    BurnedInAnnotation: 'YES',
    PixelData: pixels,
  };
}
