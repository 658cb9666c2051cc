import assert from 'node:assert/strict';
import { noCounts } from '../../../src/services/deid/counts.js';
import { applyProfile } from '../../../src/services/deid/profile.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import type { Profile } from '../../../src/services/deid/profiles/profile.js';
import { Rules } from '../../../src/services/deid/rules.js';
import { originalUids } from '../../../src/services/deid/originalUids.js';
import { newFileMeta, stampDataSet } from '../../../src/services/deid/stamp.js';
import type { DeidentifiedInstance, Segment } from '../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { fillSegments } from '../../../src/services/dicomedit/fillSegments.js';
import { ScriptWritten } from '../../../src/services/deid/scriptWritten.js';
import { verifyInstance, type Expectation } from '../../../src/services/deid/verify.js';
import type { DataElement, DicomObject } from '../../../src/services/dicom/dataSet.js';
import { bytesElement, firstText, textElement } from '../../../src/services/dicom/elements.js';
import { encodeDataSet, encodeFileMeta, segmentsSize } from '../../../src/services/dicom/part10Writer.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { tags } from '../../../src/services/dicom/tags.js';
import { explicitLittleEndian } from '../../../src/services/dicom/transferSyntaxes.js';
import { buildDicom } from '../../support/dicomBuilder.js';
import { MemorySource } from '../../support/memorySource.js';
import { ctElements, identity } from './deidFixture.js';
import { withOptions } from './optionsFixture.js';

const mapper = giftCloudUidMapper();

/** De-identifies as the engine does, but lets a test spoil the result before it is checked. */
function verdict(spoil: {
  data?: (elements: readonly DataElement[]) => readonly DataElement[];
  meta?: (elements: readonly DataElement[]) => readonly DataElement[];
  after?: Segment;
  segments?: (segments: readonly Segment[]) => readonly Segment[];
  profile?: Profile;
  expected?: Partial<Expectation>;
}): string {
  const profile = spoil.profile ?? basicProfile;
  const bytes = buildDicom(ctElements());
  const source = new MemorySource(bytes);
  const original: DicomObject = readDicom(source);
  const rules = new Rules(profile);
  const uids = originalUids(original.elements, mapper, rules);
  const context = {
    rules,
    mapper,
    originalUids: uids,
    dateOffsetDays: -10,
    profile,
    identity,
    version: '0',
  };
  const ids = {
    sopClassUid: firstText(original.elements, tags.SOPClassUID) ?? '',
    sopInstanceUid: mapper.map(firstText(original.elements, tags.SOPInstanceUID) ?? ''),
    transferSyntaxUid: original.transferSyntaxUid,
  };
  const stamped = stampDataSet(applyProfile(original, context).elements, context, original.encoding);
  const meta = newFileMeta(ids);
  const segments: Segment[] = [
    { bytes: encodeFileMeta(spoil.meta?.(meta) ?? meta) },
    ...encodeDataSet(spoil.data?.(stamped) ?? stamped, original.encoding),
    ...(spoil.after ? [spoil.after] : []),
  ];
  const sent = spoil.segments?.(segments) ?? segments;
  const instance: DeidentifiedInstance = {
    ...ids,
    studyInstanceUid: '2.25.1',
    seriesInstanceUid: '2.25.2',
    modality: 'CT',
    sourceDeflated: false,
    sourceStamp: { size: bytes.length, mtimeMs: 0, inode: 0 },
    segments: sent,
    size: segmentsSize(sent),
    counts: { ...noCounts, contentReplaced: false },
  };
  const outcome = verifyInstance(instance, {
    ...context,
    original,
    content: source,
    ...spoil.expected,
  });
  return outcome.status === 'verified' ? 'verified' : `${outcome.status} ${outcome.code}`;
}

const text = (tag: number, vr: 'LO' | 'PN' | 'CS' | 'UI' | 'ST', value: string): DataElement =>
  textElement(tag, vr, value, explicitLittleEndian);
