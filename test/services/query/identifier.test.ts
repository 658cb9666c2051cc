import assert from 'node:assert/strict';
import { readDataSetBytes } from '../../../src/services/dicom/dataSetBytes.js';
import { characterSets, findElement, textValues } from '../../../src/services/dicom/elements.js';
import { explicitLittleEndian, implicitLittleEndian } from '../../../src/services/dicom/transferSyntaxes.js';
import { characterSetFor, encodeIdentifier } from '../../../src/services/query/identifier.js';
import { keysAt, startOf } from '../../../src/services/query/keys.js';
import type { QueryTerms } from '../../../src/services/query/types.js';

const name = 0x00100010;

describe('the identifier of a request', () => {
  const sets: Readonly<Record<string, string | undefined>> = {
    'Plain*': undefined,
    Müller: 'ISO_IR 100',
    Łódź: 'ISO_IR 101',
    Люксембург: 'ISO_IR 144',
    Διονυσιος: 'ISO_IR 126',
    山田: 'ISO_IR 192',
    홍길동: 'ISO_IR 192',
    'Müller Люксембург': 'ISO_IR 192',
  };
  for (const [text, set] of Object.entries(sets)) {
    it(`writes ${text} in ${set ?? 'ASCII'}`, () => {
      assert.equal(characterSetFor([text, 'X']), set);
      for (const encoding of [explicitLittleEndian, implicitLittleEndian]) {
        const bytes = encodeIdentifier('study', new Map([[name, text]]), encoding);
        const elements = readDataSetBytes(bytes, encoding);
        assert.deepEqual(textValues(findElement(elements, name), characterSets(elements)), [text]);
        assert.deepEqual(characterSets(elements), set === undefined ? [] : [set]);
        assert.deepEqual(textValues(findElement(elements, 0x00080052)), ['STUDY']);
      }
    });
  }

  it('has the terms of its level, the keys above, and what shall be told', () => {
    const terms: QueryTerms = { patientName: ' A* ', modality: 'MR', seriesUids: ['1.2', '1.3'] };
    const study = keysAt('study', 'study', terms, new Map());
    assert.deepEqual([study.get(name), study.get(0x00080061), study.get(0x0020000d)], ['A*', 'MR', '']);
    const series = keysAt('study', 'series', terms, new Map([[0x0020000d, '1.1']]));
    assert.deepEqual([series.get(0x00080060), series.get(0x0020000e), series.get(0x0020000d)], ['MR', '1.2\\1.3', '1.1']); // prettier-ignore
    assert.equal(series.has(name), false);
  });

  it('begins where single keys lead, and never past another term', () => {
    const levelOf = (terms: QueryTerms): string => startOf('study', 'image', terms).level;
    assert.equal(levelOf({ studyUids: ['1.1'], seriesUids: ['1.2'] }), 'image');
    assert.equal(levelOf({ studyUids: ['1.1'] }), 'series');
    assert.equal(levelOf({ studyUids: ['1.1', '1.2'], seriesUids: ['1.2'] }), 'study');
    assert.equal(levelOf({ studyUids: ['1.1'], patientName: 'A' }), 'study');
    assert.equal(startOf('patient', 'series', { patientId: 'A*' }).level, 'patient');
    assert.equal(startOf('patient', 'series', { patientId: 'A' }).level, 'study');
  });
});
