import assert from 'node:assert/strict';
import { buildSync } from 'esbuild';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import type { DeidentifyOutcome, VerifiedInstance } from '../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { keyedUid } from '../../../src/services/keys/derive.js';
import { CheckWorker } from '../../../src/services/worker/checkWorker.js';
import { DeidWorker } from '../../../src/services/worker/deidWorker.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import type { WriteItem } from '../../../src/services/worker/objectWriter.js';
import { WorkerThread } from '../../../src/services/worker/workerThread.js';
import { WriterWorker } from '../../../src/services/worker/writerWorker.js';
import { destination, receive, sample, sealedPlace, SpoolRig } from '../../support/spoolRig.js';
import { temporaryFolder, uidRoot, writeSeries } from '../../support/seriesFiles.js';

const request = { profile: basicProfile, identity: { patientName: 'Sub1', patientId: 'Exp1' } } as const;

describe('worker thread', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let paths: string[];
  let script: string;
  const threads: WorkerThread[] = [];
  const start = (program = script, sealed = sealedPlace(folder.path)): WorkerThread => {
    const thread = new WorkerThread(program, { version: '0.0.0', sealed });
    threads.push(thread);
    return thread;
  };
  const here = new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' });

  before(async () => {
    folder = await temporaryFolder();
    script = join(folder.path, 'worker.cjs');
    buildSync({
      entryPoints: ['src/services/worker/workerMain.ts'],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'cjs',
    });
    paths = await writeSeries(join(folder.path, 'in'), { instances: 40 });
    paths.push(script);
  });
  afterEach(() => {
    for (const thread of threads.splice(0)) thread.dispose();
  });
  after(() => folder.remove());

  const verified = async (): Promise<VerifiedInstance[]> => {
    const outcomes = await here.deidentify(paths.map((path) => ({ path, request })));
    return outcomes.flatMap((outcome) => (outcome.status === 'verified' ? [outcome.instance] : []));
  };
  const toWrite = async (outFolder: string): Promise<WriteItem[]> =>
    (await verified()).map((instance, at) => ({ path: paths[at]!, instance, outFolder }));

  it('opens what lies sealed in the spool, and reads its key by itself', async () => {
    const rig = await SpoolRig.start();
    try {
      await receive(rig.spool.sink(destination), sample(1));
      const sealed = await rig.objects(await rig.onlyFolder());
      const thread = start(script, sealedPlace(rig.path));
      const there = new DeidWorker(thread);
      const [outcome] = await there.inspect(sealed);
      assert.equal(
        outcome?.status === 'instance' && outcome.summary.sopInstanceUid,
        sample(1).object.sopInstanceUid,
      );
      const [made] = await there.deidentify(sealed.map((path) => ({ path, request })));
      assert.equal(made?.status, 'verified');
      const [plain] = await there.inspect(paths);
      assert.equal(plain?.status, 'instance');
    } finally {
      await rig.close();
    }
  });

  it('checks large objects on their way into the spool', async () => {
    const rig = await SpoolRig.start();
    try {
      const checker = new CheckWorker(start(script, sealedPlace(rig.path)));
      const sink = rig.other(undefined, checker).sink(destination);
      for (const syntax of ['encapsulated', 'deflated'] as const) {
        const sent = sample(1, 'a1', { syntax, rows: 1500, columns: 1500 });
        const { object, dataSet } = sent;
        const other = { ...object, sopInstanceUid: '1.2.3' };
        await assert.rejects(receive(sink, { object: other, dataSet }), { code: 'SOP_MISMATCH' });
        const cut = dataSet.subarray(0, dataSet.length - 100);
        await assert.rejects(receive(sink, { object, dataSet: cut }), { code: 'DICOM_DAMAGED' });
        await receive(sink, sent);
        await receive(sink, sent);
      }
      assert.equal((await rig.spool.use()).objects, 2);
    } finally {
      await rig.close();
    }
  });

  it('names UIDs with the key of the request, as the engine in this thread does', async () => {
    const scheme = { name: 'keyed', keyId: 'fingerprint', key: Buffer.alloc(32, 7) } as const;
    const items = paths.slice(0, 3).map((path) => ({ path, request: { ...request, scheme } }));
    const names = (outcomes: readonly DeidentifyOutcome[]): readonly string[] =>
      outcomes.map((outcome) => (outcome.status === 'verified' ? outcome.instance.sopInstanceUid : ''));
    const there = names(await new DeidWorker(start()).deidentify(items));
    assert.deepEqual(there, names(await here.deidentify(items)));
    assert.deepEqual(
      there,
      [1, 2, 3].map((number) => keyedUid(scheme.key, `${uidRoot}.1.1.${number}`)),
    );
  });

  it('gives the same as the engine in this thread, one outcome per item and in order', async () => {
    const engine = new DeidWorker(start());
    assert.deepEqual(await engine.inspect(paths), await here.inspect(paths));
    const items = paths.map((path) => ({ path, request }));
    const [there, wanted] = [await engine.deidentify(items), await here.deidentify(items)];
    assert.deepEqual(
      there.map(({ status }) => status),
      wanted.map(({ status }) => status),
    );
    assert.equal(wanted.at(-1)?.status, 'skipped');
    // Buffers come out of a message as bare byte arrays.
    assert.deepEqual(there, structuredClone(wanted));
  });

  it('writes what the writer in this thread writes', async () => {
    const [one, two] = [join(folder.path, 'one'), join(folder.path, 'two')];
    const wanted = await new InProcessWriter().write(await toWrite(one));
    const items = await toWrite(two);
    const outcomes = await new WriterWorker(start()).write(items);
    assert.deepEqual(outcomes, wanted);
    assert.equal(outcomes.length, 40);
    for (const outcome of outcomes) {
      assert.ok(outcome.status === 'deidentified');
      assert.ok(
        (await readFile(join(two, outcome.output))).equals(await readFile(join(one, outcome.output))),
      );
    }
    // What is there already is recognised in the thread, too.
    const again = await new WriterWorker(start()).write(await toWrite(two));
    assert.deepEqual(new Set(again.map(({ status }) => status)), new Set(['present']));
  });

  it('starts no thread for a few files where this one may be blocked', async () => {
    const unused = new WriterWorker(start('/there-is-no-such-program'), new InProcessWriter());
    const items = await toWrite(join(folder.path, 'few'));
    const outcomes = await unused.write(items.slice(0, 3));
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['deidentified', 'deidentified', 'deidentified'],
    );
    await assert.rejects(unused.write(items.slice(3)), { code: 'INTERNAL', retryable: true });
  });

  it('fails the questions under way when it dies, and starts again with the next', async () => {
    const dying = join(folder.path, 'dying.cjs');
    const mark = join(folder.path, 'mark');
    await writeFile(
      dying,
      `const fs = require('node:fs');
       if (!fs.existsSync(${JSON.stringify(mark)})) {
         require('node:worker_threads').parentPort.on('message', () => {
           fs.writeFileSync(${JSON.stringify(mark)}, '');
           process.exit(3);
         });
       } else require(${JSON.stringify(script)});`,
    );
    const engine = new DeidWorker(start(dying));
    const lost = [engine.inspect(paths), engine.inspect(paths.slice(0, 1))];
    for (const question of lost) await assert.rejects(question, { code: 'INTERNAL', retryable: true });
    assert.equal((await engine.inspect(paths)).length, paths.length);
  });

  it('stops between two chunks when cancelled, and leaves no half file', async () => {
    const cancel = new AbortController();
    const out = join(folder.path, 'cancelled');
    const writing = new WriterWorker(start()).write(await toWrite(out), cancel.signal);
    cancel.abort();
    await assert.rejects(writing, { code: 'CANCELLED' });
    const written = await readdir(out, { recursive: true });
    assert.equal(written.filter((name) => name.endsWith('.dcm')).length, 32);
    assert.equal(written.filter((name) => name.endsWith('.part')).length, 0);
  });
});
