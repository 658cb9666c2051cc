import assert from 'node:assert/strict';
import { hashedText } from '../../../src/services/subjects/pseudonyms.js';
import { changes, run, six, valueOf } from './scriptBench.js';

const error = 'error';

describe('DicomEdit 6: functions', () => {
  for (const [expression, wanted] of [
    ['concatenate[]', ''],
    ['concatenate["a", 1, (0010,0020)]', 'a1H-900'],
    ['concatenate["a", (0010,0040)]', error],
    ['format["{1}-{0}-{1}", "a", "b"]', 'b-a-b'],
    ['format["{0}{2}", "a"]', 'a{2}'],
    ['format["{0}|{1}", {"a", (0010,0020)}]', 'a|H-900'],
    [`format["it''s '{0}' {0}", "a"]`, "it's {0} a"],
    ['format["{0}", (0010,0040)]', 'null'],
    ['format["{0,number}", 1]', error],
    ['format["{", 1]', error],
    ['uppercase["straße"]', 'STRASSE'],
    ['lowercase[(0010,0010)]', 'stone^ada'],
    ['lowercase[(0010,0040)]', error],
    ['substring["abcdef", 1, 3]', 'bc'],
    ['substring["abc", "0", 3]', 'abc'],
    ['substring["abc", 2, 1]', error],
    ['substring["abc", 0, 4]', error],
    ['replace["a.a.a", ".", "$1"]', 'a$1a$1a'],
    ['replace[(0010,0040), "a", "b"]', error],
    ['match["x12y345", "(\\\\d+)y(\\\\d)", 2]', '3'],
    ['match["x12y345", "\\\\d+", 0]', '12'],
    ['match["abc", "\\\\d", 0]', undefined],
    ['match["abc", "b", 1]', error],
    ['ismatch["abc", "b"]', 'false'],
    ['ismatch[(0008,0020), "\\\\d{8}"]', 'true'],
    ['normalizeString["Zoë Žá"]', 'Zo_ __'],
    ['normalizeString["Zoë", "?"]', 'Zo?'],
    ['normalizeString["Zoë", "$1"]', error],
    ['normalizeString[(0010,0040)]', undefined],
    ['hashUID["1.2.3.4"]', '2.25.12977335313771255011876057319581175462'],
    ['hashUID[" 1.2.3.4 "]', '2.25.181013179078057340579838948440886184990'],
    ['hashUID[""]', '2.25.290070988920337595058960832122557831312'],
    ['hashUID[(0010,0040)]', undefined],
    ['lookup["ids", (0010,0020)]', 'S-9'],
    ['lookup["ids", "other"]', undefined],
    ['lookup["ids", (0010,0040)]', error],
    ['valueAt[(0008,0008)]', 'DERIVED\\PRIMARY'],
    ['valueAt["(0010,0020)"]', 'H-900'],
    ['isPresent[(0010,0010), (0010,0020)]', 'true'],
    ['isPresent[(0010,0010), (0010,0040)]', 'false'],
    ['isPresent["(0010,0010)"]', error],
    ['isPresent[(0010,00XX)]', error],
    ['and[true[], "TRUE", isPresent[(0010,0010)]]', 'true'],
    ['and[]', 'true'],
    ['or[]', 'false'],
    ['or[false[], "true"]', 'true'],
    ['equals[1, "1"]', 'true'],
    ['equals["1"]', 'false'],
    ['equals[(0010,0020), "H-900"]', 'false'],
    ['equals[valueAt[(0010,0020)], "H-900"]', 'true'],
    ['removeTags[(0010,0020)]', error],
    ['getURL["http://127.0.0.1/"]', error],
  ] as const) {
    it(`${expression} is ${wanted ?? 'nothing'}`, () => {
      assert.equal(valueOf(expression, { lookup: '// ids\nids/H-900 = S-9\n' }), wanted);
    });
  }

  it('asks for a web address only where it was allowed', () => {
    const asked: string[] = [];
    const fetchText = (address: string): string => {
      asked.push(address);
      return 'answer';
    };
    assert.equal(valueOf('getURL["http://x/"]', { environment: { fetchText } }), 'answer');
    assert.deepEqual(asked, ['http://x/']);
  });

  it('hashes lists of elements value by value, at any depth', () => {
    assert.deepEqual(changes(six('hashUIDList[(0008,1140)[1]/*/(0008,1155), "(0008,0008)", (0010,0040)]')), {
      '00080008': `${hashedText('DERIVED')}\\${hashedText('PRIMARY')}`,
      '00081140[1]/00081155': hashedText('1.2.3.11'),
      '00081140[1]/0040A170[0]/00081155': hashedText('1.2.3.12'),
    });
  });

  it('gives the same random UID for the same key, with the prefix', () => {
    const changed = changes(
      six(
        'u := (0020,000D)',
        '(0020,000D) := mapUID[u, "9.8"]',
        '(0008,0018) := mapUID[u, "9.8"]',
        '(0020,000E) := newUID[]',
      ),
    );
    assert.match(changed['0020000D'] ?? '', /^9\.8\.\d{20,}$/);
    assert.equal(changed['00080018'], changed['0020000D']);
    assert.match(changed['0020000E'] ?? '', /^2\.25\.\d{20,}$/);
    assert.equal(run(six('(0020,000D) := mapUID[(0020,000D), "9.8"]')).status, 'error');
  });

  it('maps referenced UIDs for paths in quotes and refuses others', () => {
    const changed = changes(six('mapReferencedUIDs["9.8", "(0008,1140)/(0008,1155)"]'));
    assert.deepEqual(Object.keys(changed), ['00081140[0]/00081155', '00081140[1]/00081155']);
    assert.equal(run(six('mapReferencedUIDs["9.8", */(0008,1155)]')).status, 'error');
    assert.equal(run(six('mapReferencedUIDs["9.8", "nothing"]')).status, 'error');
  });

  it('sets and deletes by direct path, private elements by number too', () => {
    assert.deepEqual(
      changes(
        six(
          'set["(0040,0275)[0]/(0040,0007)", "x"]',
          'set["(0009,1002)", "y"]',
          'delete["(0010,0010)"]',
          'delete["(0010,9999)"]',
          'set["(0010,4000)", (0010,0020)]',
        ),
      ),
      {
        '00091002': 'y',
        '00100010': null,
        '00104000': '00100020',
        '00400275[0]/00400007': 'x',
      },
    );
    for (const path of ['(0010,00XX)', '0010,0010', '(0008,1140)/(0008,1155)', '(0009,{MAKER A}01)']) {
      assert.equal(run(six(`set["${path}", "x"]`)).status, 'error', path);
    }
  });

  it('removes what lists of paths match', () => {
    const script = six('l := {(0010,0010), "*/(0008,1155)"}', 'removeTags[l, (0010,0020)]');
    assert.deepEqual(Object.keys(changes(script)).sort(), [
      '00081140[0]',
      '00081140[0]/00081155',
      '00081140[1]/00081155',
      '00081140[1]/0040A170[0]',
      '00081140[1]/0040A170[0]/00081155',
      '00100010',
      '00100020',
    ]);
    assert.equal(run(six('removeTags["nothing"]')).status, 'error');
  });

  it('blanks every element that is one of the values', () => {
    const elements = [
      { tag: 0x00100020, vr: 'LO', value: 'H-900' },
      { tag: 0x00104000, vr: 'LT', value: 'H-900' },
      { tag: 0x00280010, vr: 'US', value: [3] },
      { tag: 0x00181030, vr: 'LO', value: 'about H-900' },
      { tag: 0x00400275, vr: 'SQ', items: [{ elements: [{ tag: 0x00401001, vr: 'SH', value: 'H-900' }] }] },
    ];
    assert.deepEqual(changes(six('blankValues[(0010,0020), "3"]'), { elements }), {
      '00100020': '',
      '00104000': '',
      '00280010': '',
      '00400275[0]/00401001': '',
    });
    assert.deepEqual(changes(six('v := collectValues[*/(0040,1001)]', 'blankValues[v]'), { elements }), {
      '00100020': '',
      '00104000': '',
      '00400275[0]/00401001': '',
    });
  });

  it('retains private elements by creator, with what lies below them', () => {
    const inner = [
      { tag: 0x00100010, vr: 'PN', value: 'In^Side' },
      { tag: 0x00090010, vr: 'LO', value: 'KEEP' },
      { tag: 0x00091001, vr: 'LO', value: 'deep' },
      { tag: 0x00091002, vr: 'LO', value: 'other' },
    ];
    const elements = [
      { tag: 0x00090010, vr: 'LO', value: 'KEEP' },
      { tag: 0x00090011, vr: 'LO', value: 'LOSE' },
      { tag: 0x00091001, vr: 'UN', value: Buffer.from([1, 2, 0x80, 0xff]) },
      { tag: 0x00091010, vr: 'SQ', items: [{ elements: inner }] },
      { tag: 0x00091101, vr: 'LO', value: 'x' },
    ];
    const lost = { '00090011': null, '00091101': null };
    assert.deepEqual(changes(six('retainPrivateTags[(0009,{KEEP}XX)]'), { elements }), lost);
    assert.deepEqual(changes(six('retainPrivateTags[(0009,{KEEP}10)[0]/(0009,{KEEP}01)]'), { elements }), {
      ...lost,
      '00091001': null,
      '00091010[0]/00091002': null,
      '00091010[0]/00100010': null,
    });
    assert.equal(Object.keys(changes(six('retainPrivateTags[]'), { elements })).length, 8);
    assert.equal(run(six('retainPrivateTags[(0010,0010)]')).status, 'error');
  });
});