const add = (element: DataElement) => (elements: readonly DataElement[]) => [
  ...elements.filter((other) => other.tag !== element.tag),
  element,
];
const without = (tag: number) => (elements: readonly DataElement[]) =>
  elements.filter((element) => element.tag !== tag);

describe('verification before sending', () => {
  it('passes what is clean', () => assert.equal(verdict({}), 'verified'));

  describe('after scripts', () => {
    const start = readDicom(new MemorySource(buildDicom(ctElements()))).elements.at(-1)?.range?.offset ?? 0;
    /** The first row of the pixels: eight bytes. */
    const fills = [{ offset: start + 12, length: 8, rows: 1, rowStep: 8, planes: 1, planeStep: 32 }];
    const blackened = (segments: readonly Segment[]): readonly Segment[] => fillSegments(segments, fills);

    it('passes pixels that are black where a script said so, and nowhere else', () => {
      assert.equal(verdict({ segments: blackened, expected: { fills } }), 'verified');
      assert.equal(verdict({ expected: { fills } }), 'held VERIFICATION_FAILED');
      assert.equal(verdict({ segments: blackened }), 'held VERIFICATION_FAILED');
      const [fill] = fills;
      const wider = fill ? [{ ...fill, length: 10 }] : [];
      assert.equal(verdict({ segments: blackened, expected: { fills: wider } }), 'held VERIFICATION_FAILED');
    });

    it('passes a value of a script at its place only', () => {
      const element = text(0x00204000, 'ST', 'comment of ours');
      const written = new ScriptWritten();
      written.add(element, undefined);
      assert.equal(verdict({ data: add(element), expected: { written } }), 'verified');
      assert.equal(verdict({ data: add(element) }), 'held VERIFICATION_FAILED');
      const other = text(0x00204000, 'ST', 'comment of others');
      assert.equal(verdict({ data: add(other), expected: { written } }), 'held VERIFICATION_FAILED');
      const elsewhere = text(0x00321070, 'LO', 'comment of ours');
      assert.equal(verdict({ data: add(elsewhere), expected: { written } }), 'held VERIFICATION_FAILED');
    });
  });

  for (const [title, spoil] of [
    ['a private element', { data: add(text(0x00091001, 'LO', 'x')) }],
    ['an unknown element', { data: add(text(0x00060099, 'LO', 'x')) }],
    ['an attribute that the table removes', { data: add(text(0x00204000, 'ST', 'x')) }],
    ['the original instance UID', { data: add(text(0x00081155, 'UI', '1.2.826.0.1.3680043.10.777.3')) }],
    [
      'the original study UID',
      { data: add(text(tags.StudyInstanceUID, 'UI', '1.2.826.0.1.3680043.10.777.1')) },
    ],
    ['the name in a kept text', { data: add(text(0x00081090, 'LO', 'Scanner of PLANTEDNAME')) }],
    ['the ID in a kept text', { data: add(text(0x00181020, 'LO', 'v1 plant-4711')) }],
    ['the name under a VR that has no room for it', { data: add(text(0x00180015, 'CS', 'PLANTEDNAME')) }],
    [
      'the name in the place of a number',
      { data: add(textElement(0x00180050, 'DS', 'Plantedname', explicitLittleEndian)) },
    ],
    [
      'the name in bytes',
      {
        data: add(
          bytesElement(0x00282000, 'OB', Buffer.from('profile of Plantedname'), explicitLittleEndian),
        ),
      },
    ],
    [
      'an original UID in a sentence',
      { data: add(text(0x00081090, 'LO', 'see 1.2.826.0.1.3680043.10.777.2.')) },
    ],
    [
      'an original UID in bytes',
      {
        data: add(
          bytesElement(0x00282000, 'OB', Buffer.from('x1.2.826.0.1.3680043.10.777.2'), explicitLittleEndian),
        ),
      },
    ],
    ['a value where there should be none', { data: add(text(0x00080050, 'LO', 'x')) }],
    ['another value than the dummy', { data: add(text(0x00120010, 'LO', 'x')) }],
    ['another description than asked', { data: add(text(tags.StudyDescription, 'LO', 'x')) }],
    ['another method than ours', { data: add(text(tags.DeidentificationMethod, 'LO', 'x')) }],
    ['another name than asked', { data: add(text(tags.PatientName, 'PN', 'Somebody')) }],
    ['a missing mark', { data: without(tags.PatientIdentityRemoved) }],
    ['missing method codes', { data: without(tags.DeidentificationMethodCodeSequence) }],
    ['missing pixels', { data: without(tags.PixelData) }],
    ['an AE title in file meta', { meta: add(text(tags.SourceApplicationEntityTitle, 'LO', 'AE')) }],
    [
      'another instance UID in file meta',
      { meta: add(text(tags.MediaStorageSOPInstanceUID, 'UI', '1.2.3')) },
    ],
    [
      'bytes behind the data set',
      { after: { bytes: Buffer.from('\xfc\xff\xfc\xffOB\0\0\x04\0\0\0name', 'latin1') } },
    ],
  ] as const) {
    it(`holds ${title}`, () => assert.equal(verdict(spoil), 'held VERIFICATION_FAILED'));
  }

  const kept = withOptions(
    'retainModifiedDates',
    'retainPatientCharacteristics',
    'retainSafePrivate',
    'cleanDescriptors',
  );

  it('passes what the options of a profile keep', () => {
    const more = [
      text(0x00100040, 'CS', 'F'),
      text(0x0008103e, 'LO', 'T1 sag'),
      text(0x00190010, 'LO', 'SIEMENS MR HEADER'),
      textElement(0x0019100c, 'IS', '1000', explicitLittleEndian),
      textElement(0x00101010, 'AS', '090Y', explicitLittleEndian),
    ];
    const data = (elements: readonly DataElement[]): readonly DataElement[] => [...elements, ...more];
    assert.equal(verdict({ profile: kept, data }), 'verified');
    for (const element of more.filter(({ tag }) => tag !== 0x00190010))
      assert.equal(verdict({ data: add(element) }), 'held VERIFICATION_FAILED', 'for the Basic Profile');
  });

  for (const [title, element] of [
    ['a date that was not moved', textElement(0x00080020, 'DA', '20200102', explicitLittleEndian)],
    ['a date moved by something else', textElement(0x00080021, 'DA', '20191222', explicitLittleEndian)],
    [
      'a time stamp that was not moved',
      textElement(0x0008002a, 'DT', '20200102101112', explicitLittleEndian),
    ],
    ['a birth date that was moved', textElement(0x00100030, 'DA', '19610124', explicitLittleEndian)],
    ['an age over 89', textElement(0x00101010, 'AS', '091Y', explicitLittleEndian)],
    ['the name in a description', text(0x0008103e, 'LO', 'knee of PLANTEDNAME')],
    ['a private element that nobody knows', textElement(0x0019100c, 'IS', '1000', explicitLittleEndian)],
    ['an institution', text(0x00080080, 'LO', 'Hospital')],
    ['marks of the Basic Profile', text(tags.LongitudinalTemporalInformationModified, 'CS', 'REMOVED')],
  ] as const) {
    it(`holds ${title}, whatever else the profile keeps`, () =>
      assert.equal(verdict({ profile: kept, data: add(element) }), 'held VERIFICATION_FAILED'));
  }

  it('holds a preamble that is not empty', () => {
    const segments = ([first, ...rest]: readonly Segment[]): readonly Segment[] => {
      const bytes = Buffer.from(first && 'bytes' in first ? first.bytes : []);
      bytes.write('name');
      return [{ bytes }, ...rest];
    };
    assert.equal(verdict({ segments }), 'held VERIFICATION_FAILED');
  });

  it('holds pixels that are not those of the source', () => {
    const segments = (all: readonly Segment[]): readonly Segment[] =>
      all.map((segment) => ('range' in segment ? { bytes: Buffer.from([0xe0, 0x7f, 0x10, 0, 0x4f, 0x57, 0, 0, 32, 0, 0, 0, ...Buffer.alloc(32)]) } : segment)); // prettier-ignore
    assert.equal(verdict({ segments }), 'held VERIFICATION_FAILED');
  });
});
