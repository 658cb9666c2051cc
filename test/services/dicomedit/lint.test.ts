import assert from 'node:assert/strict';
import { lintScript } from '../../../src/services/dicomedit/lintScript.js';
import { six } from './scriptBench.js';

const warnings = (text: string): readonly string[] =>
  lintScript(text)
    .filter(({ severity }) => severity === 'warning')
    .map(({ at, message }) => `${at.line}:${at.column} ${message}`);

describe('DicomEdit: advice for authors', () => {
  for (const [what, statement, message] of [
    [
      'a value that goes nowhere',
      'shiftDateByIncrement["20240101", 1]',
      /^2:1 shiftDateByIncrement has a value/,
    ],
    ['the same inside of a block', 'if (true[]) {\nuppercase["a"]\n}', /^3:1 uppercase/],
    ['a path that is not read', '(0020,000D) := mapUID[(0020,000D), "1"]', /^2:23 A path is not read/],
    ['a path without quotes', 'mapReferencedUIDs["1", */(0008,1155)]', /^2:24 Paths stand in quotes/],
    [
      'a fill value',
      'alterPixels["rectangle", "l=0,t=0,r=1,b=1", "solid", "v=100"]',
      /fill value is ignored/,
    ],
    [
      'a variable that the engine overlooks',
      '(0010,0010) := concatenate[subject, "x"]',
      /engine overlooks subject/,
    ],
    [
      'a shift without guard',
      '(0008,0020) := shiftDateByIncrement[(0008,0020), 1]',
      /^2:16 A missing date stops/,
    ],
  ] as const) {
    it(`warns of ${what}`, () => {
      const found = warnings(six(statement));
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
  }

  it('warns of version 6 without its version line', () => {
    assert.match(warnings('(0008,0060) = "MR" ? -(0010,0010)')[0] ?? '', /looks like version 6/);
    assert.deepEqual(warnings('(0008,0060) = "MR" : -(0010,0010)'), []);
  });

  it('has nothing to say about a good script', () => {
    const script = six(
      'describe subject hidden',
      '(0010,0010) := concatenate[subject, "x"]',
      'isPresent[(0008,0020)] ? (0008,0020) := shiftDateByIncrement[(0008,0020), 1]',
      'alterPixels["rectangle", "l=0,t=0,r=1,b=1", "solid", "v=0"]',
      'reject[false[]]',
    );
    assert.deepEqual(lintScript(script), []);
  });
});
