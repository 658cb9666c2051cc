import assert from 'node:assert/strict';
import { changes, run } from './scriptBench.js';

const value = (expression: string): string | null | undefined =>
  changes(`(0010,4000) := ${expression}`)['00104000'];

describe('DicomEdit 4', () => {
  it('computes everything from the object as it was, and the first statement wins', () => {
    assert.deepEqual(changes('(0010,0010) := "A"\n(0010,0020) := (0010,0010)'), {
      '00100010': 'A',
      '00100020': 'Stone^Ada',
    });
    assert.deepEqual(changes('(0010,0010) := "A"\n(0010,0010) := "B"'), { '00100010': 'A' });
    assert.deepEqual(changes('-(0010,0010)\n(0010,0010) := "B"'), { '00100010': null });
    assert.deepEqual(changes('(0010,0010) := "B"\n-(0010,00XX)'), {
      '00100010': 'B',
      '00100020': null,
      '00100030': null,
    });
    assert.deepEqual(changes('(0008,0060) := "CT"\n(0008,0060) = "CT" : -(0010,0010)'), { '00080060': 'CT' });
  });

  it('keeps an element under a condition by assigning it to itself', () => {
    const script = '(0008,0060) = "MR" : (0008,1030) := (0008,1030)\n(0008,1030) := project';
    assert.deepEqual(changes(script, { variables: { project: 'P' } }), {});
    assert.deepEqual(changes(script.replace('MR', 'CT'), { variables: { project: 'P' } }), {
      '00081030': 'P',
    });
  });

  it('joins conditions with colons; null equals null and matches nothing', () => {
    const holds = (condition: string): boolean => '00100020' in changes(`${condition} : -(0010,0020)`);
    assert.ok(holds('(0008,0060) = "MR" : (0028,0010) = "3"'));
    assert.ok(!holds('(0008,0060) = "MR" : (0028,0010) = "4"'));
    assert.ok(holds('(0010,0040) = (0010,2180)'));
    assert.ok(!holds('(0010,0040) = ""'));
    assert.ok(!holds('(0010,0040) ~ ".*"'));
    assert.ok(holds('(0010,0010) ~ "Stone.*"'));
    assert.ok(!holds('(0010,0010) ~ "Stone"'));
  });

  it('makes and empties with a missing value, and writes unknown elements as LO', () => {
    assert.deepEqual(changes('(0010,0040) := (0010,2180)\n(0010,0010) := (0010,2180)'), {
      '00100010': '',
      '00100040': '',
    });
    const outcome = run('(0009,1001) := "x"\n(0009,1099) := "y"');
    const vrs =
      outcome.status === 'applied' &&
      outcome.elements.filter(({ tag }) => tag >>> 16 === 9).map(({ vr }) => vr);
    assert.deepEqual(vrs, ['LO', 'LO', 'LO', 'LO', 'LO']);
  });

  it('works at the top level, by number and with patterns on what is there', () => {
    assert.deepEqual(changes('-(0008,1155)'), {});
    assert.deepEqual(Object.keys(changes('-(XXX#,XXXX)')), ['00090010', '00090011', '00091001', '00091101']);
    assert.deepEqual(changes('(0010,00@0) := "9"'), { '00100020': '9' });
    assert.deepEqual(Object.keys(changes('-(0008,1140)')).length, 3);
    assert.equal(run('(0008,1140) := "x"').status, 'error');
    assert.equal(run('(0008,1140) = "x" : -(0010,0010)').status, 'error');
  });

  it('knows variables in any case and order; supplied ones win; a missing one is an error', () => {
    assert.deepEqual(changes('(0010,0010) := MyName\nmyname := "A"'), { '00100010': 'A' });
    assert.deepEqual(changes('subject := "A"\n(0010,0010) := subject', { variables: { Subject: 'S' } }), {
      '00100010': 'S',
    });
    assert.deepEqual(changes('v := (0010,0010)\n(0010,0010) := "A"\n(0010,0020) := v'), {
      '00100010': 'A',
      '00100020': 'Stone^Ada',
    });
    const missing = run('(0010,0010) := subject');
    assert.equal(missing.status === 'error' && missing.kind, 'variable');
    assert.throws(() => run('v := "A"\nv := "B"'));
    assert.equal(changes('v := w\nw := v\n(0010,0010) := v')['00100010'], '');
  });

  it('has conditions on supplied variables in the site script too', () => {
    const scripts = ['project = "P" : (0010,0010) := "site"', '(0010,0020) := project'];
    assert.deepEqual(changes(scripts, { variables: { project: 'P' } }), {
      '00100010': 'site',
      '00100020': 'P',
    });
  });

  it('runs scripts of both versions on the same object, one after the other', () => {
    assert.deepEqual(changes(['version "6.1"\n(0010,0010) := "A"', '(0010,0020) := (0010,0010)']), {
      '00100010': 'A',
      '00100020': 'A',
    });
  });

  it('makes new UIDs, the same for the same element', () => {
    const changed = changes('(0020,000D) := new UID\n(0008,0018) := new UID');
    assert.match(changed['0020000D'] ?? '', /^2\.25\.\d+$/);
    assert.notEqual(changed['0020000D'], changed['00080018']);
  });

  it('echoes in reverse order', () => {
    const outcome = run('echo "a"\necho (0010,0020)\necho');
    assert.deepEqual(outcome.status === 'applied' && outcome.echoes, ['', 'H-900', 'a']);
  });

  for (const [expression, wanted] of [
    ['"{0}-{1}" (0010,0020), "z"', 'H-900-z'],
    ['format["{0}", (0010,2180)]', 'null'],
    ['substring["abcdef", 1, 3]', 'bc'],
    ['lowercase[(0010,2180)]', ''],
    ['uppercase["ab"]', 'AB'],
    ['replace["aaa", "aa", "b"]', 'ba'],
    ['match["x12y", ".(\\\\d+).", 1]', '12'],
    ['match["x12y", "\\\\d+", 0]', ''],
    ['urlEncode["a b&ü~*"]', 'a+b%26%C3%BC%7E*'],
    ['hashUID["1.2.3.4"]', '2.25.12977335313771255011876057319581175462'],
    ['hashUID[(0010,2180)]', ''],
  ] as const) {
    it(`${expression} is ${JSON.stringify(wanted)}`, () => assert.equal(value(expression), wanted));
  }

  it('stops at wrong uses', () => {
    for (const expression of [
      'substring["abc", 1, 9]',
      'substring[(0010,2180), 0, 1]',
      'replace[(0010,2180), "a", "b"]',
      'getURL["http://127.0.0.1/"]',
    ]) {
      assert.equal(run(`(0010,4000) := ${expression}`).status, 'error', expression);
    }
  });
});
