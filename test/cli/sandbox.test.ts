import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeSeries } from '../support/seriesFiles.js';
import { CommandLine } from './support/commandLine.js';
import { passwordOf, Server } from './support/server.js';

describe('the command sandbox', () => {
  let cli: CommandLine;
  beforeEach(() => (cli = new CommandLine()));
  afterEach(() => cli.close());

  it('says in one line what a program needs to use it, and ends with 0 on SIGTERM', async () => {
    const server = await Server.start(cli, []);
    const { ready, program } = server;
    assert.match(ready.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(ready.pid, program.child.pid);
    assert.ok(readdirSync(ready.samples!).length > 0);
    assert.equal(ready.ca, undefined);
    assert.equal(ready.fingerprint, undefined);
    assert.ok(ready.faultUrl.startsWith(ready.url));
    assert.deepEqual(ready.projects, ['GIFTDEMO', 'FETALMRI']);
    const roles = new Set(ready.users.flatMap((user) => Object.values(user.roles)));
    assert.deepEqual(roles, new Set(['owner', 'member', 'collaborator']));
    assert.ok(ready.users.every(({ name, password }) => name !== '' && password !== ''));

    const finished = await program.kill('SIGTERM');
    assert.deepEqual([finished.code, finished.signal], [0, null], finished.stderr);
    assert.equal(finished.summary.code, 0);
    assert.equal(finished.lines.length, 2);
    // The temporary folder with everything in it is gone.
    assert.ok(!existsSync(ready.samples!));
  });

  it('tells people the address and the users, in plain lines', async () => {
    const program = cli.start(['sandbox', '--empty']);
    const line = await program.line((text) => text.startsWith('GIFT-Cloud sandbox at '));
    assert.match(line, /http:\/\/127\.0\.0\.1:\d+$/);
    await program.line((text) => text.includes('alice / sandbox-alice'));
    assert.equal((await program.kill('SIGTERM')).code, 0);
  });

  it('ends with 130 on SIGINT', async () => {
    const { program } = await Server.start(cli);
    assert.equal((await program.kill('SIGINT')).code, 130);
  });

  it('keeps its data in the folder of --data, which one sandbox at a time may use', async () => {
    const data = cli.path('data');
    const first = await Server.start(cli, ['--empty', '--data', data]);
    const second = await cli.run(['sandbox', '--json', '--data', data]);
    assert.equal(second.code, 2, second.stderr);
    assert.match(second.summary.error!.message, /Another sandbox/);
    const put = await fetch(`${first.url}/data/archive/projects/GIFTDEMO/subjects/Kept`, {
      method: 'PUT',
      headers: { authorization: `Basic ${btoa('alice:sandbox-alice')}`, 'user-agent': 'Test' },
    });
    assert.equal(put.status, 201);
    await first.program.kill('SIGTERM');
    const again = await Server.start(cli, ['--data', data]);
    assert.deepEqual(
      (await again.rows('/data/projects/GIFTDEMO/subjects')).map((row) => row['label']),
      ['Kept'],
    );
    await again.program.kill('SIGTERM');
  });

  it('takes the port of --port, and says when it is taken', async () => {
    const first = await Server.start(cli);
    const { port } = new URL(first.url);
    const second = await cli.run(['sandbox', '--json', '--empty', '--port', port]);
    assert.equal(second.code, 2);
    assert.match(second.summary.error!.message, /this port: it is taken/);
    await first.program.kill('SIGTERM');
    const third = await Server.start(cli, ['--empty', '--port', port]);
    assert.equal(new URL(third.url).port, port);
    await third.program.kill('SIGTERM');
  });

  it('with --tls gives what --ca and --pin want', async () => {
    const server = await Server.start(cli, ['--empty', '--tls']);
    assert.match(server.url, /^https:/);
    const certificate = new X509Certificate(readFileSync(server.ready.ca!));
    assert.equal(certificate.fingerprint256.replaceAll(':', '').toLowerCase(), server.ready.fingerprint);
    const list = (...trust: string[]): Promise<{ code: number | null }> =>
      cli.run(['list', ...server.as('alice'), ...trust], { env: passwordOf('alice') });
    assert.equal((await list('--ca', server.ready.ca!)).code, 0);
    assert.equal((await list('--pin', server.ready.fingerprint!)).code, 0);
    await server.program.kill('SIGTERM');
  });

  it('with --plain-xnat lists, takes uploads through its import service, and gives them back', async () => {
    const server = await Server.start(cli, ['--plain-xnat', '--empty']);
    const env = passwordOf('alice');
    await writeSeries(cli.path('in'), { instances: 2 });
    const args = ['upload', cli.path('in'), '--project', 'GIFTDEMO', '--json', ...server.as('alice')];
    for (const status of ['uploaded', 'present']) {
      const upload = await cli.run(args, { env });
      assert.equal(upload.code, 0, upload.stderr);
      assert.deepEqual(upload.statuses, [status, status]);
    }
    const list = await cli.run(['list', 'GIFTDEMO', '--json', ...server.as('alice')], { env });
    assert.deepEqual([list.code, list.of('item').length], [0, 1]);
    const download = await cli.run(
      ['download', 'GIFTDEMO', '--out', cli.path('out'), ...server.as('alice')],
      {
        env,
      },
    );
    assert.equal(download.code, 0, download.stderr);
    const names = readdirSync(cli.path('out'), { recursive: true }).map(String);
    assert.equal(names.filter((name) => name.endsWith('.dcm')).length, 2);
    await server.program.kill('SIGTERM');
  });
});
