import assert from 'node:assert/strict';
import { cleanGraphics } from '../../../../src/services/deid/clean/graphics.js';
import { cleanStructuredContent } from '../../../../src/services/deid/clean/structuredContent.js';
import type { DataElement } from '../../../../src/services/dicom/dataSet.js';
import { findElement, firstText } from '../../../../src/services/dicom/elements.js';
import { dataSet, type DataSet } from '../../../support/corpus/keywords.js';
import { code, item } from '../../../support/corpus/modules.js';
import { leaf, readElements } from './cleanFixture.js';

function sequenceOf(values: DataSet, tag: number): DataElement {
  const element = findElement(readElements(dataSet(values)), tag);
  assert.ok(element);
  return element;
}

const contentSequence = 0x0040a730;
const finding = item('CONTAINS', 'TEXT', code('121071', 'DCM', 'Finding'), { TextValue: 'x' });

function measured(concept: DataSet, value: string): DataSet {
  return item('CONTAINS', 'NUM', concept, {
    MeasuredValueSequence: [
      { NumericValue: value, MeasurementUnitsCodeSequence: [code('a', 'UCUM', 'year')] },
    ],
  });
}

function cleanedItems(items: readonly DataSet[], keep = false): readonly (readonly DataElement[])[] {
  const sequence = sequenceOf({ ContentSequence: items }, contentSequence);
  return (cleanStructuredContent(sequence, keep).items ?? []).map(({ elements }) => elements);
}

describe('cleaning structured content', () => {
  it('gives the same sequence when all of it belongs there', () => {
    const sequence = sequenceOf({ ContentSequence: [finding] }, contentSequence);
    assert.equal(cleanStructuredContent(sequence, false), sequence);
  });

  it('keeps in content items of any depth only what the standard puts there', () => {
    const stray: DataSet = { ...finding, Manufacturer: 'x', ImageComments: 'y' };
    const container = item('CONTAINS', 'CONTAINER', code('125007', 'DCM', 'Measurement Group'), {
      ContinuityOfContent: 'SEPARATE',
      ContentSequence: [stray],
    });
    const [outer = []] = cleanedItems([container]);
    const inner = findElement(outer, contentSequence)?.items?.[0]?.elements ?? [];
    assert.deepEqual(
      inner.map(({ tag }) => tag),
      [0x0040a010, 0x0040a040, 0x0040a043, 0x0040a160],
    );
  });

  const age = code('121033', 'DCM', 'Subject Age');
  const valueOf = (elements: readonly DataElement[] = []): string | undefined =>
    firstText(findElement(elements, 0x0040a300)?.items?.[0]?.elements ?? [], 0x0040a30a);

  it('empties age and weight, and keeps other numbers', () => {
    const [first, second] = cleanedItems([
      measured(age, '45'),
      measured(code('410668003', 'SCT', 'Length'), '45'),
    ]);
    assert.equal(valueOf(first), undefined);
    assert.ok(findElement(first ?? [], 0x0040a300), 'Type 2');
    assert.equal(valueOf(second), '45');
  });

  it('puts a text in the place of a birth date, which would tell the age also when it is moved', () => {
    const born = item('HAS OBS CONTEXT', 'DATE', code('121031', 'DCM', 'Subject Birth Date'), {
      Date: '19310417',
    });
    const [first = [], second = []] = cleanedItems(
      [born, item('CONTAINS', 'DATE', code('121125', 'DCM', 'Other'), { Date: '20200102' })],
      true,
    );
    assert.equal(firstText(first, 0x0040a040), 'TEXT');
    assert.equal(firstText(first, 0x0040a160), 'REMOVED');
    assert.equal(findElement(first, 0x0040a121), undefined);
    assert.equal(firstText(second, 0x0040a121), '20200102');
  });

  it('keeps them where the profile keeps characteristics, but no age over 89', () => {
    const [first, second] = cleanedItems([measured(age, '45'), measured(age, '93')], true);
    assert.equal(valueOf(first), '45');
    assert.equal(valueOf(second), undefined);
  });
});

describe('cleaning graphics', () => {
  it('keeps the planes of an overlay and drops its texts', () => {
    const plane = leaf(0x60003000, 'OW', Buffer.alloc(2));
    assert.equal(cleanGraphics(plane), plane);
    for (const [tag, vr] of [
      [0x60000022, 'LO'],
      [0x60021500, 'LO'],
      [0x60004000, 'LT'],
      [0x60000062, 'SH'],
    ] as const) {
      assert.equal(cleanGraphics(leaf(tag, vr, 'x')), undefined);
    }
  });

  it('keeps annotations without the labels of ticks', () => {
    const values: DataSet = {
      GraphicAnnotationSequence: [
        {
          GraphicLayer: 'NOTES',
          CompoundGraphicSequence: [
            { GraphicData: [1, 1], MajorTicksSequence: [{ TickPosition: [0.5], TickLabel: 'x' }] },
          ],
        },
      ],
    };
    const cleaned = cleanGraphics(sequenceOf(values, 0x00700001));
    const compound = findElement(cleaned?.items?.[0]?.elements ?? [], 0x00700209)?.items?.[0]?.elements ?? [];
    assert.ok(findElement(compound, 0x00700022));
    const tick = findElement(compound, 0x00700287)?.items?.[0]?.elements ?? [];
    assert.deepEqual(
      tick.map(({ tag }) => tag),
      [0x00700288],
    );
  });
});
