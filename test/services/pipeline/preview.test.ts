import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import {
  explainFile,
  runPreview,
  sampleOf,
  type PreviewEvent,
  type PreviewRequest,
} from '../../../src/services/pipeline/preview.js';
import type { DeidEngine } from '../../../src/services/worker/deidEngine.js';
import { DeidWorker } from '../../../src/services/worker/deidWorker.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { WorkerThread } from '../../../src/services/worker/workerThread.js';
import { temporaryFolder, writeSeries } from '../../support/seriesFiles.js';
import { sealedPlace } from '../../support/spoolRig.js';

type Event<K extends PreviewEvent['kind']> = Extract<PreviewEvent, { kind: K }>;

describe('previewing a folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const here = new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' });
  before(async () => {
    folder = await temporaryFolder();
    const kernel = { tag: 0x00181210, vr: 'SH', value: 'B70f' };
    await writeSeries(join(folder.path, 'in/a'), { study: 1, series: 1, instances: 3, change: [kernel] });
    await writeSeries(join(folder.path, 'in/b'), {
      study: 1,
      series: 2,
      instances: 2,
      change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }],
    });
    await mkdir(join(folder.path, 'in/c'), { recursive: true });
    await writeFile(join(folder.path, 'in/c/letter.txt'), 'no picture');
  });
  after(() => folder.remove());

  const run = async (
    more: Partial<PreviewRequest> = {},
    engine: DeidEngine = here,
  ): Promise<{ found: Event<'found'>; summary: Event<'summary'>['summary'] }> => {
    const events: PreviewEvent[] = [];
    const request = { inputs: [join(folder.path, 'in')], profile: basicProfile, ...more };
    for await (const event of runPreview(request, engine)) events.push(event);
    const found = events.find((event) => event.kind === 'found');
    const last = events.at(-1);
    assert.ok(found && last?.kind === 'summary');
    return { found, summary: last.summary };
  };

  it('lists series and what is held back, and sums up what would become of the rest', async () => {
    const { found, summary } = await run();
    assert.deepEqual(
      found.studies.map(({ series }) => series.map(({ instances }) => instances.length)),
      [[3]],
    );
    assert.deepEqual(
      found.refused.map(({ refusal }) => refusal.code),
      ['BURNED_IN_TEXT_RISK', 'BURNED_IN_TEXT_RISK', 'NOT_DICOM'],
    );
    assert.equal(summary.objects, 3);
    assert.ok(summary.counts.uidsReplaced >= 9 && summary.counts.emptied > 0 && summary.kept > 0);
    assert.deepEqual(
      summary.texts.map(({ text, objects }) => ({ text, objects })).filter(({ text }) => text === 'B70f'),
      [{ text: 'B70f', objects: 3 }],
    );
    assert.deepEqual(
      summary.refused.map(({ code, count }) => ({ code, count })),
      [
        { code: 'BURNED_IN_TEXT_RISK', count: 2 },
        { code: 'NOT_DICOM', count: 1 },
      ],
    );
  });

  it('looks at one object of each series when a quick answer is wanted', async () => {
    const { found, summary } = await run();
    const sample = await sampleOf(
      found.studies,
      { profile: basicProfile },
      here,
      new AbortController().signal,
    );
    assert.equal(sample.objects, 1);
    assert.equal(sample.counts.uidsReplaced * 3, summary.counts.uidsReplaced);
  });

  it('blanks what only another object of the series says, as an upload does', async () => {
    const inputs = [join(folder.path, 'in2')];
    const change = [{ tag: 0x00181210, vr: 'SH', value: 'of Otherforename' }];
    const series = { study: 2, series: 1, instances: 2 };
    const [first] = await writeSeries(inputs[0]!, { ...series, change });
    assert.ok(first);
    const alone = (await run({ inputs: [first] })).summary;
    await writeSeries(inputs[0]!, {
      ...series,
      instances: 1,
      change: [{ tag: 0x00100010, vr: 'PN', value: 'Müller^Jörg=Otherforename' }],
    });
    const { summary } = await run({ inputs });
    assert.deepEqual([alone.counts.blanked, summary.objects, summary.counts.blanked], [0, 2, 1]);
  });

  it('runs scripts before the profile, and keeps what they wrote', async () => {
    const { found } = await run();
    const path = found.studies[0]!.series[0]!.instances[0]!.path;
    const script = 'version "6.6"\n(0008,103e) := "Head, tried"\n(0010,0040) := "O"\n';
    const scripts = [{ origin: 'local' as const, text: script }];
    const lines = await explainFile(path, { profile: basicProfile, scripts }, here);
    assert.ok(lines?.status === 'explained');
    const written = lines.rows.find(({ tag }) => tag === '(0008,103e)');
    assert.equal(written?.after, 'Head, tried');
    assert.deepEqual(written.rule, { kind: 'option' });
    const broken = [{ origin: 'local' as const, text: 'version "6.6"\nx[1] ?\n' }];
    const refused = await explainFile(path, { profile: basicProfile, scripts: broken }, here);
    assert.ok(refused?.status === 'failed');
    assert.match(refused.reason, /line 2/);
  });

  it('gives the same from the worker, so that the calling thread is free', async () => {
    const script = join(folder.path, 'worker.cjs');
    buildSync({
      entryPoints: ['src/services/worker/workerMain.ts'],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    const thread = new WorkerThread(script, { version: '0.0.0', sealed: sealedPlace(folder.path) });
    try {
      const engine = new DeidWorker(thread);
      assert.deepEqual((await run({}, engine)).summary, (await run()).summary);
      const path = (await run()).found.studies[0]!.series[0]!.instances[0]!.path;
      const request = { profile: basicProfile, project: 'PROJ1' } as const;
      const lines = await explainFile(path, request, engine);
      assert.deepEqual(lines, await explainFile(path, request, here));
      assert.ok(lines?.status === 'explained');
      assert.equal(lines.rows.find(({ tag }) => tag === '(0008,1030)')?.after, 'PROJ1');
    } finally {
      thread.dispose();
    }
  });

  it('ends when it is cancelled', async () => {
    const stop = new AbortController();
    const engine: DeidEngine = {
      inspect: (paths, signal) => here.inspect(paths, signal),
      deidentify: (items, signal) => here.deidentify(items, signal),
      explain: (items, signal) => {
        stop.abort();
        return here.explain(items, signal);
      },
    };
    const events = runPreview({ inputs: [folder.path], profile: basicProfile }, engine, stop.signal);
    await assert.rejects(
      async () => {
        for await (const event of events) assert.notEqual(event.kind, 'summary');
      },
      { code: 'CANCELLED' },
    );
  });
});
