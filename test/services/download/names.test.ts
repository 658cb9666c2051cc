import assert from 'node:assert/strict';
import { resourceFile } from '../../../src/services/download/fileRows.js';
import { distinctNames, firstSafe, isSafeName, visible } from '../../../src/services/download/names.js';

describe('download: names of the server', () => {
  it('are taken when every system can have them', () => {
    for (const name of [
      '1.dcm',
      'a b.dcm',
      '.hidden',
      '..a',
      'ünïcödé 名前.dcm',
      'console.txt',
      'com10.txt',
      'a'.repeat(255),
      "~$`'!@#%^&()[]{}+=,;",
    ]) {
      assert.ok(isSafeName(name), name);
    }
  });

  for (const name of [
    '',
    '.',
    '..',
    '/etc',
    'a/b',
    '..\\a',
    'a\\b',
    'C:',
    'C:\\a',
    'a:stream',
    'a\0.dcm',
    'a\nb',
    'a\u007f',
    'a\u009b2J',
    'gpj.\u202eexe',
    'a?',
    'a*',
    'a"b',
    'a<b',
    'a>b',
    'a|b',
    'trailing.',
    'trailing ',
    'con',
    'CON.txt',
    'con .txt',
    'Nul',
    'aux.dcm',
    'prn',
    'com1',
    'COM¹.dcm',
    'lpt9.dcm',
    'CONIN$',
    'ü'.repeat(128),
  ]) {
    it(`are refused: ${JSON.stringify(name).slice(0, 40)}`, () => assert.ok(!isSafeName(name)));
  }

  it('give way to the next name of the same thing', () => {
    assert.equal(firstSafe('..', 'E1'), 'E1');
    assert.throws(() => firstSafe('..', 'a/b'), { code: 'UNSAFE_NAME' });
  });

  it('are shown without what steers a terminal', () => {
    assert.equal(visible('a\u001b[2Jb\u202ec\u0000\u009b'), 'a\ufffd[2Jb\ufffdc\ufffd\ufffd');
    assert.equal(visible('sub/ü b.dcm'), 'sub/ü b.dcm');
  });

  const distinct = (names: readonly string[]): readonly string[] => {
    const items = names.map((name) => ({ name }));
    const given = distinctNames(items, ({ name }) => name);
    return items.map((item) => given.get(item) ?? '');
  };

  it('stay apart where upper and lower case are one, or accents come in two spellings', () => {
    assert.deepEqual(distinct(['A.dcm', 'a.dcm', 'b', 'B', 'b']), ['A.dcm', 'a~2.dcm', 'b', 'B~2', 'b~3']);
    assert.deepEqual(distinct(['u\u0308.dcm', '\u00fc.dcm']), ['u\u0308.dcm', '\u00fc~2.dcm']);
    assert.deepEqual(distinct(['x.y/A', 'x.y/a', '.a', '.A']), ['x.y/A', 'x.y/a~2', '.a', '.A~2']);
  });

  it('never take the plain name of another', () => {
    assert.deepEqual(distinct(['a', 'A', 'a~2', 'A~3']), ['a', 'A~4', 'a~2', 'A~3']);
  });
});

describe('download: rows of a list of files', () => {
  const row = (name: string, below: string) => ({
    name,
    size: 1,
    uri: `/data/experiments/E1/scans/1/resources/7/files/${below}`,
    digest: undefined,
    resource: 'DICOM',
    resourceId: '7',
  });
  const read = (name: string, below: string): readonly string[] => {
    const file = resourceFile(row(name, below));
    return [file.name, file.uri.slice(file.uri.indexOf('/files/') + '/files/'.length)];
  };

  it('say in their address which folder of the resource a file lies in', () => {
    assert.deepEqual(read('i.dcm', 'sub/dir/i.dcm'), ['sub/dir/i.dcm', 'sub/dir/i.dcm']);
    assert.deepEqual(read('i.dcm', 'files/i.dcm'), ['files/i.dcm', 'files/i.dcm']);
  });

  it('are read as they are where the server does not encode them', () => {
    assert.deepEqual(read('j k.dcm', 'sub/j k.dcm'), ['sub/j k.dcm', 'sub/j%20k.dcm']);
    assert.deepEqual(read('50%.txt', '50%.txt'), ['50%.txt', '50%25.txt']);
    assert.deepEqual(read('a%20b', 'a%20b'), ['a%20b', 'a%2520b']);
    assert.deepEqual(read('a?b#c', 'a?b#c'), ['a?b#c', 'a%3Fb%23c']);
  });

  it('are decoded where the server encodes them', () => {
    assert.deepEqual(read('j k.dcm', 'su%20b/j%20k.dcm'), ['su b/j k.dcm', 'su%20b/j%20k.dcm']);
  });

  it('without such an address have their name alone', () => {
    const odd = { ...row('a', ''), uri: '/data/elsewhere' };
    assert.deepEqual(resourceFile(odd), { row: odd, name: 'a', uri: '/data/elsewhere' });
  });
});
