import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ahead } from '../../../src/services/download/ahead.js';
import { Channel } from '../../../src/services/support/channel.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

/** Counts how many calls of a method of the archive run at the same time. */
function counted(archive: Archive, method: 'downloadFile' | 'listAllResources' | 'listFiles') {
  const seen = { now: 0, most: 0, calls: 0 };
  const original = archive[method].bind(archive) as (...parameters: unknown[]) => Promise<unknown>;
  Object.assign(archive, {
    [method]: async (...parameters: unknown[]) => {
      seen.calls++;
      seen.most = Math.max(seen.most, ++seen.now);
      try {
        // Long enough for the others to begin, too.
        await sleep(5);
        return await original(...parameters);
      } finally {
        seen.now--;
      }
    },
  });
  return seen;
}

describe('download: several things at a time', () => {
  let rig: DownloadRig;
  const experiments = 30;
  before(async () => {
    rig = await DownloadRig.start();
    for (let at = 0; at < experiments; at++) {
      await rig.addSeries(`Sub/Exp${at}/S1`, { a: `a${at}`, b: `b${at}` });
    }
  });
  after(() => rig.close());

  it('fetches files and lists experiments in parallel, within limits', async () => {
    const archive = rig.archive();
    const files = counted(archive, 'downloadFile');
    const places = counted(archive, 'listAllResources');
    const story = await rig.download({ outFolder: `${rig.out}/1` }, { archive });
    assert.deepEqual(story.counts, { downloaded: 2 * experiments });
    assert.ok(files.most > 1 && files.most <= 6, `${files.most} files`);
    assert.ok(places.most > 1 && places.most <= 3, `${places.most} experiments`);
  });

  it('needs a constant number of requests for the lists of a project, and two per experiment of one resource', async () => {
    const before = rig.sandbox.requests.length;
    await rig.download({ outFolder: `${rig.out}/2` });
    const lists = rig.sandbox.requests
      .slice(before)
      .filter(({ method, path }) => method === 'GET' && !/\/files\/./.test(path));
    // Experiments, subjects, resources of the project and of its one subject.
    assert.equal(lists.length, 4 + 2 * experiments);
  });

  it('begins to download before everything is listed, and says how far the listing is', async () => {
    const archive = rig.archive();
    const list = archive.listAllResources.bind(archive);
    let arrived = (): void => undefined;
    const firstFile = new Promise<void>((resolve) => (arrived = resolve));
    let asked = 0;
    archive.listAllResources = async (...parameters) => {
      // Would wait for ever if nothing were downloaded before the last list is there.
      if (++asked === experiments) await firstFile;
      return list(...parameters);
    };
    const story = await rig.download(
      { outFolder: `${rig.out}/3` },
      { archive, onEvent: (event) => event.kind === 'file' && arrived() },
    );
    assert.deepEqual(story.counts, { downloaded: 2 * experiments });
    const kinds = story.events.map(({ kind }) => kind);
    assert.ok(kinds.indexOf('file') < kinds.indexOf('planned'));
    const planning = story.of('planning');
    assert.deepEqual(planning[0], {
      kind: 'planning',
      placesPlanned: 0,
      placesTotal: experiments + 2,
      files: 0,
      bytes: 0,
    });
    assert.deepEqual(
      planning.map(({ placesPlanned }) => placesPlanned),
      Array.from({ length: experiments + 3 }, (_, at) => at),
    );
    assert.deepEqual(story.of('planned'), [
      { kind: 'planned', files: 60, bytes: Object.values(await rig.tree()).join('').length / 3 },
    ]);
  });

  it('tells a progress that ends complete', async () => {
    const story = await rig.download({ outFolder: `${rig.out}/3` });
    const last = story.of('progress').at(-1);
    const bytes = story.of('planned')[0]?.bytes;
    assert.deepEqual(last, {
      kind: 'progress',
      filesDone: 60,
      filesTotal: 60,
      bytesDone: bytes,
      bytesTotal: bytes,
      placesDone: experiments + 2,
      placesTotal: experiments + 2,
      growing: false,
    });
  });

  it('tells the progress of one large file while it arrives, and counts nothing twice that comes again', async () => {
    const size = 8_000_000;
    await rig.putFiles('subjects/Sub', 'BIG', { big: Buffer.alloc(size, 7) });
    const archive = rig.archive();
    const fetch = archive.downloadFile.bind(archive);
    let attempts = 0;
    archive.downloadFile = async (...parameters) => {
      const body = await fetch(...parameters);
      const breaksAt = ++attempts === 1 ? 0.9 * size : size;
      const slow = async function* (): AsyncGenerator<Buffer> {
        let given = 0;
        for await (const piece of body.stream as AsyncIterable<Buffer>) {
          await sleep(3);
          yield piece;
          given += piece.length;
          if (given > breaksAt) throw new Error('broken');
        }
      };
      return { ...body, stream: Readable.from(slow()) };
    };
    const story = await rig.download(
      { outFolder: `${rig.out}/4`, targets: [{ project, subject: 'Sub', resource: 'BIG' }] },
      { archive },
    );
    assert.deepEqual([attempts, story.counts], [2, { downloaded: 1 }]);
    const within = story.of('progress').filter(({ bytesDone }) => bytesDone > 0 && bytesDone < size);
    assert.ok(within.length > 0);
    assert.ok(story.of('progress').every(({ bytesDone }) => bytesDone <= size));
  });
});

describe('channel', () => {
  it('holds no more than its limit: who is ahead waits', async () => {
    const channel = new Channel<number>(2);
    let put = 0;
    const producer = (async () => {
      for (let value = 0; value < 10; value++) {
        await channel.put(value);
        put++;
      }
      channel.end();
    })();
    await sleep(5);
    assert.equal(put, 2);
    const taken: number[] = [];
    for await (const value of channel) {
      taken.push(value);
      await sleep(0);
      assert.ok(put - taken.length <= 3, `${put} put, ${taken.length} taken`);
    }
    await producer;
    assert.deepEqual(taken, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('gives each value to one of several readers', async () => {
    const channel = new Channel<number>(1);
    const taken: number[] = [];
    const reader = async (): Promise<void> => {
      for await (const value of channel) taken.push(value);
    };
    const readers = [reader(), reader(), reader()];
    for (let value = 0; value < 9; value++) await channel.put(value);
    channel.end();
    await Promise.all(readers);
    assert.deepEqual(taken.toSorted(), [0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('releases everybody when it is closed', async () => {
    const full = new Channel<number>(1);
    await full.put(1);
    const putting = full.put(2);
    const empty = new Channel<number>(1);
    const taking = empty[Symbol.asyncIterator]().next();
    full.close();
    empty.close();
    await putting;
    assert.equal((await taking).done, true);
    await full.put(3);
    assert.equal((await full[Symbol.asyncIterator]().next()).done, true);
  });
});

describe('results ahead of their use', () => {
  it('come in order, a few of them begun early, and end with the first error', async () => {
    const begun: number[] = [];
    const results = ahead([1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await sleep(item === 1 ? 10 : 1);
      if (item === 4) throw new Error('four');
      return item;
    });
    const taken: number[] = [];
    await assert.rejects(async () => {
      for await (const result of results) {
        taken.push(result);
        assert.ok(begun.length <= taken.length + 2);
      }
    }, /four/);
    assert.deepEqual(taken, [1, 2, 3]);
    assert.ok(begun.length >= 4);
  });
});
