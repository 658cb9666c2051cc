import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commonOptions, readOptions, serverOptions } from '../../../src/headless/options.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';

const table = {
  ...serverOptions,
  ...commonOptions,
  resource: { type: 'string', multiple: true, help: '' },
} as const;

describe('options of the command line', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gift-options-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const config = (content: unknown): string => {
    const file = join(folder, 'config.json');
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  it('reads flags, values, lists and positionals', () => {
    const options = readOptions(
      ['a', '--json', '--server', 'https://x', '--resource', 'A', '--resource', 'B', 'b'],
      table,
    );
    assert.deepEqual(options.positionals, ['a', 'b']);
    assert.equal(options.flag('json'), true);
    assert.equal(options.text('server'), 'https://x');
    assert.deepEqual(options.list('resource'), ['A', 'B']);
  });

  it('takes what --config says unless the command line says otherwise', () => {
    const file = config({ server: 'https://from-file', user: 'jane', json: true });
    const options = readOptions(['--config', file, '--server', 'https://typed'], table);
    assert.equal(options.text('server'), 'https://typed');
    assert.equal(options.text('user'), 'jane');
    assert.equal(options.flag('json'), true);
  });

  it('ignores options of other commands in --config, and refuses unknown ones', () => {
    const file = config({ project: 'P1' });
    assert.equal(readOptions(['--config', file], table, new Set(['project'])).text('server'), undefined);
    assert.throws(() => readOptions(['--config', file], table), isUsage);
  });

  for (const [title, args] of [
    ['an unknown option', ['--nonsense']],
    ['a value that is missing', ['--server']],
    ['a config file that does not exist', ['--config', '/nonexistent/file.json']],
  ] as const) {
    it(`says "usage" for ${title}`, () => {
      assert.throws(() => readOptions(args, table), isUsage);
    });
  }

  it('says "usage" for a config file that is no JSON object and for a wrong type', () => {
    assert.throws(() => readOptions(['--config', config('{')], table), isUsage);
    assert.throws(() => readOptions(['--config', config([])], table), isUsage);
    for (const wrong of [{ json: 'yes' }, { resource: 'A' }, { server: 7 }, { help: true }, { config: 'x' }])
      assert.throws(() => readOptions(['--config', config(wrong)], table), isUsage);
  });

  it('takes ports from 0 to 65535 only', () => {
    const ports = { port: { type: 'string', help: '' } } as const;
    assert.equal(readOptions(['--port', '8080'], ports).port('port'), 8080);
    assert.throws(() => readOptions(['--port', '65536'], ports).port('port'), isUsage);
    assert.throws(() => readOptions(['--port', 'x'], ports).port('port'), isUsage);
  });
});

function isUsage(error: unknown): boolean {
  return GiftCloudError.is(error, 'USAGE');
}
