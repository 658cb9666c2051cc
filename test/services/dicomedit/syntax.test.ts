import assert from 'node:assert/strict';
import { parseScript } from '../../../src/services/dicomedit/parseScript.js';
import { changes, six } from './scriptBench.js';

/** Kind and place of the first error. */
function firstError(text: string): string {
  const [first] = parseScript(text).diagnostics;
  return first ? `${first.kind} ${first.at.line}:${first.at.column}` : 'none';
}

describe('DicomEdit: choosing the language', () => {
  it('takes 6.0 to 6.6 for version 6, and a script without version line for version 4', () => {
    for (const version of ['6.0', '6.1', '6.2', '6.3', '6.4', '6.5', '6.6']) {
      assert.equal(parseScript(`version "${version}"\n-(0010,0010)`).script?.language, 6, version);
    }
    assert.equal(parseScript('// version\n-(0010,0010)').script?.language, 4);
    assert.equal(parseScript('-(0010,0010)\nversion "6.2"').script?.language, 6);
    assert.equal(parseScript('version "6.2"\n-(0010,0010) version "6.4"').script?.language, 6);
  });

  it('refuses every other version', () => {
    for (const line of [
      'version "6"',
      'version "6.6.0"',
      'version "6.7"',
      'version "4.0"',
      'version "5.0"',
      'version',
      'version := "6.6"',
      'version 6.6 "',
    ]) {
      assert.match(firstError(`${line}\n-(0010,0010)`), /^(?:version|parse) 1:/, line);
    }
    assert.equal(firstError(`${six('-(0010,0010)')}\nversion "6.9"`), 'version 3:9');
  });

  it('refuses a version line that the engine overlooks instead of doing nothing', () => {
    for (const line of [
      ' version "6.6"',
      '\tversion "6.6"',
      'Version "6.6"',
      '\uFEFFversion "6.6"',
      'version  "6.6"',
    ]) {
      assert.match(firstError(`${line}\n-(0010,0010)`), /^version 1:/, JSON.stringify(line));
    }
  });
});

