import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import { parseKeyFile } from '../../../src/services/keys/keyFile.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const project = 'BRAIN';
const isError =
  (code: ErrorCode) =>
  (error: unknown): boolean => {
    assert.ok(GiftCloudError.is(error, code), String(error));
    return true;
  };

describe('key store', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let store: KeyStore;
  beforeEach(async () => {
    folder = await temporaryFolder();
    store = new KeyStore(folder.path);
  });
  afterEach(() => folder.remove());

  const keysOf = (name = project): string => join(folder.path, 'keys', `project-${name}`);
  const current = (name = project): string => join(keysOf(name), 'current.json');
  const again = (): KeyStore => new KeyStore(folder.path);

  it('has no key before one was made', async () => {
    assert.equal(await store.current(project), undefined);
    assert.deepEqual(await store.list(project), []);
    assert.deepEqual(await readdir(folder.path), []);
  });

  it('keeps a key in a file of mode 0600', async function () {
    if (process.platform === 'win32') this.skip();
    const made = await store.create(project, { scheme: 'keyed' });
    assert.equal((await stat(current())).mode & 0o777, 0o600);
    assert.equal((await stat(keysOf())).mode & 0o777, 0o700);
    assert.deepEqual(await again().current(project), made);
  });

  it('makes another key each time and refuses to make one where there is one', async () => {
    const one = await store.create(project, { scheme: 'keyed' });
    const two = await store.create('OTHER', { scheme: 'gift-cloud' });
    assert.notEqual(one.id, two.id);
    assert.notDeepEqual(Buffer.from(one.key), Buffer.from(two.key));
    await assert.rejects(store.create(project, { scheme: 'keyed' }), isError('USAGE'));
    assert.equal((await again().current(project))?.id, one.id);
  });

  for (const [what, spoil] of [
    ['lost file', () => rm(current())],
    ['lost folder', () => rm(join(folder.path, 'keys'), { recursive: true })],
    ['emptied file', () => writeFile(current(), '')],
    [
      'changed key',
      async () => {
        const text = await readFile(current(), 'utf8');
        await writeFile(
          current(),
          text.replace(/"key": "(.)/, (_, sign) => `"key": "${sign === 'A' ? 'B' : 'A'}`),
        );
      },
    ],
    ['key of another project', async () => writeFile(current(), await readFile(current('X'), 'utf8'))],
    [
      'key of another machine',
      async () => {
        const text = await readFile(current('X'), 'utf8');
        await writeFile(current(), text.replace('"X"', `"${project}"`));
      },
    ],
  ] as const) {
    it(`misses a ${what}, and never replaces it`, async () => {
      await store.create('X', { scheme: 'keyed' });
      const before = await store.create(project, { scheme: 'keyed' });
      await spoil();
      for (const action of [
        () => again().current(project),
        () => again().info(project),
        () => again().list(project),
        () => again().rotate(project),
        () => again().create(project, { scheme: 'keyed' }),
      ]) {
        await assert.rejects(action(), isError('KEY_MISSING'));
      }
      await again().use(before);
      assert.equal((await again().current(project))?.id, before.id);
    });

    it(`makes a new key after a ${what} when a person says that the old one is gone`, async () => {
      await store.create('X', { scheme: 'keyed' });
      const before = await store.create(project, { scheme: 'keyed' });
      await spoil();
      const made = await again().create(project, { scheme: 'keyed', replacesLost: true });
      assert.notEqual(made.id, before.id);
      assert.equal((await again().current(project))?.id, made.id);
    });
  }

  it('makes the local key at first use and misses it when it is gone', async () => {
    const first = await store.ensureLocal();
    const second = await again().ensureLocal();
    assert.deepEqual([first.created, second.created], [true, false]);
    assert.equal(second.key.id, first.key.id);
    await rm(keysOf('local'), { recursive: true });
    await assert.rejects(again().ensureLocal(), isError('KEY_MISSING'));
  });

  it('gives all programs the same key when they make the first one at once', async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => again().ensureLocal()));
    assert.equal(new Set(made.map(({ key }) => key.id)).size, 1);
    assert.equal(made.filter(({ created }) => created).length, 1);
  });

  it('keeps the key before a rotation by its id', async () => {
    const one = await store.create(project, { scheme: 'keyed' });
    const two = await store.rotate(project);
    const three = await store.rotate(project);
    assert.equal((await again().current(project))?.id, three.id);
    for (const key of [one, two, three]) assert.deepEqual(await again().byId(project, key.id), key);
    assert.equal(await again().byId(project, '0123456789abcdef'), undefined);
    const list = await again().list(project);
    assert.deepEqual(
      list.map(({ id, current: inUse }) => [id, inUse]).filter(([, inUse]) => inUse),
      [[three.id, true]],
    );
    assert.deepEqual(new Set(list.map(({ id }) => id)), new Set([one.id, two.id, three.id]));
  });

  it('loses no key to two rotations at once', async () => {
    await store.create(project, { scheme: 'keyed' });
    const made = await Promise.all([again().rotate(project), again().rotate(project)]);
    for (const key of made) assert.deepEqual(await again().byId(project, key.id), key);
    const inUse = await again().current(project);
    assert.ok(made.some(({ id }) => id === inUse?.id));
  });

  it('protects a key with a passphrase, asked for once', async () => {
    const made = await store.create(project, { scheme: 'keyed', passphrase: 'blue whale' });
    const text = await readFile(current(), 'utf8');
    assert.ok(!text.includes(Buffer.from(made.key).toString('base64')));
    let asked = 0;
    const opener = new KeyStore(folder.path, () => Promise.resolve((asked++, 'blue whale')));
    assert.equal((await opener.info(project))?.id, made.id);
    assert.equal(asked, 0);
    assert.deepEqual(Buffer.from((await opener.current(project))?.key ?? []), Buffer.from(made.key));
    await opener.current(project);
    assert.equal(asked, 1);
    await assert.rejects(
      new KeyStore(folder.path, () => Promise.resolve('red whale')).current(project),
      isError('PASSPHRASE_WRONG'),
    );
    await assert.rejects(again().current(project), isError('KEY_MISSING'));
  });

  it('lets a protected key be followed by a protected one, and never behind a mistyped passphrase', async () => {
    await store.create(project, { scheme: 'keyed', passphrase: 'blue whale' });
    await assert.rejects(again().rotate(project, 'red whale'), isError('PASSPHRASE_WRONG'));
    const made = await again().rotate(project, 'blue whale');
    const [entry] = await again().list(project);
    assert.deepEqual([entry?.id, entry?.protected], [made.id, true]);
  });

  it('is whole after kill -9 at any moment', async function () {
    this.timeout(120_000);
    const script = resolve(import.meta.dirname, '../../support/keyProcess.ts');
    for (const rotations of [0, 1, 3, 8]) {
      const name = `P${rotations}`;
      const told: string[] = [];
      const child = fork(script, [folder.path, name], { execArgv: ['--import=tsx'] });
      child.on('message', (id) => told.push(id as string));
      while (rotations === 0 && !existsSync(keysOf(name))) await setTimeout(1);
      while (told.length < rotations) await once(child, 'message');
      await setTimeout(rotations * 1.7);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const key = await again().current(name);
      if (rotations > 0) assert.ok(key);
      for (const id of told) assert.equal((await again().byId(name, id))?.id, id);
      const files = (await readdir(keysOf(name)).catch(() => [])).filter((file) => file.endsWith('.json'));
      for (const file of files)
        assert.ok(parseKeyFile(await readFile(join(keysOf(name), file), 'utf8')), file);
    }
  });

  it('takes no name that leads out of its folder', async () => {
    await assert.rejects(store.create('../x', { scheme: 'keyed' }), isError('INVALID_LABEL'));
  });
});
