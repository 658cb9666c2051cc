import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { builtProgram, CommandLine, type Finished } from './support/commandLine.js';
import { readReport } from './support/report.js';
import { passwordOf, Server } from './support/server.js';

describe('the command list', () => {
  let cli: CommandLine;
  let server: Server;
  before(async () => {
    cli = new CommandLine();
    server = await Server.start(cli, []);
  });
  after(() => cli.close());

  const list = (path: string, ...more: string[]): Promise<Finished> =>
    cli.run(['list', ...(path === '' ? [] : [path]), ...server.as('alice'), ...more], {
      env: passwordOf('alice'),
    });

  it('goes from the projects down to the resources of a scan', async () => {
    let path = '';
    for (const level of ['project', 'subject', 'experiment', 'scan', 'resource']) {
      const finished = await list(path, '--json');
      assert.equal(finished.code, 0, finished.stderr);
      const items = finished.of('item');
      assert.ok(items.length > 0, level);
      for (const item of items) {
        const { event: _event, time, ...rest } = item;
        assert.ok(!Number.isNaN(Date.parse(time)));
        assert.equal(rest['level'], level);
        assert.match(String(rest['label']), /\S/);
        assert.match(String(rest['id']), /\S/);
        assert.match(
          String(rest['uri']),
          new RegExp(`^/data/projects/.*${encodeURIComponent(String(rest['label']))}$`),
        );
        assert.notEqual(rest['type'], '');
        const known = ['level', 'label', 'id', 'uri', 'type', 'count'];
        assert.deepEqual(
          Object.keys(rest).filter((key) => !known.includes(key)),
          [],
        );
      }
      if (level === 'resource') assert.ok(items.every(({ count }) => Number(count) > 0));
      assert.deepEqual(finished.summary.totals, { items: items.length });
      const plain = await list(path);
      assert.deepEqual(
        plain.stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split('\t')[0]),
        items.map(({ label }) => label),
      );
      path = `${path}/${String(items[0]!['label'])}`;
    }
  });

  it('of somebody without projects is empty, with exit 0', async () => {
    const finished = await cli.run(['list', '--json', ...server.as('dave')], { env: passwordOf('dave') });
    assert.equal(finished.code, 0);
    assert.deepEqual(finished.summary.totals, { items: 0 });
  });

  it('writes a report without files', async () => {
    await list('', '--report', 'report.json');
    const { tool, totals, files } = readReport(cli.path('report.json'));
    assert.deepEqual([tool, totals, files], ['gift-cloud', { items: 2 }, []]);
  });

  for (const path of ['NOSUCH', 'GIFTDEMO/NoSuch', 'GIFTDEMO/GIFTDEMO-0001/NoSuch']) {
    it(`says that ${path} is not there, or not for this user`, async () => {
      const finished = await list(path, '--json');
      assert.equal(finished.code, 1);
      assert.equal(finished.summary.error?.code, 'NOT_FOUND_OR_NOT_ALLOWED');
      assert.match(finished.stderr, /no access/);
    });
  }

  describe('in a shell', () => {
    /** Runs a line of bash in which `list` is the program with its options. */
    const bash = async (
      line: string,
    ): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }> => {
      const words = [process.execPath, builtProgram(), 'list', 'GIFTDEMO', ...server.as('alice')];
      const script = `set -o pipefail; list() { ${words.map((word) => `'${word}'`).join(' ')} "$@"; }; ${line}`;
      const shell = spawn('bash', ['-c', script], {
        env: { PATH: process.env['PATH'], HOME: cli.home, ...passwordOf('alice') },
      });
      let [out, err] = ['', ''];
      shell.stdout.on('data', (text: Buffer) => (out += text.toString()));
      shell.stderr.on('data', (text: Buffer) => (err += text.toString()));
      const code = await new Promise<number | null>((resolve) => shell.once('close', resolve));
      return { code, out, err };
    };

    it('ends quietly when the reader has enough', async () => {
      const first = await bash('list --json | head -1');
      assert.deepEqual([first.code, first.err], [0, '']);
      assert.match(first.out, /^\{"event":"item"/);
      assert.deepEqual(await bash('list | true'), { code: 0, out: '', err: '' });
      assert.deepEqual(await bash('list --json 2>&1 | true'), { code: 0, out: '', err: '' });
    });

    it('fails when its output gets lost', async () => {
      const { code, err } = await bash('list > /dev/full');
      assert.equal(code, 1);
      assert.match(err, /^error: The output could not be written\.\n/);
    });

    it('works without standard input, and without a place for errors', async () => {
      assert.equal((await bash('list < /dev/null')).code, 0);
      assert.equal((await bash('list <&-')).code, 0);
      assert.equal((await bash('list 2>&-')).code, 0);
      assert.equal((await bash('list NoSuch 2> /dev/full')).code, 2);
    });
  });
});
