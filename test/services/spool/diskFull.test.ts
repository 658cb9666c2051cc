import assert from 'node:assert/strict';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import type { FileSpool } from '../../../src/services/spool/fileSpool.js';
import { placesOf, spoolRoot } from '../../../src/services/spool/spoolPlaces.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { associated, store } from '../../support/dimsePeer.js';
import { mountSmallDisk, type SmallDisk } from '../../support/smallDisk.js';
import { dataSetOf, destination, receive, sample, sourcesOf, spoolOf } from '../../support/spoolRig.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const large = { rows: 900, columns: 900 };

describe('the spool on a disk that gets full', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let disk: SmallDisk | undefined;
  let spool: FileSpool | undefined;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    spool?.dispose();
    await disk?.remove();
    [spool, disk] = [undefined, undefined];
    await folder.remove();
  });
  const mount = async (context: Mocha.Context): Promise<[FileSpool, string]> => {
    disk = await mountSmallDisk(context, join(folder.path, 'disk'), '6m');
    spool = spoolOf(disk.path);
    return [spool, join(disk.path, 'filler')];
  };

  for (const [what, options, filled] of [
    ['small', {}, 5_800_000],
    ['large', large, 3_000_000],
  ] as const) {
    it(`refuses ${what} objects, leaves nothing of them, and keeps those before and after`, async function () {
      const [full, filler] = await mount(this);
      await writeFile(filler, Buffer.alloc(filled));
      const sink = full.sink(destination);
      const kept = new Set<string>();
      let number = 0;
      const next = async (): Promise<void> => {
        const sent = sample(++number, 'a1', options);
        await receive(sink, sent);
        kept.add(sent.dataSet.toString('latin1'));
      };
      await assert.rejects(
        async () => {
          for (;;) await next();
        },
        { code: 'DISK_FULL' },
      );
      const before = kept.size;
      assert.ok(before > 0);
      await assert.rejects(next(), { code: 'DISK_FULL' });
      const [{ id } = assert.fail()] = await full.folders();
      const places = placesOf(spoolRoot(disk!.path), id);
      assert.deepEqual(await readdir(places.parts), []);
      await rm(filler);
      await next();
      const found = (await readdir(places.objects)).map((name) => {
        const source = sourcesOf(disk!.path).open(join(places.objects, name));
        const file = source.read(0, source.size);
        source.close();
        return dataSetOf(file).toString('latin1');
      });
      assert.deepEqual(new Set(found), kept);
      assert.equal(found.length, before + 1);
    });
  }

  it('says so to the sender, whether nothing more fits, or not the folder, or not all of the object', async function () {
    const [full, filler] = await mount(this);
    const listener = new DicomListener(
      { aeTitle: 'GIFTCLOUD', port: 0 },
      full.sink(destination),
      silentLogger,
    );
    const peer = await associated(await listener.start());
    const statuses: (number | undefined)[] = [];
    // 1.6 MB do not fit behind any of them.
    for (const bytes of [8_000_000, 6_270_000, 5_000_000]) {
      await writeFile(filler, Buffer.alloc(bytes)).catch(() => undefined);
      const { object, dataSet } = sample(1, 'a1', large);
      statuses.push(await store(peer, object.sopInstanceUid, dataSet));
      await rm(filler);
    }
    assert.deepEqual(statuses, [0xa700, 0xa700, 0xa700]);
    const { object, dataSet } = sample(2, 'a1', large);
    assert.equal(await store(peer, object.sopInstanceUid, dataSet), 0);
    assert.equal((await full.use()).objects, 1);
    peer.socket.destroy();
    await listener.stop();
  });
});
