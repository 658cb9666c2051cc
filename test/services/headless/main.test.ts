import assert from 'node:assert/strict';
import { main, type MainEnvironment } from '../../../src/headless/main.js';

function host(): MainEnvironment & { readonly out: () => string; readonly err: () => string } {
  let out = '';
  let err = '';
  return {
    streams: {
      stdout: { write: (text: string) => (out += text) },
      stderr: { write: (text: string) => (err += text) },
    },
    version: '9.9.9',
    bundleFolder: '/nowhere',
    environment: {},
    signal: new AbortController().signal,
    onHangup: () => ({ dispose: () => undefined }),
    out: () => out,
    err: () => err,
  };
}

describe('command line', () => {
  it('shows the help with exit 0, and with exit 2 when no command is named', async () => {
    const asked = host();
    assert.equal(await main(['help'], asked), 0);
    assert.match(asked.out(), /never for diagnosis/);
    assert.equal(await main([], host()), 2);
  });

  it('prints its version', async () => {
    const it = host();
    assert.equal(await main(['--version'], it), 0);
    assert.equal(it.out(), '9.9.9\n');
  });

  it('refuses an unknown command and an unknown option with exit 2', async () => {
    assert.equal(await main(['explode'], host()), 2);
    assert.equal(await main(['list', '--explode'], host()), 2);
  });

  it('ends --json output with a summary that holds the error', async () => {
    const it = host();
    assert.equal(await main(['upload', '--json'], it), 2);
    const last = JSON.parse(it.out().trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    assert.equal(last['event'], 'summary');
    assert.equal(last['code'], 2);
    assert.deepEqual(Object.keys(last['error'] as object).sort(), ['code', 'hint', 'message', 'retryable']);
  });

  it('refuses a profile that does not exist with exit 2', async () => {
    const it = host();
    assert.equal(await main(['anonymise', 'x', '--out', 'y', '--profile', 'research-mri'], it), 2);
    assert.match(it.err(), /neither a preset nor a file/);
  });

  it('prints the schema of profile files', async () => {
    const it = host();
    assert.equal(await main(['config', '--profile-schema'], it), 0);
    const schema = JSON.parse(it.out()) as { title: string };
    assert.match(schema.title, /profile/);
    assert.equal(await main(['config', '--schema', '--profile-schema'], host()), 2);
  });

  it('prints a schema that names the options of every command', async () => {
    const it = host();
    assert.equal(await main(['config', '--schema'], it), 0);
    const schema = JSON.parse(it.out()) as {
      properties: Record<string, unknown>;
      additionalProperties: boolean;
    };
    for (const name of ['server', 'project', 'out', 'scan-type', 'plain-xnat', 'report'])
      assert.ok(schema.properties[name], name);
    assert.equal(schema.additionalProperties, false);
  });
});
