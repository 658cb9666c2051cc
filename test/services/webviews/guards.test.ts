import assert from 'node:assert/strict';
import {
  either,
  isFlag,
  isIndex,
  isNothing,
  isText,
  listOf,
  oneOf,
  shape,
} from '../../../src/webviews/shared/guards.js';

describe('guards of what a page says', () => {
  it('take texts, flags, positions and nothing, each as itself alone', () => {
    const cases = [
      [isText, '', ['x'.repeat(20_001), 7, undefined, null, ['a']]],
      [isFlag, false, [0, 'false', null, undefined]],
      [isIndex, 0, [-1, 0.5, NaN, Infinity, '0', null]],
      [isNothing, null, [undefined, 0, '', false]],
      [oneOf(['a', 1]), 'a', ['b', '1', null]],
      [either(isText, isFlag), true, [1, null]],
      [listOf(isIndex), [0, 1], [[0, '1'], { 0: 1, length: 1 }, 'ab']],
    ] as const;
    for (const [guard, good, bad] of cases) {
      assert.equal(guard(good), true);
      for (const value of bad) assert.equal(guard(value), false, JSON.stringify(value));
    }
  });

  it('take objects with these fields and no other', () => {
    const guard = shape<{ name: string; on: boolean }>({ name: isText, on: isFlag });
    assert.equal(guard({ name: 'a', on: true }), true);
    for (const value of [
      { name: 'a' },
      { name: 'a', on: true, more: 1 },
      { name: 1, on: true },
      null,
      'a',
      [],
    ]) {
      assert.equal(guard(value), false, JSON.stringify(value));
    }
    assert.equal(guard(JSON.parse('{"name":"a","on":true,"__proto__":{}}')), false);
  });
});
