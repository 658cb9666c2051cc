import assert from 'node:assert/strict';
import { Selection } from '../../../src/webviews/query/app/selection.js';

const shown = [3, 1, 4, 0, 5];

describe('the choice of rows', () => {
  let selection: Selection;
  const chosen = (): number[] => selection.chosen.toSorted((a, b) => shown.indexOf(a) - shown.indexOf(b));

  beforeEach(() => {
    selection = new Selection();
  });

  it('is one row after a click, and any mix after clicks with Ctrl', () => {
    selection.only(1);
    selection.only(4);
    assert.deepEqual(chosen(), [4]);
    selection.toggle(3);
    assert.deepEqual(chosen(), [3, 4]);
    selection.toggle(4);
    assert.deepEqual(chosen(), [3]);
  });

  it('goes from where it began to a click with Shift, in the order that is shown', () => {
    selection.only(1);
    selection.extend(0, shown);
    assert.deepEqual(chosen(), [1, 4, 0]);
    selection.extend(3, shown);
    assert.deepEqual(chosen(), [3, 1]);
  });

  it('begins a range at the top where nothing was chosen', () => {
    selection.extend(4, shown);
    assert.deepEqual(chosen(), [3, 1, 4]);
  });

  it('moves the focus without choosing', () => {
    selection.only(1);
    selection.focus(0);
    assert.deepEqual(chosen(), [1]);
    assert.equal(selection.active, 0);
    selection.toggle(0);
    assert.deepEqual(chosen(), [1, 0]);
  });

  it('can be everything and nothing', () => {
    selection.all(shown);
    assert.deepEqual(chosen(), shown);
    selection.none();
    assert.equal(selection.size, 0);
  });
});
