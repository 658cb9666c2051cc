import assert from 'node:assert/strict';
import { parseScript } from '../../../src/services/dicomedit/parseScript.js';
import { runScripts } from '../../../src/services/dicomedit/runScripts.js';
import { Random } from '../../fuzz/random.js';
import { environmentOf, objectOf, parsed, run, sample, six } from './scriptBench.js';

describe('DicomEdit: scripts that mean harm', () => {
  it('ends texts that grow without bound', () => {
    const doubling = Array.from({ length: 60 }, () => 'v := concatenate[v, v]');
    const outcome = run(six('v := "0123456789abcdef"', ...doubling, '(0010,0010) := v'));
    assert.match(outcome.status === 'error' ? outcome.message : '', /too long/);
  });

  it('ends writing without bound', () => {
    const grow = Array.from({ length: 15 }, () => 'v := concatenate[v, v]');
    const writes = Array.from({ length: 200 }, () => '(0010,4000) := v');
    assert.match(errorOf(six('v := "0123456789abcdef"', ...grow, ...writes)), /too much/);
  });

  it('ends making items without bound', () => {
    const many = Array.from(
      { length: 20 },
      (_, index) => `(0040,0275)[${index}]/(0008,1140)[9000]/(0008,1155) := "1"`,
    );
    assert.match(errorOf(six(...many)), /too many items/);
  });

  it('ends more work than an object is worth', () => {
    const items = Array.from({ length: 8000 }, () => ({
      elements: [{ tag: 0x00081155, vr: 'UI', value: '1.2' }],
    }));
    const elements = [{ tag: 0x00081140, vr: 'SQ', items }];
    const search = Array.from({ length: 4000 }, () => '-*/(0010,0010)');
    const outcome = runScripts([parsed(six(...search))], objectOf(elements), environmentOf());
    assert.match(outcome.status === 'error' ? outcome.message : '', /too many steps/);
  });

  it('never throws on damaged scripts', () => {
    const random = new Random(20261126);
    const scripts = [
      six(
        'if ((0008,0060) = "MR") {',
        '(0010,0010) := format["{0}", (0008,1140)[0]/(0008,1155)]',
        '}',
        'else {',
        'removeTags[{*/(0010,0010), "(0009,{A}XX)"}]',
        '}',
        '(0010,0020) ~ "a(b|c)*" ? reject[] : echo -1.5',
      ),
      'project = "A" : (0010,0010) := "x{0}" subject\n-(XXX#,XXXX)\n(0020,000D) := hashUID[(0020,000D)] // c\n',
    ];
    const signs = [
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '"',
      '\\',
      '\n',
      '/',
      ':=',
      '?=',
      '-',
      '*',
      '+',
      '#',
      '@',
      'X',
      '0',
      'a',
      ',',
      '~',
      '!',
      '\u0000',
      'é',
      '%',
    ];
    for (let round = 0; round < 4000; round++) {
      let text = scripts[round % scripts.length] ?? '';
      for (let edit = 0; edit < 1 + random.below(4); edit++) {
        const at = random.below(text.length);
        const cut = random.below(4);
        text = text.slice(0, at) + random.pick(signs) + text.slice(at + cut);
      }
      const { script, diagnostics } = parseScript(text);
      assert.equal(script === undefined, diagnostics.length > 0, text);
      if (script)
        runScripts([script], objectOf(sample), environmentOf({ variables: { project: 'A', subject: 'B' } }));
    }
  });
});

function errorOf(script: string): string {
  const outcome = run(script);
  return outcome.status === 'error' ? outcome.message : outcome.status;
}
