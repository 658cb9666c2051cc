import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partName } from '../../../src/services/download/partFiles.js';
import type { ToldByDownload } from '../../support/downloadProcess.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

const content = Object.fromEntries(
  Array.from({ length: 24 }, (_, at) => [`f${at}.dcm`, randomBytes(30_000).toString('base64')]),
);
const folder = 'Exp/scans/S1/DICOM';
const wholeTree = Object.fromEntries(
  Object.entries(content).map(([name, text]) => [`${folder}/${name}`, text]),
);

describe('downloads of several programs into one folder', function () {
  this.timeout(120_000);
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', content);
  });
  afterEach(() => rig.close());

  const start = (): ChildProcess =>
    fork(join(import.meta.dirname, '../../support/downloadProcess.ts'), [rig.sandbox.url, project, rig.out], {
      execArgv: ['--import', 'tsx'],
    });

  const ending = (child: ChildProcess): Promise<ToldByDownload> =>
    new Promise((resolve, reject) => {
      child.on('message', (message) => {
        if (typeof message === 'object') resolve(message as ToldByDownload);
      });
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
    });

  it('bring every file once, whole, and disturb each other in nothing', async () => {
    rig.sandbox.faults.add({ action: 'delay', delayMs: 5, method: 'GET', pathPattern: '/files/f' });
    const told = await Promise.all([start(), start(), start()].map(ending));
    for (const { files } of told) {
      assert.equal(files.length, 24, files.join('\n'));
      assert.ok(
        files.every((line) => /(downloaded|present)$/.test(line)),
        files.join('\n'),
      );
    }
    assert.deepEqual(await rig.tree(), wholeTree);
    assert.deepEqual(await rig.parts(), []);
    assert.deepEqual((await rig.download()).counts, { present: 24 });
  });

  it('leave nothing half-done for good when one is killed: the next one tidies up and brings the rest', async () => {
    // The connection breaks nothing, it only never ends: the process is killed in the middle of files.
    rig.sandbox.faults.add({ action: 'hang', method: 'GET', pathPattern: '/files/f', after: 9 });
    const child = start();
    let done = 0;
    await new Promise<void>((resolve, reject) => {
      child.on('message', () => {
        if (++done === 5) resolve();
      });
      child.once('exit', () => reject(new Error('ended before it was killed')));
    });
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
    // What it may have opened when it was killed, and what a program of another machine is writing.
    const mine = partName().replace(`-${process.pid}-`, `-${child.pid}-`);
    const others = mine.replace(/gift-cloud-[0-9a-f]{8}/, 'gift-cloud-00000000');
    for (const name of [mine, others]) await writeFile(join(rig.out, folder, name), 'half a fi');
    rig.sandbox.faults.clear();
    const before = Object.keys(await rig.tree()).filter((path) => !path.endsWith('.part'));
    assert.ok(before.length >= 5);
    const story = await rig.download();
    assert.equal(story.error, undefined);
    assert.equal((story.counts['downloaded'] ?? 0) + (story.counts['present'] ?? 0), 24);
    assert.ok((story.counts['present'] ?? 0) >= 5);
    assert.deepEqual(await rig.parts(), [`${folder}/${others}`]);
    const old = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(rig.out, folder, others), old, old);
    await rig.download();
    assert.deepEqual(await rig.tree(), wholeTree);
  });

  it('leaves the files alone that a running program is writing', async () => {
    await rig.download();
    const growing = join(rig.out, folder, partName());
    await writeFile(growing, 'growing');
    await rig.download();
    assert.equal((await rig.parts()).length, 1);
  });
});
