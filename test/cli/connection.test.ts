import assert from 'node:assert/strict';
import { copyFileSync, writeFileSync } from 'node:fs';
import { startSwallowingServer } from '../support/swallowingServer.js';
import { CommandLine, type Finished, type RunOptions } from './support/commandLine.js';
import { passwordOf, Server } from './support/server.js';

/** Exit code, error code and the words of a run that failed before it began. */
function refusal(finished: Finished): readonly [number | null, string | undefined] {
  const { error, code } = finished.summary;
  assert.equal(code, finished.code);
  assert.match(error?.message ?? '', /^[A-Z].*\.$/s);
  assert.match(error?.hint ?? '', /\S/);
  assert.ok(finished.stderr.includes(error!.message), 'people are told, too');
  return [finished.code, error?.code];
}

describe('connecting from the command line', () => {
  let cli: CommandLine;
  let server: Server;
  let secure: Server;
  /** Takes 15 s, which the other tests use. */
  let behindFirewall: Promise<Finished>;
  before(async () => {
    cli = new CommandLine();
    const firewall = await startSwallowingServer();
    behindFirewall = cli
      .run(['list', '--json', '--server', `http://127.0.0.1:${firewall.port}`, '--user', 'a'], {
        env: passwordOf('alice'),
      })
      .finally(() => firewall.close());
    server = await Server.start(cli);
    secure = await Server.start(cli, ['--empty', '--tls']);
    copyFileSync(secure.ready.ca!, cli.path('ca.pem'));
    writeFileSync(cli.path('right'), 'sandbox-alice\n');
    writeFileSync(cli.path('right-windows'), 'sandbox-alice\r\n');
    writeFileSync(cli.path('wrong'), 'wrong\n');
    writeFileSync(cli.path('empty'), '\n');
  });
  beforeEach(() => server.clearFaults());
  after(() => cli.close());

  const list = (args: readonly string[] = [], options: RunOptions = {}, of = server): Promise<Finished> =>
    cli.run(['list', '--json', ...of.as('alice'), ...args], options);

  describe('with a password', () => {
    it('from a file, whatever ends its line', async () => {
      for (const file of ['right', 'right-windows'])
        assert.equal((await list(['--password-file', file])).code, 0, file);
    });

    it('from the environment', async () => {
      assert.equal((await list([], { env: passwordOf('alice') })).code, 0);
    });

    it('from the file rather than the environment', async () => {
      const wrong = { GIFT_CLOUD_PASSWORD: 'wrong' };
      assert.equal((await list(['--password-file', 'right'], { env: wrong })).code, 0);
      const refused = await list(['--password-file', 'wrong'], { env: passwordOf('alice') });
      assert.deepEqual(refusal(refused), [3, 'SIGN_IN_REFUSED']);
    });

    it('that is missing: exit 3 without a prompt, and nothing is sent', async () => {
      await server.forgetRequests();
      for (const env of [{}, { GIFT_CLOUD_PASSWORD: '' }]) {
        const finished = await list([], { env });
        assert.deepEqual(refusal(finished), [3, 'SIGN_IN_REQUIRED']);
        assert.doesNotMatch(finished.stderr, /Password of/);
        assert.match(finished.stderr, /--password-file/);
      }
      assert.deepEqual(await server.requests(), []);
    });

    it('that stands in an empty file: exit 2', async () => {
      assert.equal((await list(['--password-file', 'empty'])).code, 2);
    });

    it('that is wrong: exit 3, sent once', async () => {
      await server.forgetRequests();
      assert.deepEqual(refusal(await list(['--password-file', 'wrong'])), [3, 'SIGN_IN_REFUSED']);
      assert.equal((await server.requests()).length, 1);
    });

    /** Types it when the program asks. */
    const type = (text: string): Promise<{ readonly code: number | null; readonly shown: string }> =>
      cli.onTerminal(['list', ...server.as('alice')], {}, { after: 'Password of alice: ', text });

    it('is asked for on a terminal, and not shown', async () => {
      const { code, shown } = await type('sandbox-alice\r');
      assert.equal(code, 0, shown);
      assert.match(shown, /GIFTDEMO/);
      assert.ok(!shown.includes('sandbox-alice'), shown);
    });

    it('is asked for once: a wrong one ends with 3', async () => {
      const { code, shown } = await type('wrong\r');
      assert.equal(code, 3, shown);
      assert.equal(shown.split('Password of').length, 2);
    });

    it('may be refused with ^C: exit 130, and with ^D: exit 3', async () => {
      assert.equal((await type('\u0003')).code, 130);
      assert.equal((await type('\u0004')).code, 3);
    });
  });

  it('as somebody who waits for approval: exit 3', async () => {
    const finished = await cli.run(['list', '--json', ...server.as('erin')], { env: passwordOf('erin') });
    assert.deepEqual(refusal(finished), [3, 'ACCOUNT_NOT_ACTIVE']);
    assert.match(finished.stderr, /approval/);
  });

  it('to a name that nobody knows, or a port where nobody is: exit 4', async () => {
    const at = (url: string): Promise<Finished> =>
      cli.run(['list', '--json', '--server', url, '--user', 'a'], { env: passwordOf('alice') });
    const unknown = await at('https://gift-cloud.invalid');
    assert.deepEqual(refusal(unknown), [4, 'SERVER_UNREACHABLE']);
    assert.match(unknown.stderr, /name of the server is not known/);
    const refused = await at('http://127.0.0.1:1');
    assert.deepEqual(refusal(refused), [4, 'SERVER_UNREACHABLE']);
    assert.match(refused.stderr, /refuses connections/);
    assert.equal(refused.summary.error?.retryable, true);
  });

  it('to a certificate that is not trusted: exit 4, with what to do', async () => {
    const env = passwordOf('alice');
    const finished = await list([], { env }, secure);
    assert.deepEqual(refusal(finished), [4, 'CERTIFICATE_NOT_TRUSTED']);
    assert.match(finished.stderr, /--pin/);
  });

  it('to a pinned certificate, or one of a known authority', async () => {
    const env = passwordOf('alice');
    const { fingerprint } = secure.ready;
    const colons = fingerprint!.toUpperCase().replace(/..(?=.)/g, '$&:');
    for (const trust of [
      ['--ca', 'ca.pem'],
      ['--pin', fingerprint!],
      ['--pin', colons],
    ])
      assert.equal((await list(trust, { env }, secure)).code, 0, trust.join(' '));
  });

  it('to another certificate than the pinned one: exit 4', async () => {
    const finished = await list(['--pin', 'ab'.repeat(32)], { env: passwordOf('alice') }, secure);
    assert.deepEqual(refusal(finished), [4, 'CERTIFICATE_NOT_TRUSTED']);
    assert.match(finished.stderr, /another certificate/);
    assert.match(finished.stderr, /Nothing was sent/);
  });

  for (const [what, fault, code, error, words] of [
    ['that answers with 500s', { action: 'status', status: 500 }, 1, 'SERVER_ERROR', /\(500\)/],
    ['that is busy', { action: 'status', status: 503 }, 1, 'SERVER_ERROR', /busy/],
    ['that answers with web pages', { action: 'htmlInsteadOfJson' }, 1, 'UNEXPECTED_ANSWER', /web page/],
    ['that drops connections', { action: 'drop' }, 4, 'SERVER_UNREACHABLE', /broke/],
    ['that lets no session live', { action: 'expireSession' }, 3, 'SIGN_IN_REQUIRED', /sign in again/],
  ] as const) {
    it(`to a server ${what}: exit ${code}`, async () => {
      await server.fault({ ...fault, pathPattern: '/data/projects' });
      const finished = await list([], { env: passwordOf('alice') });
      assert.deepEqual(refusal(finished), [code, error]);
      assert.match(finished.stderr, words);
    });
  }

  it('leaves no session behind', async () => {
    await server.forgetRequests();
    await list([], { env: passwordOf('alice') });
    assert.deepEqual(
      (await server.requests()).map(({ method, path }) => `${method} ${path}`),
      ['POST /data/JSESSION', 'GET /data/projects?format', 'DELETE /data/JSESSION'],
    );
  });

  describe('with --config', () => {
    const config = (name: string, content: object): string => {
      writeFileSync(cli.path(name), JSON.stringify(content));
      return name;
    };

    it('takes from the file what the command line does not say', async () => {
      const file = config('all.json', {
        $schema: './schema.json',
        server: server.url,
        user: 'alice',
        'password-file': 'right',
        json: true,
        port: 8080,
        resource: ['DICOM'],
        project: 'GIFTDEMO',
      });
      const listed = await cli.run(['list', '--config', file]);
      assert.equal(listed.code, 0, listed.stderr);
      assert.equal(listed.of('item').length, 2);
      const refused = await cli.run(['list', '--config', file, '--password-file', 'wrong']);
      assert.equal(refused.code, 3);
    });

    for (const [what, content] of [
      ['an unknown name', { sever: 'x' }],
      ['a wrong type', { server: 7 }],
      ['a list for one value', { server: ['x'] }],
      ['another file', { config: 'x.json' }],
      ['help', { help: true }],
      ['no object', []],
    ] as const) {
      it(`calls ${what} in it a mistake`, async () => {
        assert.equal((await list(['--config', config('bad.json', content)])).code, 2);
      });
    }

    it('has a schema that says what it takes', async () => {
      const finished = await cli.run(['config', '--schema', '--json']);
      assert.equal(finished.code, 0);
      const [line] = finished.of('schema');
      const schema = line!['schema'] as {
        readonly additionalProperties: boolean;
        readonly properties: Readonly<Record<string, { readonly type: unknown; readonly items?: unknown }>>;
      };
      assert.equal(schema.additionalProperties, false);
      assert.deepEqual(schema.properties['server']?.type, 'string');
      assert.deepEqual(schema.properties['json']?.type, 'boolean');
      assert.deepEqual(schema.properties['resource']?.items, { type: 'string' });
      assert.deepEqual(schema.properties['port']?.type, ['integer', 'string']);
      for (const never of ['config', 'help', 'schema']) assert.equal(schema.properties[never], undefined);
      const plain = await cli.run(['config', '--schema']);
      assert.deepEqual(JSON.parse(plain.stdout), schema);
    });
  });

  it('behind a firewall that swallows packets: exit 4, and the allow-list is named', async () => {
    const finished = await behindFirewall;
    assert.deepEqual(refusal(finished), [4, 'SERVER_TIMEOUT']);
    assert.match(finished.stderr, /IP allow-list/);
  });
});
