import assert from 'node:assert/strict';
import { sweepKnownValues, type SweepResult } from '../../../../src/services/deid/clean/sweep.js';
import { characterSets, findElement, textValues } from '../../../../src/services/dicom/elements.js';
import { explicitLittleEndian } from '../../../../src/services/dicom/transferSyntaxes.js';
import type { BuiltElement } from '../../../support/dicomBuilder.js';
import { knownOf, readElements } from './cleanFixture.js';

const enhancedCt = '1.2.840.10008.5.1.4.1.1.2.1';

function sweep(...more: readonly BuiltElement[]): SweepResult {
  // Name, ID and birth date are gone at this stage; here they would be found.
  const identity = [0x00100010, 0x00100020, 0x00100030].map((tag) => ({ tag, vr: 'LO', value: '' }));
  return sweepKnownValues(readElements([...identity, ...more]), knownOf(), explicitLittleEndian);
}

function textIn({ elements }: SweepResult, ...path: readonly number[]): readonly string[] {
  const [tag = 0, ...rest] = path;
  const element = findElement(elements, tag);
  if (rest.length === 0) return textValues(element, characterSets(elements));
  return textIn({ elements: element?.items?.[0]?.elements ?? [], blanked: 0, reported: 0 }, ...rest);
}

const code = (scheme: string, value: string, meaning: string): readonly BuiltElement[] => [
  { tag: 0x00080100, vr: 'SH', value },
  { tag: 0x00080102, vr: 'SH', value: scheme },
  { tag: 0x00080104, vr: 'LO', value: meaning },
];

describe('the sweep for known values', () => {
  it('gives the same elements when nothing is found', () => {
    const elements = readElements(
      [0x00100010, 0x00100020, 0x00100030].map((tag) => ({ tag, vr: 'LO', value: '' })),
    );
    const swept = sweepKnownValues(elements, knownOf(), explicitLittleEndian);
    assert.equal(swept.elements, elements);
    assert.deepEqual([swept.blanked, swept.reported], [0, 0]);
  });

  it('takes them out of texts at any depth, and counts', () => {
    const inner: BuiltElement = { tag: 0x00080070, vr: 'LO', value: 'for plantedname' };
    const swept = sweep(
      { tag: 0x00081090, vr: 'LO', value: 'Model of Plantedname' },
      {
        tag: 0x00540016,
        vr: 'SQ',
        items: [{ elements: [{ tag: 0x00540016, vr: 'SQ', items: [{ elements: [inner] }] }] }],
      },
    );
    assert.deepEqual(textIn(swept, 0x00081090), ['Model of']);
    assert.deepEqual(textIn(swept, 0x00540016, 0x00540016, 0x00080070), ['for']);
    assert.equal(swept.blanked, 2);
  });

  it('reads items in their own character set, and inside UN as implicit VR', () => {
    const greek = { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 126' };
    const text = { tag: 0x00080070, vr: 'LO', value: Buffer.from('\xec\xe1 Plantedname', 'latin1') };
    const swept = sweep({ tag: 0x00540016, vr: 'UN', items: [{ elements: [greek, text] }] });
    assert.deepEqual(textIn(swept, 0x00540016, 0x00080070), ['μα']);
  });

  it('replaces value and meaning of a local code', () => {
    const swept = sweep({
      tag: 0x00082218,
      vr: 'SQ',
      items: [{ elements: code('99HOSPITAL', 'PLANT-4711', 'Head of Plantedname') }],
    });
    assert.deepEqual(textIn(swept, 0x00082218, 0x00080100), ['REMOVED']);
    assert.deepEqual(textIn(swept, 0x00082218, 0x00080104), ['REMOVED']);
  });

  it('leaves to the verification what an object may not lose', () => {
    const swept = sweep(
      { tag: 0x00080016, vr: 'UI', value: enhancedCt },
      { tag: 0x00080070, vr: 'LO', value: 'Plantedname Works' },
      { tag: 0x00082218, vr: 'SQ', items: [{ elements: code('SCT', '1', 'of Plantedname') }] },
      {
        tag: 0x00620002,
        vr: 'SQ',
        items: [{ elements: [{ tag: 0x00620005, vr: 'LO', value: 'Plantedname' }] }],
      },
    );
    assert.deepEqual(textIn(swept, 0x00080070), ['Plantedname Works']);
    assert.deepEqual(textIn(swept, 0x00082218, 0x00080104), ['of Plantedname']);
    assert.deepEqual(textIn(swept, 0x00620002, 0x00620005), ['Plantedname']);
    assert.equal(swept.blanked, 0);
  });
});
