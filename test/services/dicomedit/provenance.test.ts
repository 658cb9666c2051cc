import assert from 'node:assert/strict';
import { run, six, type RunOptions } from './scriptBench.js';

/** Whether what an expression wrote counts as holding nothing of the object. */
function isOurs(expression: string, options: RunOptions = {}, before: readonly string[] = []): boolean {
  const outcome = run(six(...before, `(0010,4000) := ${expression}`), options);
  if (outcome.status !== 'applied') throw new Error(JSON.stringify(outcome));
  const element = outcome.elements.find(({ tag }) => tag === 0x00104000);
  return element !== undefined && outcome.ours.has(element);
}

describe('DicomEdit: where a value comes from', () => {
  const variables = { project: 'P', subject: 'S' };

  it('is ours when built from literals, supplied variables, hashes and date shifts', () => {
    for (const expression of [
      '"text"', '1', 'subject', 'concatenate[project, "_", uppercase[subject], 1]', 'format["{0}-{1}", project, subject]',
      'substring["abc", 0, 1]', 'replace[subject, "S", project]', 'match["a1", "\\\\d", 0]', 'normalizeString["ö"]',
      'hashUID[(0020,000D)]', 'hashUID[(0010,0020)]', 'shiftDateByIncrement[(0008,0020), -17]', 'shiftDateTimeByIncrement["20240101", 1]',
    ]) assert.equal(isOurs(expression, { variables }), true, expression); // prettier-ignore
  });

  it('is not ours with anything of the object, of a table or of chance in it', () => {
    for (const expression of [
      '(0010,0020)', 'valueAt[(0010,0020)]', 'concatenate[project, (0010,0020)]', 'format["{0}", (0010,0020)]',
      'format["{0}", {"a", (0010,0020)}]', 'substring[(0010,0030), 0, 4]', 'lowercase[(0010,0010)]', 'replace["ab", "a", valueAt[(0010,0020)]]',
      'match[(0010,0020), "\\\\d+", 0]', 'normalizeString[(0010,0010)]', 'lookup["ids", (0010,0020)]', 'isPresent[(0010,0010)]', 'newUID[]',
    ]) assert.equal(isOurs(expression, { variables, lookup: 'ids/H-900 = x' }), false, expression); // prettier-ignore
  });

  it('is not ours when a position or an amount tells something of the object', () => {
    assert.equal(isOurs('substring["0123456789", (0028,0010), 4]'), false);
    assert.equal(isOurs('shiftDateByIncrement["20000101", (0028,0010)]'), false);
    assert.equal(
      isOurs('shiftDateByIncrement[(0008,0020), lookup["shift", (0010,0020)]]', {
        lookup: 'shift/H-900 = -9',
      }),
      true,
    );
  });

  it('is not ours when a date was not really moved', () => {
    assert.equal(isOurs('shiftDateByIncrement[(0010,0030), 0]'), false);
    assert.equal(isOurs('shiftDateByIncrement[(0010,0030), 1, "hours"]'), false);
  });

  it('follows values through variables and elements', () => {
    assert.equal(isOurs('v', {}, ['v := (0010,0020)']), false);
    assert.equal(isOurs('(0010,0020)', {}, ['(0010,0020) := "new"']), true);
    assert.equal(isOurs('(0010,0020)', {}, ['(0010,0020) := "new"', '(0010,0020) := (0010,0010)']), false);
  });

  it('of elements that were changed in their place: hashes and shifts are ours', () => {
    const outcome = run(
      six(
        'hashUIDList[*/(0008,1155)]',
        'shiftDateTimeListByIncrement[{(0008,0020)}, -3, "days"]',
        'blankValues["H-900"]',
      ),
    );
    assert.equal(outcome.status === 'applied' && outcome.ours.size, 4);
  });

  it('of version 4, the same', () => {
    const ours = (expression: string): boolean => {
      const outcome = run(`(0010,4000) := ${expression}`, { variables });
      const element = outcome.status === 'applied' && outcome.elements.find(({ tag }) => tag === 0x00104000);
      return (
        outcome.status === 'applied' &&
        element !== false &&
        element !== undefined &&
        outcome.ours.has(element)
      );
    };
    assert.equal(ours('"{0}" subject'), true);
    assert.equal(ours('hashUID[(0010,0020)]'), true);
    assert.equal(ours('"{0}" (0010,0020)'), false);
    assert.equal(ours('uppercase[(0010,0020)]'), false);
  });
});
