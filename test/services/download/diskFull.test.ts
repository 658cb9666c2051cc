import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DownloadRig } from '../../support/downloadRig.js';
import { mountSmallDisk, type SmallDisk } from '../../support/smallDisk.js';

const run = promisify(execFile);
const megabyte = 1024 * 1024;

/** A real disk of 4 MB, in memory. Needs the rights to mount. */
describe('download onto a disk that gets full', () => {
  let rig: DownloadRig;
  let disk: string;
  let mounted: SmallDisk | undefined;

  before(async () => {
    rig = await DownloadRig.start();
    disk = join(rig.out, 'disk');
  });
  after(async () => {
    await mounted?.remove();
    await rig.close();
  });

  it('stops with one error, leaves whole files only, and brings the rest when there is space', async function () {
    mounted = await mountSmallDisk(this, disk, '4m');
    const content = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`f${at}`, Buffer.alloc(megabyte - 4096, at)]),
    );
    await rig.addSeries('Sub/Exp/S1', content);
    const story = await rig.download({ outFolder: disk });
    assert.equal(story.error?.code, 'DISK_FULL');
    assert.ok(story.error.retryable);
    assert.deepEqual(story.of('finished'), []);
    assert.deepEqual(
      story.of('file').filter(({ status }) => status === 'failed'),
      [],
    );
    assert.deepEqual(await rig.parts(), []);
    const isWhole = async (): Promise<number> => {
      const tree = Object.entries(await rig.tree());
      for (const [path, text] of tree) {
        assert.equal(text.length, megabyte - 4096, path);
        assert.equal(text.codePointAt(megabyte / 2), Number(/f(\d)$/.exec(path)?.[1]));
      }
      return tree.length;
    };
    const whole = await isWhole();
    assert.ok(whole < 10);
    // Still full: the same again, and nothing that is there gets lost.
    assert.equal((await rig.download({ outFolder: disk })).error?.code, 'DISK_FULL');
    assert.deepEqual(await rig.parts(), []);
    assert.ok((await isWhole()) >= whole);
    await run('mount', ['-o', 'remount,size=20m', disk]);
    const again = await rig.download({ outFolder: disk });
    assert.deepEqual([again.error, again.of('file').length], [undefined, 10]);
    assert.equal(await isWhole(), 10);
  });
});
