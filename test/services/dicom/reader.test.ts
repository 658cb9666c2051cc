// One file for all that the reader must accept or refuse: long, but a table of cases.
import assert from 'node:assert/strict';
import { findElement, firstText } from '../../../src/services/dicom/elements.js';
import { looksLikeDicom, readDicom } from '../../../src/services/dicom/part10Reader.js';
import { tags } from '../../../src/services/dicom/tags.js';
import {
  buildDataSet,
  buildDicom,
  buildElement,
  buildSample,
  sampleElements,
  sampleFragments,
  samplePixels,
  type BuiltElement,
} from '../../support/dicomBuilder.js';
import { forgetBytes, refused, written } from '../../support/dicomChecks.js';
import { MemorySource } from '../../support/memorySource.js';

const name: BuiltElement = { tag: 0x00100010, vr: 'PN', value: 'Doe^Jane' };
const uids: readonly BuiltElement[] = [
  { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' },
  { tag: 0x00080018, vr: 'UI', value: '1.2.3.4' },
];

function read(...elements: readonly BuiltElement[]) {
  return readDicom(new MemorySource(buildDicom([...uids, ...elements])));
}

/** Reads and also checks that the object is written as it was, untouched and encoded anew. */
function readBack(elements: readonly BuiltElement[], syntax: 'explicit' | 'big' | 'implicit' = 'explicit') {
  const source = new MemorySource(buildDicom([...uids, ...elements], { syntax }));
  const object = readDicom(source);
  const expected = buildDataSet([...uids, ...elements], syntax);
  assert.deepEqual(written(object, source), expected);
  assert.deepEqual(written(object, source, object.elements.map(forgetBytes)), expected);
  return object;
}

describe('reading unusual but valid objects', () => {
  for (const syntax of ['explicit', 'big'] as const) {
    it(`a private sequence stored as UN of undefined length, ${syntax}`, () => {
      const elements: BuiltElement[] = [
        { tag: 0x00091002, vr: 'UN', undefinedLength: true, items: [{ elements: [name] }] },
        { tag: 0x00100020, vr: 'LO', value: 'behind' },
      ];
      const object = readBack(elements, syntax);
      const sequence = findElement(object.elements, 0x00091002);
      assert.equal(sequence?.vr, 'SQ');
      assert.equal(sequence.storedVr, 'UN');
      assert.equal(firstText(sequence.items?.[0]?.elements ?? [], tags.PatientName), 'Doe^Jane');
      assert.equal(firstText(object.elements, tags.PatientID), 'behind');
    });

    it(`a known sequence stored as UN of defined length, ${syntax}`, () => {
      const object = readBack([{ tag: 0x00081140, vr: 'UN', items: [{ elements: [name] }] }], syntax);
      const sequence = findElement(object.elements, 0x00081140);
      assert.equal(sequence?.vr, 'SQ');
      assert.equal(firstText(sequence.items?.[0]?.elements ?? [], tags.PatientName), 'Doe^Jane');
    });
  }

  it('a known sequence stored as UN that is none stays opaque', () => {
    const object = readBack([{ tag: 0x00081140, vr: 'UN', value: Buffer.from('no sequence here') }]);
    const element = findElement(object.elements, 0x00081140);
    assert.equal(element?.vr, 'UN');
    assert.equal(element.items, undefined);
    assert.equal(element.value?.toString(), 'no sequence here');
  });

  it('a known sequence under a text VR shows its items', () => {
    const inner = buildElement({ tag: 0x00081140, vr: 'SQ', items: [{ elements: [name] }] }).subarray(12);
    const object = read({ tag: 0x00081140, vr: 'LO', value: inner });
    const sequence = findElement(object.elements, 0x00081140);
    assert.equal(sequence?.vr, 'SQ');
    assert.equal(sequence.storedVr, 'LO');
    assert.equal(firstText(sequence.items?.[0]?.elements ?? [], tags.PatientName), 'Doe^Jane');
  });

  it('a text stored as UN has the VR of the dictionary, and is written under it once edited', () => {
    const source = new MemorySource(buildDicom([...uids, { tag: tags.PatientID, vr: 'UN', value: 'ID' }]));
    const object = readDicom(source);
    const element = findElement(object.elements, tags.PatientID);
    assert.equal(element?.vr, 'LO');
    assert.equal(element.storedVr, 'UN');
    assert.deepEqual(
      written(object, source, object.elements.map(forgetBytes)),
      buildDataSet([...uids, { tag: tags.PatientID, vr: 'LO', value: 'ID' }]),
    );
  });

  it('private encapsulated data of undefined length stay in the source', () => {
    const object = readBack([{ tag: 0x00091003, vr: 'OB', fragments: [Buffer.from('not items')] }]);
    const element = findElement(object.elements, 0x00091003);
    assert.equal(element?.undefinedLength, true);
    assert.ok(element.range);
  });

  it('a private sequence of undefined length in implicit VR', () => {
    const object = readBack(
      [{ tag: 0x00091002, vr: 'SQ', undefinedLength: true, items: [{ elements: [name] }] }],
      'implicit',
    );
    assert.equal(findElement(object.elements, 0x00091002)?.vr, 'SQ');
  });

  it('a VR from the future is opaque and kept', () => {
    const future = Buffer.concat([
      buildElement({ tag: 0x00189999, vr: 'UN', value: 'value!' }).subarray(0, 4),
      Buffer.from('ZZ\0\0\x06\0\0\0value!', 'latin1'),
    ]);
    const file = Buffer.concat([buildDicom(uids), future]);
    const source = new MemorySource(file);
    const object = readDicom(source);
    assert.deepEqual(written(object, source), Buffer.concat([buildDataSet(uids), future]));
    assert.equal(object.elements.at(-1)?.vr, 'UN');
  });

  it('elements out of order are kept, and written in order', () => {
    const shuffled: BuiltElement[] = [{ tag: tags.PatientID, vr: 'LO', value: 'ID' }, name];
    const source = new MemorySource(buildDicom([...uids, ...shuffled]));
    const object = readDicom(source);
    assert.deepEqual(
      object.elements.slice(2).map((element) => element.tag),
      [tags.PatientID, tags.PatientName],
    );
    assert.deepEqual(written(object, source), buildDataSet([...uids, name, ...shuffled.slice(0, 1)]));
  });

  it('group lengths are dropped, at the top and in edited items', () => {
    const length: BuiltElement = { tag: 0x00100000, vr: 'UL', value: [99] };
    const sequence = (elements: BuiltElement[]): BuiltElement => ({
      tag: 0x00081140,
      vr: 'SQ',
      items: [{ elements }],
    });
    const source = new MemorySource(buildDicom([...uids, sequence([length, name]), length, name]));
    const object = readDicom(source);
    assert.equal(findElement(object.elements, length.tag), undefined);
    assert.equal(object.elements[2]?.items?.[0]?.elements.length, 1);
    assert.deepEqual(
      written(object, source, object.elements.map(forgetBytes)),
      buildDataSet([...uids, sequence([name]), name]),
    );
  });

  it('file meta in implicit VR, as some old writers made it', () => {
    const meta = buildDataSet([{ tag: 0x00020010, vr: 'UI', value: '1.2.840.10008.1.2.1' }], 'implicit');
    const file = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, buildDataSet([...uids, name])]);
    assert.equal(firstText(readDicom(new MemorySource(file)).elements, tags.PatientName), 'Doe^Jane');
  });

  it('deflated bytes that look like more file meta', () => {
    const file = buildSample({ syntax: 'deflated' });
    const start = 144 + file.readUInt32LE(140);
    // An empty block of fixed codes and an empty stored one: the bytes of a tag of group 0002.
    const emptyBlocks = Buffer.from('02000000ffff', 'hex');
    const longer = Buffer.concat([file.subarray(0, start), emptyBlocks, file.subarray(start)]);
    assert.deepEqual(
      readDicom(new MemorySource(longer)).elements.length,
      readDicom(new MemorySource(file)).elements.length,
    );
  });

  it('file meta without a transfer syntax: the data tell', () => {
    for (const syntax of ['implicit', 'explicit', 'big'] as const) {
      const file = buildSample({ syntax, transferSyntaxUid: '' });
      const expected = {
        implicit: '1.2.840.10008.1.2',
        explicit: '1.2.840.10008.1.2.1',
        big: '1.2.840.10008.1.2.2',
      };
      assert.equal(readDicom(new MemorySource(file)).transferSyntaxUid, expected[syntax]);
    }
  });

  it('a private transfer syntax keeps its UID; the data tell the rest', () => {
    for (const syntax of ['implicit', 'explicit', 'encapsulated'] as const) {
      const object = readDicom(
        new MemorySource(buildSample({ syntax, transferSyntaxUid: '1.3.46.670589.33.1.4.1' })),
      );
      assert.equal(object.transferSyntaxUid, '1.3.46.670589.33.1.4.1');
      assert.equal(object.encoding.explicitVr, syntax !== 'implicit');
    }
  });

  it('padding and zeros behind the data set are counted and not kept', () => {
    const padding = buildElement({ tag: 0xfffcfffc, vr: 'OB', value: Buffer.alloc(100) });
    for (const trailing of [
      padding,
      Buffer.alloc(5),
      Buffer.alloc(4096),
      Buffer.concat([padding, Buffer.from('x')]),
    ]) {
      const source = new MemorySource(buildSample({ trailing }));
      const object = readDicom(source);
      assert.equal(object.trailingBytes, trailing.length);
      assert.deepEqual(written(object, source), buildDataSet([...sampleElements(), samplePixels()]));
    }
  });

  it('stops before a tag when asked', () => {
    const source = new MemorySource(buildSample({ rows: 300, columns: 300 }));
    const object = readDicom(source, { untilTag: tags.PixelData });
    assert.equal(object.elements.at(-1)?.tag, 0x00281053);
    assert.ok(source.reads <= 2);
  });

  it('reads only the header of a large object, and only the headers of fragments', () => {
    const pixels = new MemorySource(buildSample({ rows: 1000, columns: 1000 }));
    assert.ok(findElement(readDicom(pixels).elements, tags.PixelData)?.range);
    assert.ok(pixels.bytesRead < 40_000, `${pixels.bytesRead} bytes read`);

    const elements = [...sampleElements(), sampleFragments(100, 20_000)];
    const fragments = new MemorySource(buildDicom(elements, { syntax: 'encapsulated' }));
    const element = findElement(readDicom(fragments).elements, tags.PixelData);
    assert.equal(element?.undefinedLength, true);
    assert.ok(fragments.bytesRead < 500_000, `${fragments.bytesRead} bytes read`);
  });
});

