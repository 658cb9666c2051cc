import assert from 'node:assert/strict';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { filePath, levelPath, projectPath } from '../../../src/services/xnat/archivePaths.js';
import { assertLabel, pathOf } from '../../../src/services/xnat/labels.js';
import { parseServerAddress } from '../../../src/services/xnat/serverAddress.js';

function isCode(code: string): (error: unknown) => boolean {
  return (error) => GiftCloudError.is(error) && error.code === code && error.hint !== '';
}

describe('address of a server', () => {
  for (const [text, base, host, port, loopback] of [
    ['https://example.org', 'https://example.org', 'example.org', 443, false],
    [' https://Example.ORG/ ', 'https://example.org', 'example.org', 443, false],
    [
      'https://example.org:8443/giftcloud//',
      'https://example.org:8443/giftcloud',
      'example.org',
      8443,
      false,
    ],
    ['https://example.org/a/b?x=1#y', 'https://example.org/a/b', 'example.org', 443, false],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080', '127.0.0.1', 8080, true],
    ['http://127.9.9.9', 'http://127.9.9.9', '127.9.9.9', 80, true],
    ['http://localhost', 'http://localhost', 'localhost', 80, true],
    ['http://[::1]:8080', 'http://[::1]:8080', '::1', 8080, true],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]', '2001:db8::1', 443, false],
  ] as const)
    it(`takes ${text}`, () => {
      const address = parseServerAddress(text);
      assert.deepEqual(
        [address.base, address.host, address.port, address.loopback],
        [base, host, port, loopback],
      );
    });

  for (const text of [
    'http://example.org',
    'http://10.0.0.1',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://0.0.0.0',
    'http://[::2]',
    'http://[::ffff:10.0.0.1]',
  ])
    it(`wants https for ${text}`, () =>
      assert.throws(() => parseServerAddress(text), isCode('INSECURE_ADDRESS')));

  for (const text of [
    '',
    'example.org',
    'ftp://example.org',
    'https://',
    'https://me:secret@example.org',
    'javascript:1',
  ])
    it(`refuses ${text || 'nothing'}`, () => {
      assert.throws(() => parseServerAddress(text), isCode('USAGE'));
      assert.throws(
        () => parseServerAddress(text),
        (error) => !(error as Error).message.includes('secret'),
      );
    });
});

describe('paths', () => {
  it('are encoded segment by segment', () => {
    assert.equal(pathOf('data', 'a b', 'x/y', 'ä?#%+'), '/data/a%20b/x%2Fy/%C3%A4%3F%23%25%2B');
    assert.equal(
      levelPath({ project: 'P1', subject: 'S 1', experiment: 'E/1', scan: '4#' }, 'resources'),
      '/data/archive/projects/P1/subjects/S%201/experiments/E%2F1/scans/4%23/resources',
    );
  });

  for (const segment of ['', '.', '..'])
    it(`never hold ${JSON.stringify(segment)}, which leads elsewhere`, () => {
      assert.throws(() => pathOf('data', segment), isCode('INVALID_LABEL'));
      assert.throws(() => levelPath({ project: 'P1', subject: segment }), isCode('INVALID_LABEL'));
    });

  for (const label of ['A', 'AutoUploadSubject00001', 'a_b-c', 'x'.repeat(64)])
    it(`take the label ${label.slice(0, 24)}`, () => assertLabel('subject', label));

  for (const label of ['', 'a b', 'a/b', 'Müller', 'a.b', 'a+b', 'a\n', '日本', 'x'.repeat(65)])
    it(`refuse the label ${JSON.stringify(label.slice(0, 12))} before it reaches the server`, () => {
      assert.throws(() => assertLabel('subject', label), isCode('INVALID_LABEL'));
      assert.throws(() => projectPath(label), isCode('INVALID_LABEL'));
    });

  for (const [uri, path] of [
    ['/data/experiments/E1/files/a.dcm', '/data/experiments/E1/files/a.dcm'],
    ['/data/x/files/a b.dcm', '/data/x/files/a%20b.dcm'],
    ['/data/x/files/a%20b.dcm', '/data/x/files/a%20b.dcm'],
    ['/data/x/files/100%.dcm', '/data/x/files/100%25.dcm'],
    ['/REST/x/files/ä#?.dcm', '/REST/x/files/%C3%A4%23%3F.dcm'],
  ] as const)
    it(`of files are encoded once: ${uri}`, () => assert.equal(filePath(uri), path));

  for (const uri of [
    '',
    'data/x',
    '/other/x',
    '//evil.example/data/',
    'https://evil.example/data/x',
    '/data/../x',
    '/data/%2e%2E/x',
    '/data/./x',
    '/data/%2e/x',
  ])
    it(`of files never lead out: ${uri || 'nothing'}`, () =>
      assert.throws(() => filePath(uri), isCode('UNEXPECTED_ANSWER')));
});
