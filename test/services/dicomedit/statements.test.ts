import assert from 'node:assert/strict';
import { changes, run, sample, six } from './scriptBench.js';

describe('DicomEdit 6: statements', () => {
  it('assigns one after the other: later ones see what earlier ones wrote', () => {
    assert.deepEqual(changes(six('(0010,0010) := "New"', '(0010,0020) := (0010,0010)')), {
      '00100010': 'New',
      '00100020': 'New',
    });
  });

  it('makes elements with the VR of the dictionary, UN where it knows none', () => {
    const outcome = run(six('(0010,0040) := "F"', '(0009,{MAKER A}77) := "x"', '(0008,0022) := "no date"'));
    assert.equal(outcome.status, 'applied');
    const vrs = new Map(outcome.elements.map(({ tag, vr }) => [tag, vr]));
    assert.deepEqual([vrs.get(0x00100040), vrs.get(0x00091077), vrs.get(0x00080022)], ['CS', 'UN', 'DA']);
  });

  it('does nothing with a missing value, empties with an empty one', () => {
    assert.deepEqual(changes(six('(0010,0010) := (0010,0040)', '(0010,0020) := ""', '(0008,0050) := ""')), {
      '00080050': '',
      '00100020': '',
    });
  });

  it('writes numbers as the VR asks and refuses texts that are none', () => {
    assert.deepEqual(
      changes(six('(0028,0010) := "12"', '(0018,9087) := "1e3"', '(0028,0009) := "00181063"')),
      {
        '00280010': '12',
        '00189087': '1000.0',
        '00280009': '00181063',
      },
    );
    for (const bad of ['"abc"', '"70000"', '-1', '"1\\\\x"']) {
      assert.equal(run(six(`(0028,0010) := ${bad}`)).status, 'error', bad);
    }
  });

  it('writes in the character set of the object; what that lacks becomes a question mark', () => {
    assert.deepEqual(changes(six('(0010,0010) := "Zoë"')), { '00100010': 'Zoë' });
    assert.deepEqual(changes(six('(0010,0010) := "Žofie"')), { '00100010': '?ofie' });
    assert.deepEqual(changes(six('(0008,0005) := "ISO_IR 101"', '(0010,0010) := "Žofie"')), {
      '00080005': 'ISO_IR 101',
      '00100010': 'Žofie',
    });
    assert.deepEqual(changes(six('(0008,0005) := "ISO_IR 192"', '(0010,0010) := "山田"')), {
      '00080005': 'ISO_IR 192',
      '00100010': '山田',
    });
  });

  it('makes sequences and items, with empty items before them', () => {
    assert.deepEqual(changes(six('(0040,0275)[1]/(0040,0007) := "x"')), {
      '00400275[0]': '(empty item)',
      '00400275[1]/00400007': 'x',
    });
  });

  it('leaves nothing behind by reading what is not there', () => {
    assert.deepEqual(changes(six('(0010,0010) := (0040,0275)[0]/(0040,0007)', 'v := (0011,{NOBODY}01)')), {});
  });

  it('writes private elements into the block of their creator, or into a new one', () => {
    assert.deepEqual(changes(six('(0009,{MAKER B}01) := "b"', '(0009,{MAKER C}02) := "c"')), {
      '00090012': 'MAKER C',
      '00091101': 'b',
      '00091202': 'c',
    });
  });

  it('finds the block in the item itself, not in the first one', () => {
    const block = (creator: string) => ({
      elements: [
        { tag: 0x00090010, vr: 'LO', value: creator },
        { tag: 0x00091001, vr: 'LO', value: creator },
      ],
    });
    const elements = [{ tag: 0x00081140, vr: 'SQ', items: [block('ONE'), block('TWO')] }];
    assert.deepEqual(changes(six('(0008,1140)[1]/(0009,{ONE}01) := "x"'), { elements }), {
      '00081140[1]/00090011': 'ONE',
      '00081140[1]/00091101': 'x',
    });
  });

  it('refuses wildcards, missing item numbers and sequences as values', () => {
    for (const path of [
      '(0010,00XX)',
      '*/(0010,0010)',
      '(0008,1140)[%]/(0008,1155)',
      '(0008,1140)/(0008,1155)',
      '(0008,1140)',
    ]) {
      assert.equal(run(six(`(0010,0010) := ${path}`)).status, 'error', `read ${path}`);
      assert.equal(run(six(`${path} := "x"`)).status, 'error', `write ${path}`);
    }
  });

  it('changes with ?= what is there, wherever the path matches', () => {
    const nested = { '00081140[0]/00081155': '9', '00081140[1]/00081155': '9' };
    const deep = { '00081140[1]/0040A170[0]/00081155': '9' };
    assert.deepEqual(changes(six('(0008,1155) ?= "9"')), {});
    assert.deepEqual(changes(six('*/(0008,1155) ?= "9"')), { ...nested, ...deep });
    assert.deepEqual(changes(six('+/(0008,1155) ?= "9"')), { ...nested, ...deep });
    const elements = [...sample, { tag: 0x00081155, vr: 'UI', value: '1.2.3.9' }].sort(
      (a, b) => a.tag - b.tag,
    );
    assert.deepEqual(changes(six('+/(0008,1155) ?= "9"'), { elements }), { ...nested, ...deep });
    assert.deepEqual(changes(six('./(0008,1155) ?= "9"')), nested);
    assert.deepEqual(changes(six('././(0008,1155) ?= "9"')), deep);
    assert.deepEqual(changes(six('(0008,1140)/(0008,1155) ?= "9"')), nested);
    assert.deepEqual(changes(six('(0008,1140)[%]/(0008,1155) ?= "9"')), nested);
    assert.deepEqual(changes(six('(0008,1140)[1]/*/(0008,1155) ?= "9"')), {
      '00081140[1]/00081155': '9',
      ...deep,
    });
    assert.deepEqual(changes(six('(0008,1140)/* ?= "9"')), { ...nested, ...deep });
    assert.deepEqual(changes(six('(0010,00@0) ?= "9"')), { '00100020': '9' });
    assert.deepEqual(changes(six('(0009,{MAKER A}XX) ?= "9"')), { '00091001': '9' });
    assert.deepEqual(changes(six('(0010,0010) ?= (0010,0040)')), { '00100010': '' });
  });

  it('deletes elements, sequences and the content of one item; private creators stay', () => {
    const gone = {
      '00081140[0]/00081155': null,
      '00081140[1]/00081155': null,
      '00081140[1]/0040A170[0]/00081155': null,
    };
    assert.deepEqual(changes(six('-(0008,1140)')), gone);
    assert.deepEqual(changes(six('-(0008,1140)/*')), gone);
    assert.deepEqual(changes(six('-(0008,1140)[0]')), {
      '00081140[0]': '(empty item)',
      '00081140[0]/00081155': null,
    });
    assert.deepEqual(changes(six('-(00@9,{MAKER A}01)')), { '00091001': null });
    assert.deepEqual(changes(six('-(0010,9999)')), {});
    assert.deepEqual(changes(six('removeAllPrivateTags')), {
      '00090010': null,
      '00090011': null,
      '00091001': null,
      '00091101': null,
    });
  });

  it('decides: ternary, if, elseif, else', () => {
    const branch = (value: string): string =>
      six(
        `if ("${value}" = "a") {`,
        '(0010,0010) := "1"',
        '}',
        `elseif ("${value}" = "b") {`,
        '(0010,0010) := "2"',
        '}',
        '',
        'else {',
        '(0010,0010) := "3"',
        '}',
      );
    assert.deepEqual(changes(branch('a')), { '00100010': '1' });
    assert.deepEqual(changes(branch('b')), { '00100010': '2' });
    assert.deepEqual(changes(branch('c')), { '00100010': '3' });
    assert.deepEqual(changes(six('(0008,0060) ~ "M." ? -(0010,0010) : -(0010,0020)')), { '00100010': null });
    assert.deepEqual(changes(six('(0008,0060) !~ "M." ? -(0010,0010) : -(0010,0020)')), { '00100020': null });
  });

  it('compares nothing with nothing as different', () => {
    const holds = (condition: string): boolean => '00100020' in changes(six(`${condition} ? -(0010,0020)`));
    assert.equal(holds('(0010,0040) = (0010,2180)'), false);
    assert.equal(holds('(0010,0040) != (0010,2180)'), true);
    assert.equal(holds('(0010,0040) = ""'), false);
    assert.equal(holds('(0010,0040) ~ ".*"'), false);
    assert.equal(holds('(0010,0040) !~ ".*"'), true);
    assert.equal(holds('(0028,0010) = 3'), true);
    assert.equal(holds('concatenate["TR","ue"]'), true);
    assert.equal(run(six('match["a","b",0] ? -(0010,0020)')).status, 'error');
  });

  it('knows variables: set, supplied, missing, and of one object only', () => {
    const variables = { Subject: 'S7' };
    assert.deepEqual(changes(six('(0010,0010) := subject'), { variables }), { '00100010': 'S7' });
    assert.deepEqual(changes(six('(0010,0010) := uppercase[subject]'), { variables: { subject: 'ab' } }), {
      '00100010': 'AB',
    });
    assert.deepEqual(changes(six('subject := "own"', '(0010,0010) := subject'), { variables }), {
      '00100010': 'own',
    });
    const missing = run(six('-(0010,0020)', '(0010,0010) := subject'));
    assert.equal(missing.status === 'error' && missing.kind, 'variable');
    assert.equal(run(six('describe other hidden')).status, 'error');
    assert.equal(run(six('if (false[]) {', 'v := "a"', '}', '(0010,0010) := v')).status, 'error');
  });

  it('says where a statement failed', () => {
    const outcome = run([six('-(0010,0020)'), six('', '(0010,0010) := substring[(0010,0010), 0, 99]')]);
    assert.deepEqual(outcome.status === 'error' && [outcome.script, outcome.at], [
      1,
      { line: 3, column: 16 },
    ]);
  });

  it('rejects, or not when the caller says so', () => {
    assert.equal(run(six('(0010,0010) := "A"', 'reject[]')).status, 'rejected');
    assert.equal(run(six('reject[ismatch[(0008,0060), "CT"]]')).status, 'applied');
    assert.deepEqual(changes(six('reject[]', '-(0010,0010)'), { environment: { ignoreRejection: true } }), {
      '00100010': null,
    });
  });

  it('keeps the elements that nothing touched as they were read', () => {
    const outcome = run(six('-(0010,0010)', 'v := (0008,1140)[0]/(0008,1155)'));
    assert.equal(outcome.status, 'applied');
    const sequence = outcome.elements.find(({ tag }) => tag === 0x00081140);
    assert.ok(sequence?.encoded);
    assert.equal(outcome.elements.length, sample.length - 1);
  });

  it('echoes', () => {
    const outcome = run(six('echo "a"', 'echo (0010,0020)', 'echo (0010,0040)', 'echo {1, "b"}', 'echo'));
    assert.deepEqual(outcome.status === 'applied' && outcome.echoes, ['a', 'H-900', 'null', '[1, b]', '']);
  });
});
