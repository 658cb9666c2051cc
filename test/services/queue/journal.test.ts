import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  appendFile,
  mkdir,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Journal, journalFolder } from '../../../src/services/queue/journal.js';
import type { JobState } from '../../../src/services/queue/types.js';
import { QueueProcess } from '../../support/queueRig.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { mountSmallDisk } from '../../support/smallDisk.js';
import { UploadRig } from '../../support/uploadRig.js';
import { uploadTools } from '../../support/uploadTools.js';

const run = promisify(execFile);

describe('the journal of the transfer queue', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());
  const process = (tools = rig.tools()): QueueProcess => new QueueProcess(rig, {}, tools);
  const fileOf = (id: string, name: string): string => join(rig.state, 'queue', id, name);

  for (const [what, harm] of [
    ['torn', (file: string) => truncate(file, 40)],
    ['empty', (file: string) => truncate(file, 0)],
    ['followed by something else', (file: string) => appendFile(file, '{"version":1}')],
    ['not ours', (file: string) => writeFile(file, '{"version":1,"state":7}')],
    ['gone', (file: string) => rm(file)],
  ] as const) {
    for (const name of ['order.json', 'status.json']) {
      it(`with a ${name} that is ${what} tells it, keeps it, and goes on with the others`, async () => {
        await writeSeries(rig.inputs, { instances: 1 });
        const working = process();
        const harmed = await working.add();
        const good = await working.add();
        await harm(fileOf(harmed, name));
        const left = await readdir(join(rig.state, 'queue', harmed));
        await working.work();
        await working.until(good, ({ state }) => state === 'archived');
        assert.deepEqual(working.queue.unreadable(), [{ id: harmed, why: 'damaged' }]);
        assert.deepEqual(await readdir(join(rig.state, 'queue', harmed)), left);
        for (const action of ['retry', 'cancel', 'release'] as const)
          await assert.rejects(working.queue[action]([harmed]), { code: 'STATE_UNREADABLE' });
        await working.queue.discard([harmed]);
        assert.deepEqual(working.queue.unreadable(), []);
      });
    }
  }

  it('reads an idle job once, and sees every change of it, by other processes too', async () => {
    const id = await process().add();
    // The clock of a local disk ticks in at most 10 ms.
    const [reader, other] = [50, 50].map((settledMs) => new Journal(journalFolder(rig.state), settledMs));
    assert.ok(reader && other);
    const look = async (): Promise<Extract<Awaited<ReturnType<Journal['read']>>, { kind: 'job' }>> => {
      const stored = await reader.read(id);
      assert.ok(stored?.kind === 'job');
      return stored;
    };
    const idle = async (): Promise<Awaited<ReturnType<typeof look>>> => {
      for (let before = await look(); ; before = await look()) if ((await look()) === before) return before;
    };
    const { status } = await idle();
    await other.setPaused(id, true);
    assert.equal((await look()).paused, true);
    await idle();
    await other.setWish(id, 'cancel', true);
    assert.deepEqual((await look()).wishes, ['cancel']);
    await idle();
    await other.writeStatus(id, { ...status, state: 'held' }, { check: () => Promise.resolve() });
    assert.equal((await look()).status.state, 'held');
    await idle();
    assert.equal((await look()).leased, false);
    await writeFile(fileOf(id, 'job-1.lease'), 'token');
    assert.equal((await look()).leased, true);
    await other.remove(id);
    assert.equal(await reader.read(id), undefined);
  });

  it('lists an archived job without looking at it each time: its own changes at once, those of others soon', async () => {
    const id = await process().add();
    const fence = { check: () => Promise.resolve() };
    const other = new Journal(journalFolder(rig.state));
    const readers = [3_600_000, 300].map((late) => new Journal(journalFolder(rig.state), 50, late));
    const [reader, quick] = readers;
    assert.ok(reader && quick);
    const stateIn = async (journal: Journal): Promise<string | undefined> => {
      const stored = await journal.readListed(id);
      return stored?.kind === 'job' ? stored.status.state : undefined;
    };
    const first = await reader.read(id);
    assert.ok(first?.kind === 'job');
    const write = (journal: Journal, state: JobState): Promise<void> =>
      journal.writeStatus(id, { ...first.status, state }, fence);
    const settled = async (): Promise<void> => {
      await write(reader, 'archived');
      for (const journal of readers) {
        let before = await journal.readListed(id);
        for (let now = await journal.readListed(id); now !== before; now = await journal.readListed(id))
          before = now;
      }
    };
    await settled();
    await write(other, 'held');
    assert.equal(await stateIn(reader), 'archived');
    while ((await stateIn(quick)) !== 'held') await new Promise((done) => setTimeout(done, 20));
    await reader.read(id);
    assert.equal(await stateIn(reader), 'held');
    await settled();
    await write(reader, 'waiting');
    assert.equal(await stateIn(reader), 'waiting');
  });

  it('of a newer version is kept as it is, whatever is asked', async () => {
    const working = process();
    const id = await working.add();
    const text = JSON.stringify({ version: 2, id, what: 'nobody knows' });
    await writeFile(fileOf(id, 'status.json'), text);
    await working.work();
    await working.queue.refresh();
    assert.deepEqual(working.queue.unreadable(), [{ id, why: 'newer' }]);
    for (const action of ['retry', 'cancel', 'release', 'discard'] as const)
      await assert.rejects(working.queue[action]([id]), { code: 'STATE_UNREADABLE' });
    assert.equal(await readFile(fileOf(id, 'status.json'), 'utf8'), text);
  });

  it('without its key names no file any more: the job fails and is kept', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const id = await process().add();
    await rm(join(rig.state, 'queue.key'));
    const working = process();
    await working.work();
    const job = await working.until(id, ({ state, active }) => state === 'failed' && !active);
    assert.equal(job.failure?.code, 'KEY_MISSING');
    assert.equal(rig.sandbox.requests.filter(({ method }) => method !== 'GET').length, 0);
  });

  it('never gets another key in place of one that is missing, while something is sealed with it', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const first = process();
    const id = await first.add();
    const key = join(rig.state, 'queue.key');
    await rename(key, `${key}.away`);
    const second = process();
    assert.equal(await second.upload(), 'KEY_MISSING');
    await assert.rejects(second.add(), { code: 'KEY_MISSING' });
    await rename(`${key}.away`, key);
    assert.equal(await second.upload(), undefined);
    assert.equal((await second.job(id)).state, 'archived');
    await rm(key);
    assert.ok(await process().add(), 'nothing is sealed any more');
  });

  it('forgets what a killed process left half made', async () => {
    const folder = join(rig.state, 'queue');
    await mkdir(join(folder, 'abc.1234.part'), { recursive: true });
    const working = process();
    await working.queue.refresh();
    assert.deepEqual([working.queue.jobs(), working.queue.unreadable()], [[], []]);
  });

  it('is for the eyes of this user alone', async () => {
    const id = await process().add();
    for (const [path, mode] of [
      [join(rig.state, 'queue'), 0o700],
      [join(rig.state, 'queue', id), 0o700],
      [fileOf(id, 'order.json'), 0o600],
      [fileOf(id, 'status.json'), 0o600],
      [join(rig.state, 'queue.key'), 0o600],
    ] as const)
      assert.equal((await stat(path)).mode & 0o777, mode, path);
  });

  it('names no patient, no file and no folder at any moment', async () => {
    const planted = ['Zwetschgenbaum', 'KRNK-778899', 'geheim', '1.2.826.0.1.3680043.10.999'];
    const inputs = join(rig.folder, 'Frau Zwetschgenbaum');
    const patient = { patientName: 'Zwetschgenbaum^A', patientId: 'KRNK-778899' };
    await writeSeries(join(inputs, 'geheim'), { ...patient, instances: 4 });
    await writeSeries(join(inputs, 'geheim'), {
      ...patient,
      series: 2,
      instances: 1,
      change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }],
    });
    await writeFile(join(inputs, 'geheim', 'x'), 'Zwetschgenbaum');
    rig.sandbox.faults.add({ action: 'status', status: 500, method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const working = process();
    const texts: string[] = [];
    let looking = Promise.resolve();
    working.queue.onDidChange(() => {
      texts.push(JSON.stringify([working.queue.jobs()]));
      looking = looking.then(async () => void texts.push(...(await contentOf(join(rig.state, 'queue')))));
    });
    const id = await working.add({ inputs: [inputs] });
    await working.work();
    await working.until(id, ({ state, active }) => state === 'held' && !active);
    await looking;
    texts.push(...rig.logged);
    assert.ok(texts.length > 10);
    const whole = texts.join('\n');
    assert.ok(whole.includes('BURNED_IN_TEXT_RISK'), 'the right texts were looked at');
    for (const word of planted) {
      for (const spelling of [
        word,
        Buffer.from(word).toString('base64').slice(0, -3),
        Buffer.from(word).toString('hex'),
      ])
        assert.ok(!whole.includes(spelling), word);
    }
  });

  it('on a full disk loses no job and sends nothing that nobody would remember', async function () {
    const small = await mountSmallDisk(this, join(rig.folder, 'disk'), '256k');
    const disk = small.path;
    const tools = { ...uploadTools(disk), pace: { seriesInParallel: 1, quietMs: 5, resendMs: 20 } };
    const working = process(tools);
    try {
      await writeSeries(rig.inputs, { instances: 3 });
      const id = await working.add();
      const archive = rig.archive();
      let isFull = false;
      await working.work(() => Promise.resolve(isFull ? archive : undefined));
      await run('dd', ['if=/dev/zero', `of=${join(disk, 'filler')}`, 'bs=4k', 'count=100']).catch(
        () => undefined,
      );
      isFull = true;
      // A foreground upload can't be noted: nothing is sent.
      assert.equal(await working.upload(), 'DISK_FULL');
      await new Promise((done) => setTimeout(done, 300));
      const writing = rig.sandbox.requests.filter(
        ({ method, path }) => ['PUT', 'POST'].includes(method) && !path.includes('JSESSION'),
      );
      assert.deepEqual(
        writing.map(({ path }) => path),
        [],
      );
      await rm(join(disk, 'filler'));
      await working.until(id, ({ state, active }) => state === 'archived' && !active);
      assert.equal((await rig.archivedNames()).length, 3);
      await archive.signOut();
    } finally {
      await working.close();
      await small.remove();
    }
  });
});

async function contentOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const texts = entries.map(async (entry) => {
    const path = join(entry.parentPath, entry.name);
    const text = entry.isFile() ? await readFile(path, 'utf8').catch(() => '') : '';
    return `${entry.name} ${text}`;
  });
  return Promise.all(texts);
}
