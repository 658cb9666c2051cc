import { ctSlices } from './ctVolume.js';
import {
  encodeDataSet,
  encodeFile,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  RLE_LOSSLESS,
  type SampleDataSet,
} from './dicomFile.js';
import { doseSheet } from './doseSheet.js';
import { mrSlices } from './mrVolume.js';
import { csaLikeBlock, gemsLikeBlock } from './privateBlocks.js';
import { rleFrame } from './rle.js';
import type { ExpectedReason, ExpectedStatus } from './sampleManifest.js';
import type { SamplePatients } from './samplePatients.js';
import type { SampleStudies } from './sampleStudies.js';
import {
  instanceUid,
  orderAttributes,
  sampleUid,
  type SampleSeriesFacts,
  type SampleStudyFacts,
} from './sampleStudy.js';
import { basicTextReport } from './structuredReport.js';
import { ultrasoundClip } from './ultrasoundClip.js';

/** One series to be written: its images are made one at a time, because a volume is large. */
export interface PlannedSeries {
  readonly facts: SampleStudyFacts;
  readonly series: SampleSeriesFacts;
  readonly folder: string;
  fileName(instance: number): string;
  images(): Iterable<SampleDataSet>;
  /** Attributes of every instance beyond the common ones. */
  readonly more?: SampleDataSet;
  readonly transferSyntaxUid: string;
  encode(dataSet: SampleDataSet): Buffer;
  /** Name of one more file that broke off while it was copied. */
  readonly brokenCopy?: string;
  readonly expected: ExpectedStatus;
  readonly reason?: ExpectedReason;
}

const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';

