// Sets of the corpus on disk: one whole study each, in one transfer syntax, and what `anonymise` made of it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deidentifyInstance } from '../../../src/services/deid/deidentify.js';
import { needsDateOffset, type Profile } from '../../../src/services/deid/profiles/profile.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { openContentSource } from '../../../src/services/dicom/contentSource.js';
import { segmentSource } from '../../../src/services/dicom/segmentSource.js';
import { runAnonymise } from '../../../src/services/pipeline/anonymiseLocal.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import table from '../../../src/services/deid/tableE11.json' with { type: 'json' };
import { sendable, type CorpusObject } from '../../support/corpus/catalogue.js';
import { forbiddenTexts } from '../../support/corpus/forbidden.js';
import { clinicalIdentity } from '../../support/corpus/identity.js';
import { dataSet } from '../../support/corpus/keywords.js';
import { misfile, saturate, tableTags } from '../../support/corpus/planting.js';
import { buildDicom, type BuildOptions, type BuiltElement, type Syntax } from '../../support/dicomBuilder.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';

/** What is planted: the identity that real objects carry, all of the table, or all of it under wrong VRs. */
export type Variant = 'clinical' | 'saturated' | 'misfiled';

export interface MadeObject {
  readonly name: string;
  readonly input: string;
  /** The original in a form that dicom3tools reads whole: it knows no deflate, and no UN sequences in big endian. */
  readonly reference: string;
  /** Undefined when it was not sent. */
  readonly output: string | undefined;
  readonly status: string;
  readonly reason: string | undefined;
  /** Planted texts, to be found nowhere in the output. */
  readonly texts: readonly string[];
}

/** Coders of DCMTK and GDCM, from an explicit little endian file. */
const coders = {
  'JPEG lossless': (from: string, to: string) => execFileSync('dcmcjpeg', [from, to], { stdio: 'pipe' }),
  'JPEG-LS': (from: string, to: string) => execFileSync('dcmcjpls', [from, to], { stdio: 'pipe' }),
  RLE: (from: string, to: string) => execFileSync('dcmcrle', [from, to], { stdio: 'pipe' }),
  'JPEG 2000': (from: string, to: string) => execFileSync('gdcmconv', ['--j2k', from, to], { stdio: 'pipe' }),
} as const;

export type Coding = Exclude<Syntax, 'encapsulated'> | keyof typeof coders;

function isCoder(coding: Coding): coding is keyof typeof coders {
  return coding in coders;
}

const codings: readonly Coding[] = [
  'implicit',
  'explicit',
  'big',
  'deflated',
  'JPEG lossless',
  'JPEG-LS',
  'RLE',
  'JPEG 2000',
];

/** Every study of the proof; without explicit VR there is no wrong one. */
export const sets: readonly (readonly [Variant, Coding])[] = [
  ...(['clinical', 'saturated'] as const).flatMap((variant) =>
    codings.map((coding) => [variant, coding] as const),
  ),
  ...(['explicit', 'big', 'deflated', 'RLE'] as const).map((coding) => ['misfiled', coding] as const),
];

const tags = tableTags(table.rows);
/** Encapsulated Document: with one in it every object is a document, which some profiles hold. */
const document = 0x00420011;
const identity = { patientName: 'Sub00001', patientId: 'Sub00001-Study1', studyDescription: 'PROJECT' };

/** A Part 10 head that gives away as much as it can. */
const loudHead: BuildOptions = {
  preamble: Buffer.from('QZPREAMBLEX'.padEnd(128, '.')),
  extraMeta: [
    { tag: 0x00020013, vr: 'SH', value: 'QZVERSIONX' },
    { tag: 0x00020016, vr: 'AE', value: 'QZSOURCEX' },
    { tag: 0x00020017, vr: 'AE', value: 'QZSENDERX' },
    { tag: 0x00020018, vr: 'AE', value: 'QZRECEIVERX' },
    { tag: 0x00020100, vr: 'UI', value: '1.2.826.0.1.3680043.10.999.88.1' },
    { tag: 0x00020102, vr: 'OB', value: Buffer.from('QZMETAPRIVATEX') },
  ],
};
const loudTexts = ['QZPREAMBLEX', ...(loudHead.extraMeta ?? []).map(({ value }) => String(value))];

interface Planting {
  readonly elements: readonly BuiltElement[];
  readonly texts: readonly string[];
}

function plant({ values }: CorpusObject, variant: Variant, profile: Profile): Planting {
  const object = dataSet(values);
  if (variant === 'clinical') return { elements: object, texts: [] };
  const { elements, texts } = saturate(
    object,
    profile.documents === 'hold' ? tags.filter((tag) => tag !== document) : tags,
  );
  const planted = [...texts, ...loudTexts];
  return { elements: variant === 'misfiled' ? misfile(elements, object) : elements, texts: planted };
}