describe('telling what is no DICOM object', () => {
  const strangers: Readonly<Record<string, Buffer>> = {
    'an empty file': Buffer.alloc(0),
    'seven bytes': Buffer.from('1234567'),
    text: Buffer.from('Dear colleague, thank you for referring Mrs Doe.\n'.repeat(50)),
    zeros: Buffer.alloc(5000),
    JPEG: Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
    'a program': Buffer.concat([Buffer.from('7f454c4602010100', 'hex'), Buffer.alloc(500, 1)]),
    'a zip': Buffer.concat([Buffer.from('504b030414000800', 'hex'), Buffer.alloc(500, 8)]),
    'group 8 with an endless first value': Buffer.concat([
      buildElement({ tag: 0x00080005, vr: 'CS', value: ' '.repeat(5000) }, 'implicit'),
      buildElement(name, 'implicit'),
    ]),
    'group 8 going backwards': buildDataSet([uids[1] ?? name, uids[0] ?? name], 'implicit'),
    'a data set without group 8': buildDataSet([name, { tag: 0x00100020, vr: 'LO', value: 'HOSP0001' }]),
    'group 8 and nonsense': Buffer.concat([Buffer.from('0800', 'hex'), Buffer.alloc(500, 0xee)]),
  };
  for (const [label, bytes] of Object.entries(strangers)) {
    it(label, () => {
      assert.equal(looksLikeDicom(bytes.subarray(0, 512)), 'no');
      const source = new MemorySource(bytes);
      refused(() => readDicom(source), 'NOT_DICOM');
      assert.ok(source.bytesRead <= 16 * 1024);
    });
  }

  it('real objects are told by their first bytes', () => {
    for (const head of ['full', 'prefix', 'group', 'none'] as const) {
      for (const syntax of ['implicit', 'explicit', 'big'] as const) {
        const bytes = buildSample({ head, syntax }).subarray(0, 512);
        assert.equal(looksLikeDicom(bytes), head === 'none' ? 'dataSet' : 'part10', `${head} ${syntax}`);
      }
    }
  });

  it('a DICOM directory', () => {
    const records: BuiltElement = { tag: 0x00041220, vr: 'SQ', items: [{ elements: [name] }] };
    const bySyntax = buildDicom([records], { sopClassUid: '1.2.840.10008.1.3.10', sopInstanceUid: '1.2.3' });
    refused(() => readDicom(new MemorySource(bySyntax)), 'DICOMDIR_SKIPPED');
    refused(() => readDicom(new MemorySource(buildDicom([records, ...uids]))), 'DICOMDIR_SKIPPED');
  });
});

