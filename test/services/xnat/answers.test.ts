import assert from 'node:assert/strict';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { connectionError, httpError, serverMessage } from '../../../src/services/xnat/httpErrors.js';
import { parseSubjectTree } from '../../../src/services/xnat/items.js';
import { fileRow, resourceRow, uploadDuplicates } from '../../../src/services/xnat/rows.js';
import { parseTable, TableRow } from '../../../src/services/xnat/tables.js';

function unexpected(error: unknown): boolean {
  return GiftCloudError.is(error, 'UNEXPECTED_ANSWER') && error.hint !== '';
}

describe('tables', () => {
  it('are read with keys in any case, everything as text', () => {
    const [row] = parseTable(
      '{"ResultSet":{"Result":[{"ID":"S1","xnat:MRSessionData/Label":"x","Size":12,"on":true,"none":null}],"totalRecords":"1"}}',
    );
    assert.equal(row?.text('id'), 'S1');
    assert.equal(row.text('xnat:mrsessiondata/label'), 'x');
    assert.equal(row.count('size'), 12);
    assert.equal(row.text('on'), 'true');
    assert.equal(row.text('none'), '');
    assert.equal(row.text('missing'), '');
    assert.equal(row.count('missing'), undefined);
  });

  it('keep what is there where a key comes twice in different case', () => {
    const row = new TableRow({ ID: 'S1', id: '' });
    assert.equal(row.text('ID'), 'S1');
  });

  for (const count of ['', '-1', '1.5', '1e3', ' 1', 'many'])
    it(`take ${JSON.stringify(count)} for no count`, () =>
      assert.equal(new TableRow({ n: count }).count('n'), undefined));

  for (const body of [
    '',
    '<!DOCTYPE html><html></html>',
    'null',
    '[]',
    '{}',
    '{"ResultSet":{}}',
    '{"ResultSet":[]}',
    '{"ResultSet":{"Result":{}}}',
    '{"ResultSet":{"Result":["row"]}}',
    '{"ResultSet":{"Result":[null]}}',
    '{"ResultSet":{"Result":[{"ID":"S1"}',
  ])
    it(`refuse ${body.slice(0, 34) || 'an empty body'}`, () =>
      assert.throws(() => parseTable(body), unexpected));

  it('need the size of a file, and take an MD5 for what it is only', () => {
    assert.throws(() => fileRow(new TableRow({ Name: 'a', Size: '' })), unexpected);
    const row = (digest: string): string | undefined => fileRow(new TableRow({ Size: '1', digest })).digest;
    assert.equal(row('D41D8CD98F00B204E9800998ECF8427E'), 'd41d8cd98f00b204e9800998ecf8427e');
    assert.equal(row(''), undefined);
    assert.equal(row('d41d8'), undefined);
  });

  it('name the scan of a resource only where it is one of a scan', () => {
    assert.equal(resourceRow(new TableRow({ category: 'scans', cat_id: '7' })).scanId, '7');
    assert.equal(resourceRow(new TableRow({ category: 'resources', cat_id: '7' })).scanId, '');
  });
});

describe('answers to an upload', () => {
  it('name what was there before', () => {
    assert.deepEqual(uploadDuplicates(''), []);
    assert.deepEqual(uploadDuplicates('\n'), []);
    assert.deepEqual(uploadDuplicates('{"duplicates":["a.dcm","b.dcm",7]}'), ['a.dcm', 'b.dcm']);
    assert.deepEqual(uploadDuplicates('{"duplicates":"a"}'), []);
    assert.deepEqual(uploadDuplicates('stored'), []);
  });

  it('may not be a web page', () => {
    assert.throws(() => uploadDuplicates(' <html><body>refused</body></html>'), unexpected);
  });
});

describe('items', () => {
  const item = (type: string, fields: object, children: object[] = []): object => ({
    data_fields: fields,
    meta: { 'xsi:type': type },
    children,
  });

  it('are read as the tree of a subject; what follows the first is history', () => {
    const file = item('xnat:resourceCatalog', { label: 'DICOM', file_count: 3 });
    const scan = item('xnat:mrScanData', { ID: 'Series1', UID: '2_25_1' }, [
      { field: 'file', items: [file] },
    ]);
    const experiment = item('xnat:mrSessionData', { ID: 'E1', label: 'x' }, [
      { field: 'scans/scan', items: [scan] },
      { field: 'something/else', items: [scan] },
    ]);
    const subject = item('xnat:subjectData', { ID: 'S1', label: 'Subject1' }, [
      { field: 'experiments/experiment', items: [experiment] },
    ]);
    const before = item('xnat:subjectData', { ID: 'S1', label: 'Old' });
    const tree = parseSubjectTree(JSON.stringify({ items: [subject, before] }));
    assert.equal(tree.label, 'Subject1');
    assert.deepEqual(tree.experiments, [
      {
        id: 'E1',
        label: 'x',
        xsiType: 'xnat:mrSessionData',
        uid: '',
        scans: [
          {
            id: 'Series1',
            xsiType: 'xnat:mrScanData',
            uid: '2_25_1',
            resources: [{ label: 'DICOM', fileCount: 3 }],
          },
        ],
      },
    ]);
  });

  it('without a label go by their ID', () => {
    const tree = parseSubjectTree(JSON.stringify({ items: [item('xnat:subjectData', { ID: 'S1' })] }));
    assert.deepEqual(tree, { id: 'S1', label: 'S1', fields: [], resources: [], experiments: [] });
  });

  for (const body of [
    '',
    '<html>',
    '{}',
    '{"items":[]}',
    '{"items":{}}',
    '{"items":[{}]}',
    '{"items":["x"]}',
  ])
    it(`refuse ${body || 'an empty body'}`, () => assert.throws(() => parseSubjectTree(body), unexpected));
});

