import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spoolRoot } from '../../../src/services/spool/spoolPlaces.js';
import { destination, receive, sample, SpoolRig } from '../../support/spoolRig.js';

describe('folders of the spool', () => {
  let rig: SpoolRig;
  beforeEach(async () => {
    rig = await SpoolRig.start();
  });
  afterEach(() => rig.close());

  it('counts what another process put in and took out', async () => {
    const other = rig.other();
    const sink = other.sink(destination);
    await receive(sink, sample(1));
    await receive(sink, sample(2));
    const id = await rig.onlyFolder();
    const seen = await rig.spool.folder(id);
    assert.deepEqual([seen?.instances, seen?.open], [2, true]);
    assert.equal(seen?.bytes, (await other.folder(id))?.bytes);
    await receive(sink, sample(3));
    assert.equal((await rig.spool.folder(id))?.instances, 3);
    const [path = ''] = await rig.objects(id);
    await rig.spool.archived(id, path);
    assert.equal((await other.folder(id))?.instances, 2);
    sink.associationEnded('a1');
    await rig.closed(id);
  });

  it('says when its quota is full, before and within an object, and goes on when there is room', async () => {
    const sink = rig.spool.sink(destination);
    await receive(sink, sample(1));
    const { bytes } = await rig.spool.use();
    rig.spool.configure({ quotaBytes: 2 * bytes });
    await receive(sink, sample(2));
    await assert.rejects(receive(sink, sample(3)), { code: 'QUOTA_FULL' });
    assert.deepEqual(await rig.spool.use(), { objects: 2, bytes: 2 * bytes, quota: 2 * bytes });
    assert.deepEqual(await rig.parts(), []);
    rig.spool.configure({ quotaBytes: 3 * bytes - 1 });
    await assert.rejects(receive(sink, sample(3), 100), { code: 'QUOTA_FULL' });
    await rig.spool.remove(await rig.onlyFolder());
    await receive(sink, sample(3));
    rig.spool.configure({ quotaBytes: undefined });
    await receive(sink, sample(4, 'a1', { rows: 1024, columns: 1024 }));
    assert.equal((await rig.spool.use()).objects, 2);
  });

  it('takes what comes after its folder was discarded into a new one', async () => {
    const sink = rig.spool.sink(destination);
    await receive(sink, sample(1));
    await rig.spool.remove(await rig.onlyFolder());
    await receive(sink, sample(2));
    assert.equal((await rig.spool.use()).objects, 1);
  });

  it('is for its user alone, under names that tell nothing', async () => {
    const sink = rig.spool.sink(destination);
    const { object } = sample(1);
    await receive(sink, sample(1, 'a1', { patientName: 'Zwetschgenbaum^Apollonia' }));
    for (const path of await rig.everything()) {
      const stats = await stat(path);
      assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, path);
      if (stats.isDirectory()) continue;
      const bytes = await readFile(path);
      for (const planted of ['Zwetschgenbaum', object.sopInstanceUid, 'GIFTDEMO', 'alice', 'SCANNER']) {
        assert.ok(!path.includes(planted) && !bytes.includes(planted), `${planted} in ${path}`);
      }
    }
    assert.equal((await stat(spoolRoot(rig.path))).mode & 0o777, 0o700);
  });

  it('stops without its key, and never makes another one while something lies in it', async () => {
    await receive(rig.spool.sink(destination), sample(1));
    const key = join(rig.path, 'queue.key');
    await rename(key, `${key}.away`);
    const later = rig.other();
    await assert.rejects(later.folders(), { code: 'KEY_MISSING' });
    await assert.rejects(receive(later.sink(destination), sample(2)), { code: 'KEY_MISSING' });
    await assert.rejects(stat(key), { code: 'ENOENT' });
    await rename(`${key}.away`, key);
    assert.equal((await later.use()).objects, 1);
  });

  it('keeps and reports a folder whose destination it can not read, and works on with the others', async () => {
    const sink = rig.spool.sink(destination);
    await receive(sink, sample(1));
    await receive(sink, sample(2, 'a2'));
    const [{ id } = assert.fail(), other] = await rig.spool.folders();
    await writeFile(rig.places(id).destination, '{"version":1,"sealed":"AAAA"}');
    const lines: string[] = [];
    const line = (message: string): void => void lines.push(message);
    const later = rig.other({ trace: line, debug: line, info: line, warn: line, error: line });
    for (let look = 0; look < 2; look++) {
      assert.deepEqual(
        (await later.folders()).map((one) => one.id),
        [other?.id],
      );
    }
    assert.deepEqual(lines, ['received data can not be used']);
    assert.equal((await readdir(rig.places(id).objects)).length, 1);
  });

  it('refuses an object that it may not write, and takes the next one', async function () {
    if (process.getuid?.() === 0) {
      this.test!.title += ' (skipped: root may write anywhere)';
      this.skip();
    }
    const sink = rig.spool.sink(destination);
    await receive(sink, sample(1));
    const { parts: place } = rig.places(await rig.onlyFolder());
    await chmod(place, 0o500);
    await assert.rejects(receive(sink, sample(2)), { code: 'FILE_UNREADABLE' });
    await chmod(place, 0o700);
    await receive(sink, sample(2));
    assert.equal((await rig.spool.use()).objects, 2);
  });

  it('refuses an object whose place was taken away, and takes the next one', async () => {
    const sink = rig.spool.sink(destination);
    await receive(sink, sample(1));
    const { parts: place } = rig.places(await rig.onlyFolder());
    await rename(place, `${place}.away`);
    await assert.rejects(receive(sink, sample(2)), { code: 'FILE_UNREADABLE' });
    await mkdir(place);
    await receive(sink, sample(2));
    assert.equal((await rig.spool.use()).objects, 2);
  });
});