describe('refusing what is damaged or ambiguous', () => {
  const refusals: Readonly<Record<string, readonly BuiltElement[]>> = {
    'a tag twice': [name, name],
    'a tag twice, apart': [name, { tag: 0x00080050, vr: 'SH', value: 'A' }, name],
    'a tag twice in an item': [{ tag: 0x00081140, vr: 'SQ', items: [{ elements: [name, name] }] }],
    'a value beyond the end': [{ ...name, declaredLength: 5000 }],
    'pixels beyond the end': [{ ...samplePixels(), declaredLength: 5000 }],
    'an item beyond its sequence': [
      { tag: 0x00081140, vr: 'SQ', items: [{ elements: [name] }], declaredLength: 20 },
    ],
    'a stray delimiter': [{ tag: 0xfffee0dd, vr: 'UN' }],
    'sequences nested too deeply': [nest(70)],
    'fragments without end': [
      { tag: 0x7fe00010, vr: 'OB', value: Buffer.alloc(8), declaredLength: 0xffffffff },
    ],
    'something else among the fragments': [
      {
        tag: 0x7fe00010,
        vr: 'OB',
        value: Buffer.concat([buildElement(name, 'implicit'), Buffer.from('feffdde000000000', 'hex')]),
        declaredLength: 0xffffffff,
      },
    ],
    'a sequence delimiter in a sequence of defined length': [
      { tag: 0x00081140, vr: 'SQ', value: Buffer.from('feffdde000000000', 'hex') },
    ],
    'a sequence delimiter with a length': [
      {
        tag: 0x00081140,
        vr: 'SQ',
        value: Buffer.from('feffdde002000000', 'hex'),
        declaredLength: 0xffffffff,
      },
      name,
    ],
    'an item delimiter with a length': [
      {
        tag: 0x00081140,
        vr: 'SQ',
        value: Buffer.from('feff00e0ffffffff' + 'feff0de002000000' + 'feffdde000000000', 'hex'),
        declaredLength: 0xffffffff,
      },
    ],
    'zeros and then something': [name, { tag: 0, vr: '\0\0' }, { tag: 0x00100020, vr: 'LO', value: 'ID' }],
    'a text of undefined length': [{ tag: 0x0040a160, vr: 'UT', value: 'text', declaredLength: 0xffffffff }],
    'something behind the pixels': [samplePixels(), { tag: 0x00010000, vr: '\0\0' }],
  };
  for (const [label, elements] of Object.entries(refusals)) {
    it(label, () => {
      const error = refused(() => read(...elements), 'DICOM_DAMAGED');
      assert.ok(!/Doe|Jane/.test(error.message + error.hint));
    });
  }

  it('encapsulated pixels without a transfer syntax', () => {
    refused(
      () => readDicom(new MemorySource(buildSample({ syntax: 'encapsulated', head: 'none' }))),
      'CONTENT_NOT_SUPPORTED',
    );
  });

  it('explicit data under an implicit transfer syntax', () => {
    const file = buildSample({ transferSyntaxUid: '1.2.840.10008.1.2' });
    refused(() => readDicom(new MemorySource(file)), 'DICOM_DAMAGED');
  });

  it('a header with more elements than memory should hold', () => {
    const empty = buildElement({ tag: 0xfffee000, vr: 'UN' }, 'implicit');
    const items = Buffer.concat(Array.from({ length: 1_000_001 }, () => empty));
    const file = buildDicom([...uids, { tag: 0x00081140, vr: 'SQ', value: items }]);
    refused(() => readDicom(new MemorySource(file)), 'CONTENT_NOT_SUPPORTED');
  });

  it('a deflated data set that is cut off or broken', () => {
    const file = buildSample({ syntax: 'deflated' });
    refused(() => readDicom(new MemorySource(file.subarray(0, file.length - 20))), 'DICOM_DAMAGED');
    const broken = Buffer.concat([file.subarray(0, file.length - 300), Buffer.alloc(300, 0xff)]);
    refused(() => readDicom(new MemorySource(broken)), 'DICOM_DAMAGED');
  });

  it('a file that becomes shorter while it is read', () => {
    const file = buildSample();
    const source = new MemorySource(file.subarray(0, 700));
    refused(
      () => readDicom({ size: file.length, read: (at, n) => source.read(at, n), close: () => undefined }),
      'FILE_CHANGED',
    );
  });
});

function nest(depth: number): BuiltElement {
  return depth === 0 ? name : { tag: 0x0040a730, vr: 'SQ', items: [{ elements: [nest(depth - 1)] }] };
}