/** All series of the samples; `small` gives a few small instances of each. */
export function plannedSeries(
  people: SamplePatients,
  studies: SampleStudies,
  small: boolean,
): readonly PlannedSeries[] {
  const many = (count: number): number => (small ? Math.min(count, 3) : count);
  const matrix = (full: number): number => (small ? 64 : full);
  const { head, brain, followUp, japan, china, russia, clip, greece } = studies;
  const headFolder = `${people.whitfield.folder}/CT Head ${head.date}`;
  const jorgFolder = people.luedenscheidt.folder;
  return [
    {
      ...explicit(head, { number: 2, description: 'Head 1.25 H30s', protocol: 'HeadSpi' }),
      folder: `${headFolder}/S0002`,
      fileName: (instance) => `IM${pad(instance)}`,
      brokenCopy: 'IM0099',
      images: () =>
        ctSlices({
          slices: many(40),
          matrix: matrix(512),
          seed: 11,
          frameOfReferenceUid: sampleUid(head, 4),
        }),
      more: {
        ...orderAttributes(head, 'Whitfeld^Margret'),
        AcquisitionDate: head.date,
        AcquisitionTime: head.time,
        ContrastBolusAgent: '',
        BurnedInAnnotation: 'NO',
        PatientComments: 'Daughter: Mrs Whitfield-Osei, please call before discharge',
      },
    },
    {
      ...explicit(head, { number: 999, description: 'Patient Protocol' }),
      folder: `${headFolder}/S0999`,
      fileName: () => 'IM0001',
      images: () => [doseSheet(head)],
      expected: 'held',
      reason: 'burned-in text',
    },
    {
      ...explicit(head, { number: 900, description: 'Report' }),
      folder: `${headFolder}/SR`,
      fileName: () => 'SR0001',
      images: () => [
        basicTextReport(
          head,
          2,
          [1, 2].map((instance) => ({
            sopClassUid: CT_IMAGE,
            sopInstanceUid: instanceUid(head, 2, instance),
          })),
        ),
      ],
    },
    {
      ...openLengths(brain, { number: 3, description: 't1_mpr_tra', protocol: 't1_mpr_tra Schädel' }),
      folder: `${jorgFolder}/MRT ${brain.date}/t1_mpr`,
      fileName: (instance) => `${pad(instance)}.dcm`,
      images: () =>
        mrSlices({
          contrast: 't1',
          slices: many(24),
          matrix: matrix(256),
          seed: 23,
          frameOfReferenceUid: sampleUid(brain, 4),
        }),
      more: {
        ...orderAttributes(brain, 'Mueller-Luedenscheidt^Joerg'),
        privateElements: csaLikeBlock(people.luedenscheidt),
      },
    },
    {
      ...openLengths(brain, { number: 5, description: 't2_tse_tra schräg', protocol: 't2_tse' }),
      folder: `${jorgFolder}/MRT ${brain.date}/t2_tse`,
      fileName: (instance) => `${pad(instance)}.dcm`,
      images: () =>
        mrSlices({
          contrast: 't2',
          slices: many(20),
          matrix: matrix(256),
          seed: 23,
          tilt: 22,
          swivel: 5,
          frameOfReferenceUid: sampleUid(brain, 4),
        }),
      more: { privateElements: csaLikeBlock(people.luedenscheidt) },
    },
    {
      ...openLengths(followUp, { number: 4, description: 't2_tse_tra Kontrolle' }),
      folder: `${jorgFolder}/Verlauf ${followUp.date}`,
      fileName: (instance) => `${pad(instance)}.dcm`,
      images: () =>
        mrSlices({
          contrast: 't2',
          slices: many(12),
          matrix: matrix(256),
          seed: 23,
          sliceMm: 6,
          frameOfReferenceUid: sampleUid(followUp, 4),
        }),
    },
    {
      ...explicit(japan, { number: 2, description: '頭部単純' }),
      folder: `${people.sasaki.folder}/CT`,
      fileName: (instance) => `${pad(instance)}${pad(instance * 7)}.dcm`,
      images: () =>
        ctSlices({
          slices: many(8),
          matrix: matrix(256),
          seed: 31,
          frameOfReferenceUid: sampleUid(japan, 4),
        }),
      more: { AcquisitionDate: japan.date, privateElements: gemsLikeBlock(people.sasaki) },
    },
    {
      ...explicit(china, { number: 1, description: '头颅平扫' }),
      transferSyntaxUid: IMPLICIT_LITTLE_ENDIAN,
      encode: (dataSet) => encodeFile(dataSet, { implicit: true, encoding: china.patient.encoding }),
      folder: `${people.wang.folder}/MR`,
      fileName: (instance) => `MR.${china.accession}.${instance}`,
      images: () =>
        mrSlices({
          contrast: 't1',
          slices: many(8),
          matrix: matrix(256),
          seed: 41,
          frameOfReferenceUid: sampleUid(china, 4),
        }),
    },
    {
      ...explicit(russia, { number: 2, description: 'Голова' }),
      transferSyntaxUid: RLE_LOSSLESS,
      encode: (dataSet) => encodeRle(dataSet, russia),
      folder: `${people.ivanova.folder}/КТ`,
      fileName: (instance) => `I${instance}`,
      images: () =>
        ctSlices({
          slices: many(8),
          matrix: matrix(256),
          seed: 53,
          frameOfReferenceUid: sampleUid(russia, 4),
        }),
    },
    {
      ...explicit(clip, { number: 1, description: '산과 초음파' }),
      folder: people.kim.folder,
      fileName: (instance) => `US_${clip.date}_${pad(instance)}.dcm`,
      images: () => [ultrasoundClip(clip, small ? 2 : 20)],
      expected: 'held',
      reason: 'burned-in text',
    },
    {
      ...explicit(greece, { number: 1, description: 'Εγκέφαλος' }),
      transferSyntaxUid: IMPLICIT_LITTLE_ENDIAN,
      encode: (dataSet) => encodeDataSet(dataSet, { implicit: true, encoding: greece.patient.encoding }),
      folder: `${people.papadopoulos.folder}/old scanner`,
      fileName: (instance) => `e1i${instance}`,
      images: () =>
        mrSlices({
          contrast: 't2',
          slices: many(2),
          matrix: matrix(256),
          seed: 61,
          frameOfReferenceUid: sampleUid(greece, 4),
        }),
    },
  ];
}

function explicit(facts: SampleStudyFacts, series: SampleSeriesFacts) {
  const encoding = facts.patient.encoding;
  return {
    facts,
    series,
    transferSyntaxUid: EXPLICIT_LITTLE_ENDIAN,
    encode: (dataSet: SampleDataSet): Buffer => encodeFile(dataSet, { encoding }),
    expected: 'uploads' as const,
  };
}

function openLengths(facts: SampleStudyFacts, series: SampleSeriesFacts) {
  const encoding = facts.patient.encoding;
  return {
    ...explicit(facts, series),
    encode: (dataSet: SampleDataSet): Buffer => encodeFile(dataSet, { encoding, undefinedLengths: true }),
  };
}

function encodeRle(dataSet: SampleDataSet, facts: SampleStudyFacts): Buffer {
  const { PixelData: pixels, Columns: columns } = dataSet;
  if (!(pixels instanceof Uint8Array)) throw new TypeError('RLE needs the pixels of a frame.');
  return encodeFile(dataSet, {
    transferSyntax: RLE_LOSSLESS,
    encoding: facts.patient.encoding,
    fragments: [rleFrame(pixels, Number(columns))],
  });
}

function pad(number: number): string {
  return String(number).padStart(4, '0');
}
