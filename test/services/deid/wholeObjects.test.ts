import assert from 'node:assert/strict';
import { findElement, firstText } from '../../../src/services/dicom/elements.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench } from './deidFixture.js';

const marker = 'Zq7plant';

describe('objects stay whole where the table alone would break them', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  const study = {
    tag: 0x00081110,
    vr: 'SQ',
    items: [{ elements: [{ tag: 0x00081155, vr: 'UI', value: '1.2.3.4.5.6' }] }],
  };
  const report: readonly BuiltElement[] = [
    { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.88.11' },
    { tag: 0x00080060, vr: 'CS', value: 'SR' },
    { ...study, tag: 0x00081111 },
    {
      tag: 0x0040a370,
      vr: 'SQ',
      items: [{ elements: [study, { tag: 0x00401001, vr: 'SH', value: marker }] }],
    },
  ];

  it('removes references to studies and procedure steps from images', () => {
    const { object } = bench.made(ctElements([study, { ...study, tag: 0x00081111 }]));
    assert.equal(findElement(object.elements, 0x00081110), undefined);
    assert.equal(findElement(object.elements, 0x00081111), undefined);
  });

  it('empties them, and the procedure ID, in the request of a report', () => {
    const { object, bytes } = bench.made(ctElements(report).filter(({ tag }) => tag !== 0x7fe00010));
    assert.deepEqual(findElement(object.elements, 0x00081111)?.items, []);
    const request = findElement(object.elements, 0x0040a370)?.items?.[0]?.elements ?? [];
    assert.deepEqual(findElement(request, 0x00081110)?.items, []);
    assert.equal(findElement(request, 0x00401001)?.value?.length, 0);
    assert.ok(!contains(bytes, marker));
  });

  it('puts the dummy of an annotation into a layer that the object has', () => {
    const { object } = bench.made(
      ctElements([
        { tag: 0x00700001, vr: 'SQ', items: [{ elements: [{ tag: 0x00700006, vr: 'ST', value: marker }] }] },
        { tag: 0x00700060, vr: 'SQ', items: [{ elements: [{ tag: 0x00700002, vr: 'CS', value: 'NOTES' }] }] },
      ]),
    );
    const graphic = findElement(object.elements, 0x00700001)?.items?.[0]?.elements ?? [];
    assert.equal(firstText(graphic, 0x00700002), 'NOTES');
  });
});