describe('DicomEdit 6: the text', () => {
  it('knows comments, blank lines, continued lines and several statements on one line', () => {
    const script = six('// a "b"', '', '(0010,0010) \\', '  := "A" -(0010,0020) // end', '\t( 0010', '');
    assert.equal(firstError(script), 'parse 6:2');
    assert.deepEqual(changes(six('// a "b"', '(0010,0010) \\', '  := "A" -(0010,0020) // end')), {
      '00100010': 'A',
      '00100020': null,
    });
    assert.deepEqual(changes(six('-(0010,0010)').replaceAll('\n', '\r\n')), { '00100010': null });
  });

  it('decodes the double backslash only, which separates values', () => {
    assert.deepEqual(changes(six('(0008,0008) := "A\\\\B"', '(0010,0010) := "x\\ty"')), {
      '00080008': 'A\\B',
      '00100010': 'x\\ty',
    });
  });

  for (const [what, statement, place] of [
    ['a character that means nothing', '-(0010,0010);', '2:13'],
    ['a curly quote', '(0010,0010) := “A”', '2:16'],
    ['a text without end', '(0010,0010) := "A', '2:16'],
    ['an unknown escape', '(0010,0010) := "\\d"', '2:17'],
    ['a doubled quote', '(0010,0010) := "a""b"', '2:22'],
    ['an odd quote in a comment', '-(0010,0010) // 5" wide', '2:14'],
    ['a blank in a tag', '-( 0010,0010)', '2:2'],
    ['three digits', '-(0010,001)', '2:2'],
    ['a group that is neither public nor private', '-(50XX,0010)', '2:2'],
    ['a private element by number', '-(0009,1001)', '2:2'],
    ['a creator in a public group', '-(0008,{A}01)', '2:2'],
    ['a creator that begins with a digit', '-(0009,{3D}01)', '2:2'],
    ['a number with a leading zero', '(0010,0010) := 007', '2:16'],
    ['a wildcard as a name', '(0010,0010) := x', '2:16'],
    ['a keyword as a name', 'hidden := "A"', '2:1'],
    ['an action on the next line', '(0008,0060) = "MR" ?', '2:21'],
    ['a ternary in a ternary', '(0008,0060) = "MR" ? (0008,0060) = "MR" ? -(0010,0010)', '2:34'],
    ['a block without braces', 'if ((0008,0060) = "MR") -(0010,0010)', '2:25'],
    ['a block without end', 'if (true[]) {', '2:14'],
    ['else if in two words', 'if (true[]) {\n}\nelse if (true[]) {\n}', '4:6'],
    ['a trailing comma', 'removeTags[{(0010,0010),}]', '2:25'],
    ['a line end in arguments', 'removeTags[(0010,0010),\n(0010,0020)]', '2:24'],
    ['a condition that compares nothing', '(0010,0010) ? -(0010,0010)', '2:13'],
    ['an item number beyond all reason', '-(0008,1140)[999999]', '2:14'],
  ] as const) {
    it(`refuses ${what}, and says where`, () => {
      assert.equal(firstError(six(statement)), `parse ${place}`);
    });
  }

  it('tells several errors of one script, also inside of blocks', () => {
    const script = six('-(0010,00)', 'if (true[]) {', '  foo bar', '  -(0010,0020', '}', '(0010,0010) :=');
    const lines = parseScript(script).diagnostics.map(({ at }) => at.line);
    assert.deepEqual([...new Set(lines)], [2, 4, 5, 7]);
  });

  it('refuses unknown functions and wrong numbers of arguments, also where they never run', () => {
    assert.equal(firstError(six('if (false[]) {', 'nothing[]', '}')), 'evaluation 3:1');
    assert.equal(firstError(six('(0010,0010) := hashUID[]')), 'evaluation 2:16');
    assert.equal(firstError(six('(0010,0010) := substring["a", 1]')), 'evaluation 2:16');
    assert.equal(firstError(six('(0010,0010) := urlEncode["a"]')), 'evaluation 2:16');
  });

  it('bounds size and depth', () => {
    assert.match(firstError(six(`// ${'x'.repeat(300_000)}`)), /^parse/);
    const deep = six(`(0010,0010) := ${'concatenate['.repeat(2000)}"a"${']'.repeat(2000)}`);
    assert.equal(parseScript(deep).script, undefined);
    const blocks = six('if (true[]) {\n'.repeat(2000) + '}\n'.repeat(2000));
    assert.equal(parseScript(blocks).script, undefined);
    assert.ok(parseScript(six(';\n'.repeat(5000))).diagnostics.length <= 50);
  });
});

describe('DicomEdit 4: the text', () => {
  it('decodes its own escapes and joins lines', () => {
    assert.deepEqual(changes('(0010,0010) := "a\\"b\\\'c" // "\n(0010,0020) := \\\n"x"'), {
      '00100010': `a"b'c`,
      '00100020': 'x',
    });
  });

  for (const [what, statement, place] of [
    ['a ternary of version 6', '(0008,0060) = "MR" ? -(0010,0010)', '1:20'],
    ['!=', '(0008,0060) != "MR" : -(0010,0010)', '1:13'],
    ['a block', 'if ((0008,0060) = "MR") {', '1:4'],
    ['a sequence path', '-(0008,1140)[0]/(0008,1155)', '1:13'],
    ['a private creator', '-(0009,{MAKER A}01)', '1:2'],
    ['a small x', '-(0010,xxxx)', '1:2'],
    ['blanks in a tag', '-(0010, 0010)', '1:2'],
    ['a decimal number', '(0010,0010) := 1.5', '1:16'],
    ['two statements on a line', '-(0010,0010) -(0010,0020)', '1:14'],
    ['removeAllPrivateTags', 'removeAllPrivateTags', '1:21'],
    ['an unknown escape', '(0010,0010) := "\\d"', '1:17'],
    ['a pattern as a value', '(0010,0010) := (0010,00XX)', '1:16'],
    ['a condition without action', '(0008,0060) = "MR"', '1:19'],
    ['concatenate', '(0010,0010) := concatenate["a"]', '1:16'],
    ['another generator', '(0020,000D) := new NAME', '1:20'],
  ] as const) {
    it(`refuses ${what} instead of dropping statements`, () => {
      assert.match(firstError(statement), new RegExp(`^(?:parse|evaluation) ${place}$`));
    });
  }
});
