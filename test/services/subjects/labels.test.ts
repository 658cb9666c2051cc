import assert from 'node:assert/strict';
import {
  nextExperimentLabel,
  nextScanLabel,
  nextSubjectLabel,
  checkedPrefix,
} from '../../../src/services/subjects/labels.js';

describe('labels', () => {
  it('takes the next free number, also past unpadded ones of older programs', () => {
    assert.equal(nextSubjectLabel('X', new Set()), 'X00001');
    assert.equal(nextSubjectLabel('X', new Set(['X00001', 'X2', 'X00004'])), 'X00003');
    const all = Array.from({ length: 99_999 }, (_, at) => `X${String(at + 1).padStart(5, '0')}`);
    assert.equal(nextSubjectLabel('X', new Set(all)), 'X100000');
    assert.equal(nextSubjectLabel('X', new Set([...all, 'X100000'])), 'X100001');
    assert.equal(nextExperimentLabel('X00001', new Set(['X00001-Study1'])), 'X00001-Study2');
    assert.equal(nextScanLabel(new Set(['Series1', 'Series3'])), 'Series2');
  });

  it('refuses a prefix the server would choke on', () => {
    for (const prefix of ['a b', 'ä', 'a/b', '', 'x'.repeat(60)]) {
      assert.throws(() => checkedPrefix(prefix), { code: 'INVALID_LABEL' }, prefix);
    }
    assert.equal(checkedPrefix('My_Site-1'), 'My_Site-1');
  });
});
