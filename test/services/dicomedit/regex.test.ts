import assert from 'node:assert/strict';
import * as javaRegex from '../../../src/services/dicomedit/regex/javaRegex.js';
import { Limits } from '../../../src/services/dicomedit/run/limits.js';
import { run, six } from './scriptBench.js';

const matchesWhole = (pattern: string, text: string): boolean =>
  javaRegex.matchesWhole(pattern, text, new Limits());
const matchedGroup = (pattern: string, text: string, group: number, whole: boolean): string | undefined =>
  javaRegex.matchedGroup(pattern, text, group, whole, new Limits());

describe('DicomEdit: regular expressions of Java', () => {
  for (const [pattern, yes, no] of [
    ['a.c', ['abc', 'a\u{1F600}c'], ['ac', 'a\nc', 'xabc']],
    ['(?s)a.c', ['a\nc'], []],
    ['a|bc', ['a', 'bc'], ['ab', 'ac']],
    ['(a|b)*c', ['c', 'abac'], ['abd']],
    ['a{2,3}b{2}c{1,}', ['aabbc', 'aaabbccc'], ['abbc', 'aaaabbc', 'aabbbc']],
    ['[a-c&x][^a-c]', ['bx', '&d'], ['dx', 'ba']],
    ['[]a]', [], [']', 'a']],
    ['[\\]\\-a]', [']', '-', 'a'], ['b']],
    ['[a-]', ['a', '-'], ['b']],
    ['[a[0-9]]', ['a', '5'], ['[', 'b']],
    ['\\d+\\s\\w*\\D\\S\\W', ['12 a_Zx! '], ['12  a']],
    ['\\p{Upper}\\p{L}\\P{Digit}', ['Aéx'], ['aéx', 'A11']],
    ['\\x41\\u0042\\0103\\t', ['ABC\t'], ['ABC']],
    ['\\Qa.b*\\E+', ['a.b*', 'a.b***'], ['aXb*']],
    ['(?i)straße', ['STRAßE', 'Straße'], ['STRASSE']],
    ['(?i:a)b', ['Ab', 'ab'], ['aB']],
    ['(?iu)é', ['É'], []],
    ['(?i)[^a]', ['b'], ['a', 'A']],
    ['(a+)b\\1', ['aabaa'], ['aaba']],
    ['(?<n>a+)b\\k<n>', ['aba'], ['abaa']],
    ['a(?=b).', ['ab'], ['ac']],
    ['a(?!b).', ['ac'], ['ab']],
    ['(?>a+)ab', [], ['aaab']],
    ['a++ab', [], ['aaab']],
    ['a+?b', ['aab'], ['b']],
    ['^a$', ['a'], ['ab']],
    ['\\Aa\\b!\\z', ['a!'], ['a!b']],
    ['(?:a*)*b', ['b', 'aab'], ['aac']],
    ['', [''], ['a']],
    ['[^\\d]\\.', ['x.'], ['1.', 'xx']],
  ] as const) {
    it(pattern, () => {
      if (pattern === '[]a]') {
        assert.throws(() => matchesWhole(pattern, 'a'));
        return;
      }
      for (const text of yes)
        assert.equal(matchesWhole(pattern, text), true, `${pattern} ${JSON.stringify(text)}`);
      for (const text of no)
        assert.equal(matchesWhole(pattern, text), false, `${pattern} ${JSON.stringify(text)}`);
    });
  }

  it('finds the first place, and gives groups', () => {
    assert.equal(matchedGroup('(\\d+)-(\\d+)?', 'ab 12-34', 1, false), '12');
    assert.equal(matchedGroup('(\\d+)-(x)?', 'ab 12-34', 2, false), undefined);
    assert.equal(matchedGroup('b+?', 'abbb', 0, false), 'b');
    assert.equal(matchedGroup('b+', 'abbb', 0, false), 'bbb');
    assert.equal(matchedGroup('^b', 'ab', 0, false), undefined);
    assert.equal(matchedGroup('(?m)^b$', 'a\nb\nc', 0, false), 'b');
    assert.equal(matchedGroup('b$', 'ab\n', 0, false), 'b');
    assert.equal(matchedGroup('(?:(a)|b)*', 'ab', 1, true), 'a');
    assert.throws(() => matchedGroup('a', 'a', 1, true));
  });

  it('refuses what Java refuses and what it does not do', () => {
    for (const pattern of [
      '(',
      ')',
      '[',
      'a**',
      '*a',
      'a{2',
      'a{3,2}',
      '\\',
      '\\y',
      '[b-a]',
      '(?<=a)b',
      '[a&&b]',
      '(?x)a',
      '\\p{Nothing}',
      '\\2(a)',
      '(?<n>a)(?<n>b)',
      'a{99999}',
      '('.repeat(200),
    ]) {
      assert.throws(() => matchesWhole(pattern, 'a'), `${pattern} was taken`);
    }
  });

  it('ends catastrophic patterns by their steps', () => {
    const text = `${'a'.repeat(60)}!`;
    for (const pattern of [
      '(a+)+',
      '(a|a)*',
      '(a|aa)+$',
      '(.*)*x',
      '([a-z]+)*[0-9]',
      '(?=(a+)+b)a',
      '(a*)*b',
      '(x+x+)+y|(a+a+)+y',
      '((a{0,20}){0,20}){0,20}b',
    ]) {
      assert.throws(() => matchesWhole(pattern, text), /too many steps/, pattern);
    }
    assert.throws(() => matchedGroup('(.*?,){12}P', '1,'.repeat(2000), 0, false), /too many steps/);
    const outcome = run(six(`(0010,0010) := "${text}"`, '(0010,0010) ~ "(a+)+" ? -(0010,0020)'));
    assert.equal(outcome.status, 'error');
  });

  it('runs honest patterns on long texts, and refuses what would overflow', () => {
    assert.equal(matchesWhole('.*needle.*', `${'x'.repeat(10_000)}needle`), true);
    assert.throws(() => matchesWhole('(?:ab|c)*', 'ab'.repeat(30_000)));
    assert.throws(() => matchesWhole('.*', 'x'.repeat(100_000)), /too long/);
  });
});