/** Days by which the dates of the proof move, where a profile moves them. */
export const dateOffsetDays = -1234;

/**
 * Writes a set into `folder/in`, de-identifies it into `folder/out`: with the Basic Profile by the pipeline of
 * `gift-cloud anonymise`, with another one object by object.
 */
export async function makeSet(
  folder: string,
  variant: Variant,
  coding: Coding,
  profile: Profile = basicProfile,
): Promise<readonly MadeObject[]> {
  mkdirSync(join(folder, 'in'), { recursive: true });
  const written = sendable.map((object) => {
    const planting = plant(object, variant, profile);
    // dicom3tools and pydicom read the inside of UN as big endian there; PS3.5 6.2.2 says little endian.
    const elements =
      coding === 'big'
        ? planting.elements.filter(({ vr, items }) => vr !== 'UN' || !items)
        : planting.elements;
    const path = join(folder, 'in', object.name);
    const head = variant === 'clinical' ? {} : loudHead;
    write(path, object, elements, coding, head);
    const reference = coding === 'big' || coding === 'deflated' ? join(folder, `${object.name}.plain`) : path;
    if (reference !== path) writeFileSync(reference, buildDicom(elements, head));
    return { name: object.name, input: path, reference, texts: textsFor(profile, planting) };
  });
  const results =
    profile === basicProfile
      ? await anonymiseFolder(join(folder, 'in'), join(folder, 'out'))
      : deidentifyEach(
          written.map(({ input }) => input),
          join(folder, 'out'),
          profile,
        );
  return written.map((object) => {
    const result = results.get(object.input);
    const output = result?.output === undefined ? undefined : join(folder, 'out', result.output);
    return { ...object, output, status: result?.status ?? 'lost', reason: result?.reason };
  });
}

/** The Basic Profile lets nothing of what was planted stay; another one what its options keep. */
function textsFor(profile: Profile, { elements, texts }: Planting): readonly string[] {
  if (profile === basicProfile) return [...clinicalIdentity, ...texts.filter((text) => text.length >= 4)];
  return [...forbiddenTexts(elements, profile), ...(texts.length > 0 ? loudTexts : [])];
}

function write(
  path: string,
  { pixels }: CorpusObject,
  elements: readonly BuiltElement[],
  coding: Coding,
  head: BuildOptions,
): void {
  if (!isCoder(coding)) {
    writeFileSync(path, buildDicom(elements, { ...head, syntax: coding }));
    return;
  }
  const plain = `${path}.plain`;
  writeFileSync(pixels === 'plain' ? plain : path, buildDicom(elements, head));
  if (pixels !== 'plain') return;
  coders[coding](plain, path);
  rmSync(plain);
}

export interface FileOutcome {
  readonly status: string;
  readonly output?: string;
  readonly reason?: string;
}

/** De-identifies files one by one into a new folder; outcomes by input path. */
export function deidentifyEach(
  inputs: readonly string[],
  outFolder: string,
  profile: Profile,
): ReadonlyMap<string, FileOutcome> {
  mkdirSync(outFolder);
  const request = { profile, identity, ...(needsDateOffset(profile) && { dateOffsetDays }) };
  const options = { mapper: giftCloudUidMapper(), version: '0.0.0' };
  return new Map(
    inputs.map((input): readonly [string, FileOutcome] => {
      const outcome = deidentifyInstance(input, request, options);
      if (outcome.status !== 'verified') return [input, outcome];
      const { instance } = outcome;
      const content = openContentSource(input, instance.sourceDeflated);
      const all = segmentSource(instance.segments, content);
      const output = `${instance.sopInstanceUid}.dcm`;
      writeFileSync(join(outFolder, output), all.read(0, all.size));
      content.close();
      return [input, { status: 'deidentified', output }];
    }),
  );
}

/** Runs the same pipeline as `gift-cloud anonymise`; outcomes by input path. */
export async function anonymiseFolder(
  input: string,
  outFolder: string,
): Promise<ReadonlyMap<string, FileOutcome>> {
  const tools = {
    engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' }),
    writer: new InProcessWriter(),
    keys: new KeyStore(join(outFolder, '.state')),
  };
  const outcomes = new Map<string, FileOutcome>();
  for await (const event of runAnonymise({ inputs: [input], outFolder, profile: basicProfile }, tools)) {
    if (event.kind === 'file') outcomes.set(event.path, event);
  }
  return outcomes;
}