describe('DicomEdit 6: dates', () => {
  for (const [expression, wanted] of [
    ['shiftDateByIncrement["20240229", "-60"]', '20231231'],
    ['shiftDateByIncrement["20240228", 2]', '20240301'],
    ['shiftDateByIncrement["20240229", 1, "years"]', '20250228'],
    ['shiftDateByIncrement["20240229", 11, "Hours"]', '20240229'],
    ['shiftDateByIncrement["20240229", 12, "hours"]', '20240301'],
    ['shiftDateByIncrement["202402", 14]', '202402'],
    ['shiftDateByIncrement["202402", 15]', '202403'],
    ['shiftDateByIncrement["2024", 1]', '2024'],
    ['shiftDateByIncrement["2024", 200]', '2025'],
    ['shiftDateByIncrement["20240230", 1]', error],
    ['shiftDateByIncrement["20241301", 1]', error],
    ['shiftDateByIncrement["2024022", 1]', error],
    ['shiftDateByIncrement["", 1]', error],
    ['shiftDateByIncrement["20240101\\\\20240102", 1]', error],
    ['shiftDateByIncrement["20240101", "1.5"]', error],
    ['shiftDateByIncrement["20240101", 1, "weeks"]', error],
    ['shiftDateByIncrement["20240101", 3000000000]', error],
    ['shiftDateByIncrement[(0008,0021), 1]', error],
    ['shiftDateByIncrement[(0008,0030), 1]', error],
    ['shiftDateByIncrement[(0008,0020), 1]', '20230201'],
    ['shiftDateTimeByIncrement["20240229235959", 1]', '20240301000000'],
    ['shiftDateTimeByIncrement["20240229235959.5+0130", 1, "days"]', '20240301235959.5+0130'],
    ['shiftDateTimeByIncrement["202402292359", 30]', '202403010000'],
    ['shiftDateTimeByIncrement["20240229235960", 1]', error],
  ] as const) {
    it(`${expression} is ${wanted}`, () => {
      assert.equal(valueOf(expression), wanted);
    });
  }

  const dated = [
    { tag: 0x00080020, vr: 'DA', value: '20240110' },
    { tag: 0x00080023, vr: 'DA', value: '' },
    { tag: 0x0008002a, vr: 'DT', value: '20240110120000' },
    { tag: 0x00081140, vr: 'SQ', items: [{ elements: [{ tag: 0x00080022, vr: 'DA', value: '20240112' }] }] },
  ];

  it('moves lists of dates and leaves empty ones', () => {
    const script = six('shiftDateTimeListByIncrement[{(0008,00XX), */(0008,0022)}, -10, "days"]');
    assert.deepEqual(changes(script, { elements: dated }), {
      '00080020': '20231231',
      '0008002A': '20231231120000',
      '00081140[0]/00080022': '20240102',
    });
    assert.equal(
      run(six('shiftDateTimeListByIncrement[(0008,0020), 1, "days"]'), { elements: dated }).status,
      'error',
    );
    assert.deepEqual(
      changes(six('shiftDateTimeSequenceByIncrement[86400, "*/(0008,0022)"]'), { elements: dated }),
      {
        '00081140[0]/00080022': '20240113',
      },
    );
  });

  it('makes very old patients 89', () => {
    const patient = (birth: string, study: string, age: string) => [
      { tag: 0x00080020, vr: 'DA', value: study },
      { tag: 0x00100030, vr: 'DA', value: birth },
      { tag: 0x00101010, vr: 'AS', value: age },
    ];
    const scaled = (elements: ReturnType<typeof patient>): Record<string, string | null> =>
      changes(six('scalePatientAgeAndDobFromStudyDate[]'), { elements });
    assert.deepEqual(scaled(patient('19300101', '20240101', '094Y')), {
      '00100030': '19350102',
      '00101010': '089Y',
    });
    assert.deepEqual(scaled(patient('19500101', '20240101', '074Y')), {});
    assert.deepEqual(scaled(patient('19300101', '', '094Y')), {});
    assert.equal(
      run(six('scalePatientAgeAndDobFromStudyDate[]'), { elements: patient('', '', '94Y') }).status,
      'error',
    );
  });
});
