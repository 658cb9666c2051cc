import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser } from '../support/sandboxRequests.js';
import { entriesOf, zipOf } from '../support/zipForms.js';

const run = promisify(execFile);
const E = '/data/projects/GIFTDEMO/subjects/Peer/experiments/Peer-1';

/** Uploads and downloads as somebody writes them with Python's `requests`; prints what it saw as JSON. */
const SCRIPT = `
import hashlib, io, json, sys, zipfile, requests
url, files, path = sys.argv[1:4]
server = requests.Session()
server.auth = ('bob', 'sandbox-bob')
server.headers['User-Agent'] = 'peer'
seen = {}
kind = {'Content-Type': 'application/zip'}
put = lambda name, **more: server.put(url + files + '/' + name, **more)
seen['sign in'] = len(server.post(url + '/data/JSESSION').text)
with open(path, 'rb') as body:
    seen['upload'] = put('a.zip?extract=true', data=body, headers=kind).status_code
def pieces():
    yield open(path, 'rb').read()
refused = put('b.zip?extract=true', data=pieces(), headers=kind)
seen['chunked'] = [refused.status_code, 'In-body File posts' in refused.text]
seen['form'] = put('c.zip?extract=true&overwrite=true', files={'f': ('c.zip', open(path, 'rb'))}).status_code
rows = server.get(url + files, params={'format': 'json'}).json()['ResultSet']['Result']
seen['rows'] = sorted(row['Name'] for row in rows)
with server.get(url + files + '?format=zip', stream=True) as answer:
    archive = zipfile.ZipFile(io.BytesIO(b''.join(answer.iter_content(65536))))
seen['zip'] = archive.testzip()
seen['sums'] = sorted(hashlib.md5(archive.read(name)).hexdigest() for name in archive.namelist())
seen['head'] = server.head(url + rows[0]['URI']).headers['Content-Length'] == rows[0]['Size']
seen['delete by a member'] = server.delete(url + rows[0]['URI']).status_code
seen['sign out'] = server.delete(url + '/data/JSESSION').status_code
print(json.dumps(seen))
`;

describe('other programs against the sandbox', () => {
  let sandbox: Sandbox;
  let work: string;
  let alice: SandboxUser;
  const content = { 'a.dcm': randomBytes(70_000), 'sub/b.dcm': randomBytes(9000) };

  before(async () => {
    work = await mkdtemp(join(tmpdir(), 'peers-'));
    sandbox = await startSandbox({ empty: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    await alice.put(`${E}/scans/S?xsiType=xnat:mrScanData`);
    await writeFile(join(work, 'x.zip'), zipOf(content));
  });
  after(async () => {
    await sandbox.close();
    await rm(work, { recursive: true, force: true });
  });

  const filesOf = (resource: string): string => `${E}/scans/S/resources/${resource}/files`;

  /** Status and body of one run of curl. */
  const curl = async (path: string, ...options: string[]): Promise<string> => {
    const target = join(work, 'answer');
    await rm(target, { force: true });
    const { stdout } = await run('curl', [
      ...['--silent', '--show-error', '--user', 'alice:sandbox-alice', '--output', target],
      ...['--write-out', '%{http_code}', ...options, `${sandbox.url}${path}`],
    ]);
    const body = await readFile(target, 'utf8').catch(() => '');
    return `${stdout} ${/<h3>([^<]*)/.exec(body)?.[1] ?? ''}`.trim();
  };

  it('curl uploads with a length and a type, and with nothing less', async () => {
    const zip = join(work, 'x.zip');
    const type = ['--header', 'Content-Type: application/zip'];
    const files = filesOf('CURL');
    assert.equal(await curl(`${files}/x.zip?extract=true`, '--upload-file', zip, ...type), '200');
    assert.equal(
      await curl(`${files}/y.zip?extract=true`, '--request', 'PUT', '--data-binary', `@${zip}`, ...type),
      '200',
    );
    assert.match(await curl(`${files}/z.zip?extract=true`, '--upload-file', zip), /^400 You tried to PUT/);
    assert.match(
      await curl(`${files}/z.zip?extract=true`, ...type, '--header', 'Transfer-Encoding: chunked', '-T', zip),
      /^500 In-body File posts must include the file directly/,
    );
    const rows = await alice.rows(files);
    assert.deepEqual(
      rows.map(({ Name, Size }) => `${Name ?? ''} ${Size ?? ''}`),
      ['a.dcm 70000', 'b.dcm 9000'],
    );
  });

  it('curl resumes a broken download and takes the archive', async () => {
    const files = filesOf('CURL');
    const part = join(work, 'part');
    await writeFile(part, content['a.dcm'].subarray(0, 12_345));
    const resumed = await run('curl', [
      ...['--silent', '--user', 'alice:sandbox-alice', '--continue-at', '-', '--output', part],
      `${sandbox.url}${files}/a.dcm`,
    ]);
    assert.equal(resumed.stderr, '');
    assert.deepEqual(await readFile(part), content['a.dcm']);
    assert.equal(await curl(`${files}?format=zip`), '200');
    const entries = entriesOf(await readFile(join(work, 'answer')));
    assert.deepEqual(entries.get('Peer-1/scans/S/resources/CURL/files/sub/b.dcm'), content['sub/b.dcm']);
  });

  it('requests of Python uploads, downloads and is refused where it should be', async () => {
    const { stdout } = await run('/usr/bin/python3', [
      ...['-c', SCRIPT, sandbox.url, filesOf('PYTHON'), join(work, 'x.zip')],
    ]);
    const { sums, ...seen } = JSON.parse(stdout) as { sums: string[] };
    const md5 = (bytes: Buffer): string => createHash('md5').update(bytes).digest('hex');
    assert.deepEqual(sums, Object.values(content).map(md5).sort());
    assert.deepEqual(seen, {
      'sign in': 32,
      upload: 200,
      chunked: [500, true],
      form: 200,
      rows: ['a.dcm', 'b.dcm'],
      zip: null,
      head: true,
      'delete by a member': 403,
      'sign out': 200,
    });
  });
});