describe('error pages', () => {
  it('give the words of the server', () => {
    assert.equal(
      serverMessage('<html><h3>Invalid &quot;label&quot;\n here</h3></html>'),
      'Invalid "label" here',
    );
    assert.equal(
      serverMessage('<h1>HTTP Status 500</h1><p><b>Message</b> Out of <i>memory</i></p>'),
      'Out of memory',
    );
    assert.equal(serverMessage('<title>Maintenance</title>'), 'Maintenance');
    assert.equal(serverMessage('plain text'), '');
    assert.equal(serverMessage('<html><head><title>Status page</title></head></html>'), '');
    assert.equal(serverMessage(`<h3>${'long '.repeat(200)}</h3>`).length, 300);
  });

  for (const secret of [
    'Invalid submit value (PUT)\nHeaders:\ncookie: JSESSIONID=96ED4A515AF86ABA3711B6093C9F2ACB',
    'Cookie: whatever',
    'Authorization: Basic YWxpY2U6cGFzc3dvcmQ=',
    'XNAT_CSRF missing',
    'no session JSESSIONID',
  ])
    it(`never repeat ${JSON.stringify(secret.slice(0, 30))}`, () => {
      assert.equal(serverMessage(`<h3>${secret}</h3>`), '');
      const error = httpError(500, `<h3>${secret}</h3>`, 'list the projects');
      assert.ok(!`${error.message} ${error.hint}`.includes(secret.slice(-12)));
    });

  it('never repeat session IDs, paths of the server, or signs that move the cursor', () => {
    const text = serverMessage(
      '<h3>a 96ED4A515AF86ABA3711B6093C9F2ACB b /opt/xnat/data c \u001b[2J\u0007 d</h3>',
    );
    assert.equal(text, 'a … b … c [2J d');
  });

  it('of any size and shape are read at once', () => {
    for (const body of ['<h1'.repeat(1e6), '<h3>'.repeat(1e6), '<'.repeat(5e6), `<h3>${' '.repeat(5e6)}`])
      assert.ok(serverMessage(body).length <= 300);
  });

  for (const [status, body, code, retryable] of [
    [401, '', 'SIGN_IN_REQUIRED', true],
    [403, '', 'NOT_ALLOWED', false],
    [404, '', 'NOT_FOUND_OR_NOT_ALLOWED', false],
    [417, '', 'NOT_FOUND_OR_NOT_ALLOWED', false],
    [422, '', 'NOT_FOUND_OR_NOT_ALLOWED', false],
    [413, '', 'SERVER_FULL', true],
    [507, '', 'SERVER_FULL', true],
    [500, '<h3>java.io.IOException: No space left on device</h3>', 'SERVER_FULL', true],
    [500, '', 'SERVER_ERROR', true],
    [502, '', 'SERVER_ERROR', true],
    [503, '', 'SERVER_ERROR', true],
    [429, '', 'SERVER_ERROR', true],
    [302, '', 'UNEXPECTED_ANSWER', false],
    [418, '', 'UNEXPECTED_ANSWER', false],
  ] as const)
    it(`with ${status}${body && ' and a full disk'} are ${code}`, () => {
      const error = httpError(status, body, 'create a subject');
      assert.deepEqual([error.code, error.retryable, error.status], [code, retryable, status]);
      assert.match(error.message, /create a subject|sign in again/);
      assert.ok(error.hint.length > 0);
    });
});

describe('connections that fail', () => {
  for (const [systemCode, code] of [
    ['ENOTFOUND', 'SERVER_UNREACHABLE'],
    ['EAI_AGAIN', 'SERVER_UNREACHABLE'],
    ['ECONNREFUSED', 'SERVER_UNREACHABLE'],
    ['EHOSTUNREACH', 'SERVER_UNREACHABLE'],
    ['ENETUNREACH', 'SERVER_UNREACHABLE'],
    ['ECONNRESET', 'SERVER_UNREACHABLE'],
    ['EPROTO', 'SERVER_UNREACHABLE'],
    ['HPE_INVALID_CONSTANT', 'SERVER_UNREACHABLE'],
    ['ETIMEDOUT', 'SERVER_TIMEOUT'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'CERTIFICATE_NOT_TRUSTED'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'CERTIFICATE_NOT_TRUSTED'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERTIFICATE_NOT_TRUSTED'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'CERTIFICATE_NOT_TRUSTED'],
    ['CERT_HAS_EXPIRED', 'CERTIFICATE_NOT_TRUSTED'],
    ['CERT_REVOKED', 'CERTIFICATE_NOT_TRUSTED'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'CERTIFICATE_NOT_TRUSTED'],
  ] as const)
    it(`by ${systemCode} are ${code}`, () => {
      const cause = Object.assign(new Error('connect to secret.example 10.0.0.7'), { code: systemCode });
      const error = connectionError(cause);
      assert.equal(error.code, code);
      assert.ok(!`${error.message} ${error.hint}`.includes('10.0.0.7'));
      assert.ok(error.hint.length > 0);
    });

  it('through a proxy say so', () => {
    assert.match(
      connectionError(Object.assign(new Error(), { code: 'ENOTFOUND' }), true).hint,
      /HTTPS_PROXY/,
    );
  });
});
