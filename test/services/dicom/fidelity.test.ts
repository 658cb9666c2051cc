import assert from 'node:assert/strict';
import { inflatedSource } from '../../../src/services/dicom/inflatedSource.js';
import { readDicom, readFileMeta } from '../../../src/services/dicom/part10Reader.js';
import { findElement } from '../../../src/services/dicom/elements.js';
import {
  buildDataSet,
  buildDicom,
  sampleElements,
  sampleFragments,
  samplePixels,
  type BuiltElement,
  type BuildOptions,
  type Syntax,
} from '../../support/dicomBuilder.js';
import { forgetBytes, written } from '../../support/dicomChecks.js';
import { MemorySource } from '../../support/memorySource.js';

const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated', 'encapsulated'];
const heads = ['full', 'prefix', 'group', 'none'] as const;
const person: BuiltElement = { tag: 0x00100010, vr: 'PN', value: 'Doe^Jane' };

/** Awkward but valid elements, one object each. They stand between (0008,xxxx) and the pixels. */
const variants: Readonly<Record<string, readonly BuiltElement[]>> = {
  'numbers of every width': [
    { tag: 0x00189461, vr: 'FL', value: [1.5, 2.5] },
    { tag: 0x00189804, vr: 'FD', value: [Math.PI] },
    { tag: 0x00186020, vr: 'SL', value: [-5] },
    { tag: 0x0018601c, vr: 'US', value: [65535, 0] },
    { tag: 0x00280009, vr: 'AT', value: [0x00181063] },
  ],
  'long text': [{ tag: 0x0040a160, vr: 'UT', value: 'a\\b '.repeat(500) }],
  'empty sequence of defined length': [{ tag: 0x00081140, vr: 'SQ', items: [] }],
  'empty sequence of undefined length': [{ tag: 0x00081140, vr: 'SQ', items: [], undefinedLength: true }],
  'sequence with empty items': [
    {
      tag: 0x00081140,
      vr: 'SQ',
      undefinedLength: true,
      items: [{ elements: [] }, { elements: [], undefinedLength: true }],
    },
  ],
  'mixed length styles': [
    {
      tag: 0x00081140,
      vr: 'SQ',
      items: [{ elements: [person], undefinedLength: true }, { elements: [person] }],
    },
    {
      tag: 0x00082112,
      vr: 'SQ',
      undefinedLength: true,
      items: [{ elements: [person] }, { elements: [person], undefinedLength: true }],
    },
  ],
  'deep nesting': [nested(40)],
  'icon with its own pixels': [
    {
      tag: 0x00880200,
      vr: 'SQ',
      items: [{ elements: [{ tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(64, 7) }] }],
    },
  ],
  'icon with fragments': [
    {
      tag: 0x00880200,
      vr: 'SQ',
      items: [{ elements: [person, { tag: 0x7fe00010, vr: 'OB', fragments: [Buffer.alloc(64, 7)] }] }],
    },
  ],
  'odd value': [{ tag: 0x00102000, vr: 'LO', value: 'odd', unpadded: true }],
  'overlay group': [
    { tag: 0x60020010, vr: 'US', value: [4] },
    { tag: 0x60023000, vr: 'OW', value: Buffer.alloc(8, 0xaa) },
  ],
  'signature behind the usual groups': [
    { tag: 0xfffafffa, vr: 'SQ', items: [{ elements: [{ tag: 0x04000005, vr: 'US', value: [1] }] }] },
  ],
};

function nested(depth: number): BuiltElement {
  let inner: BuiltElement = person;
  for (let level = 0; level < depth; level += 1) {
    const undefinedLength = level % 2 === 0;
    inner = { tag: 0x0040a730, vr: 'SQ', undefinedLength, items: [{ elements: [inner], undefinedLength }] };
  }
  return inner;
}

const smallHead = (elements: readonly BuiltElement[]): BuiltElement[] =>
  [
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' },
    { tag: 0x00080018, vr: 'UI', value: '1.2.3.4' },
    ...elements,
  ].sort((a, b) => a.tag - b.tag);

function check(elements: readonly BuiltElement[], options: BuildOptions): void {
  const file = buildDicom(elements, options);
  const source = new MemorySource(file);
  const object = readDicom(source);
  const content = object.deflated ? inflatedSource(source, readFileMeta(source).parser.position) : source;
  const expected = buildDataSet(elements, options.syntax);
  assert.deepEqual(written(object, content), expected, 'untouched');
  assert.deepEqual(
    written(object, content, object.elements.map(forgetBytes)),
    expected,
    'encoded anew from values and items',
  );
}

describe('what is read is written again byte by byte', () => {
  for (const syntax of syntaxes) {
    for (const head of heads) {
      if (head === 'none' && (syntax === 'deflated' || syntax === 'encapsulated')) continue;
      it(`${syntax}, head ${head}`, () => {
        const pixels = syntax === 'encapsulated' ? sampleFragments(5, 30) : samplePixels();
        check([...sampleElements(), pixels], { syntax, head });
      });
    }
    it(`${syntax}, without group length in the file meta`, () => {
      const pixels = syntax === 'encapsulated' ? sampleFragments(1, 30) : samplePixels();
      check([...sampleElements(), pixels], { syntax, groupLength: false });
    });
  }

  for (const [name, elements] of Object.entries(variants)) {
    for (const syntax of ['implicit', 'explicit', 'big'] as const) {
      if (name === 'odd value') continue;
      it(`${name}, ${syntax}`, () => check(smallHead(elements), { syntax }));
    }
  }

  it('an odd length stays odd as long as nobody touches it', () => {
    const elements = smallHead(variants['odd value'] ?? []);
    const source = new MemorySource(buildDicom(elements));
    assert.deepEqual(written(readDicom(source), source), buildDataSet(elements));
  });

  it('a header of many windows', () => {
    const frames = Array.from({ length: 3000 }, (_, index) => ({
      undefinedLength: index % 3 === 0,
      elements: [{ tag: 0x00209157, vr: 'UL', value: [index, 1] }, { ...nested(3) }],
    }));
    for (const undefinedLength of [true, false]) {
      check(smallHead([{ tag: 0x52009230, vr: 'SQ', items: frames, undefinedLength }, samplePixels()]), {});
    }
  });

  it('a large value inside a sequence stays in the source and comes back in place', () => {
    const elements = smallHead([
      {
        tag: 0x00880200,
        vr: 'SQ',
        items: [
          { elements: [person, { tag: 0x7fe00010, vr: 'OW', value: Buffer.alloc(300_000, 5) }] },
          { elements: [person], undefinedLength: true },
        ],
      },
    ]);
    check(elements, {});
    const object = readDicom(new MemorySource(buildDicom(elements)));
    const icon = findElement(object.elements, 0x00880200)?.items?.[0]?.elements[1];
    assert.equal(icon?.range?.length, 300_012);
    assert.equal(icon.value, undefined);
  });
});
