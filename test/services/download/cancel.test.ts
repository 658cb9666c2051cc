import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { download } from '../../../src/services/download/download.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

const content = Object.fromEntries(Array.from({ length: 4 }, (_, at) => [`f${at}.dcm`, `content of ${at}`]));

describe('download: cancelled', () => {
  let rig: DownloadRig;
  before(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', content);
    await rig.addSeries('Sub/Exp2/S1', content);
    await rig.putFiles('subjects/Sub', 'NOTES', { 'n.txt': 'notes' });
  });
  after(() => rig.close());
  afterEach(() => rig.sandbox.faults.clear());

  const isWhole = async (): Promise<void> => {
    assert.deepEqual(await rig.parts(), []);
    for (const [path, text] of Object.entries(await rig.tree()))
      assert.equal(text, content[path.split('/').at(-1) ?? ''] ?? 'notes', path);
  };

  const nothingGoesOn = async (): Promise<void> => {
    const requests = rig.sandbox.requests.length;
    const paths = await rig.paths();
    await sleep(30);
    assert.equal(rig.sandbox.requests.length, requests);
    assert.deepEqual(await rig.paths(), paths);
  };

  it('before anything, does nothing', async () => {
    const before = rig.sandbox.requests.length;
    const story = await rig.download({}, { signal: AbortSignal.abort() });
    assert.equal(story.error?.code, 'CANCELLED');
    assert.equal(rig.sandbox.requests.length, before);
  });

  it('at every event, leaves whole files only and can be repeated', async () => {
    const outFolder = `${rig.out}/events`;
    const events = (await rig.download({ outFolder })).events.length;
    let cancelled = 0;
    for (let at = 0; at < events; at++) {
      const stop = new AbortController();
      let seen = 0;
      const story = await rig.download(
        { outFolder: `${rig.out}/at${at}` },
        { signal: stop.signal, onEvent: () => seen++ === at && stop.abort() },
      );
      if (story.error) {
        cancelled++;
        assert.equal(story.error.code, 'CANCELLED');
        assert.deepEqual(story.of('finished'), []);
      }
      await isWhole();
      const again = await rig.download({ outFolder: `${rig.out}/at${at}` });
      assert.equal(again.error, undefined);
      assert.equal(again.of('file').filter(({ status }) => status !== 'failed').length, 9);
    }
    assert.ok(cancelled >= events - 3, `${cancelled} of ${events}`);
    await nothingGoesOn();
  });

  for (const [what, pathPattern] of [
    ['signing in', 'JSESSION'],
    ['looking for experiments', 'experiments\\?'],
    ['listing resources', 'resources\\?'],
    ['listing files', 'files\\?'],
    ['waiting for a file', '/files/f'],
  ] as const) {
    it(`while ${what}, ends at once`, async () => {
      rig.sandbox.faults.add({ action: 'hang', pathPattern });
      const stop = new AbortController();
      const outFolder = `${rig.out}/${what}`;
      const running = rig.download({ outFolder }, { signal: stop.signal });
      while (!rig.sandbox.faults.list().some(({ struck }) => struck > 0)) await sleep(5);
      stop.abort();
      assert.equal((await running).error?.code, 'CANCELLED');
      rig.sandbox.faults.clear();
      await isWhole();
      await nothingGoesOn();
    });
  }

  it('while it waits for a server to come back, ends at once', async () => {
    rig.sandbox.faults.add({ action: 'status', status: 500, pathPattern: '/files/f' });
    rig.sandbox.faults.add({ action: 'status', status: 500, pathPattern: '/data/projects\\?' });
    const stop = new AbortController();
    const running = rig.download(
      { outFolder: `${rig.out}/away` },
      { signal: stop.signal, pace: { item: [], server: [600_000] } },
    );
    while (
      !rig.sandbox.requests.some(({ path, status }) => path.startsWith('/data/projects?') && status === 500)
    )
      await sleep(5);
    stop.abort();
    assert.equal((await running).error?.code, 'CANCELLED');
    await isWhole();
  });

  it('ends too when nobody reads its events any more', async () => {
    const archive = rig.archive();
    const request = {
      targets: [{ project }],
      outFolder: `${rig.out}/left`,
      includeProject: false,
      includeSubject: false,
    };
    for await (const event of download(archive, request, { logger: silentLogger })) {
      if (event.kind === 'file') break;
    }
    await isWhole();
    await nothingGoesOn();
    await archive.signOut();
  });
});
