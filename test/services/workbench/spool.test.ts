import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Spool } from '../../../src/workbench/spool.js';

describe('the spool of dropped bytes', () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'gift-cloud-test-'))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
  const leftOver = (name: string, owner: unknown): string => {
    const folder = join(root, 'spool', name);
    mkdirSync(folder, { recursive: true });
    if (owner !== undefined) writeFileSync(join(folder, 'owner'), JSON.stringify(owner));
    return folder;
  };

  it('is readable by this user alone, under names of its own', async () => {
    const folder = await new Spool(join(root, 'spool')).create();
    await folder.add(Buffer.from('one'));
    await folder.add(Buffer.from('two'));
    assert.equal(mode(join(root, 'spool')), '700');
    assert.equal(mode(dirname(folder.path)), '700');
    assert.equal(mode(folder.path), '700');
    const files = readdirSync(folder.path).map((name) => join(folder.path, name));
    assert.deepEqual(files.map((file) => readFileSync(file, 'utf8')).sort(), ['one', 'two']);
    for (const file of files) {
      assert.equal(mode(file), '600');
      assert.match(file, /[0-9a-f]{32}$/);
    }
    await folder.remove();
    assert.deepEqual(readdirSync(join(root, 'spool')), []);
  });

  it('closes a folder that was open to others before', async () => {
    mkdirSync(join(root, 'spool'), { mode: 0o755 });
    await new Spool(join(root, 'spool')).create();
    assert.equal(mode(join(root, 'spool')), '700');
  });

  it('deletes what a killed editor left behind, and leaves a living one alone', async () => {
    const ended = spawnSync(process.execPath, ['-e', '']).pid;
    const dead = leftOver('dead', [hostname(), ended]);
    const living = leftOver('living', [hostname(), process.pid]);
    const elsewhere = leftOver('elsewhere', ['another-host', ended]);
    const old = leftOver('old', undefined);
    const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
    utimesSync(old, yesterday, yesterday);
    await new Spool(join(root, 'spool')).sweep();
    assert.deepEqual([dead, living, elsewhere, old].map(existsSync), [false, true, true, false]);
  });
});
