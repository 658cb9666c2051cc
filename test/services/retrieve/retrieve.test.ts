import assert from 'node:assert/strict';
import { commandTag } from '../../../src/services/dimse/commandSet.js';
import { FakePacs, type Asked } from '../../support/fakePacs.js';
import { answerListing, field, instanceOfFake, storeByGet } from '../../support/fakeStudy.js';
import { RetrieveRig } from '../../support/retrieveRig.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const counts = (completed: number, failed: number): Readonly<Record<number, number>> => ({
  [commandTag.completed]: completed,
  [commandTag.failed]: failed,
});
const failedList = (...numbers: readonly number[]): readonly { tag: number; vr: string; value: string }[] => [
  { tag: 0x00080058, vr: 'UI', value: numbers.map(instanceOfFake).join('\\') },
];
const never = (): Promise<void> => new Promise(() => undefined);

describe('a retrieval by C-GET', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let rig: RetrieveRig;
  let pacs: FakePacs;
  /** A PACS that lists so many instances and answers C-GET like this. */
  const begin = async (
    instances: number,
    onGet: (asked: Asked, request: number) => Promise<void>,
    listsImages = true,
  ): Promise<void> => {
    let requests = 0;
    pacs = await FakePacs.start(async (asked) => {
      if (await answerListing(asked, instances, listsImages)) return;
      if (asked.message.command.field === field.get) await onGet(asked, ++requests);
    });
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    rig = new RetrieveRig(`${folder.path}/sink`);
  });
  afterEach(async () => {
    await pacs.stop();
    assert.equal(rig.sink.open, 0, 'nothing is half there');
    await folder.remove();
  });

  it('asks for series, then images, and names what stays away', async () => {
    const levels: string[] = [];
    await begin(4, async (asked, request) => {
      levels.push(['STUDY', 'SERIES', 'IMAGE'].find((level) => asked.identifier.includes(level)) ?? '');
      // Each request brings one more; the fourth never comes.
      if (request <= 3) await storeByGet(asked, request);
      await asked.answer(0xb000, failedList(4), counts(1, 1));
    });
    const result = await rig.run(pacs.node());
    assert.deepEqual(levels, ['STUDY', 'SERIES', 'IMAGE', 'IMAGE']);
    assert.deepEqual(rig.received, [1, 2, 3].map(instanceOfFake));
    assert.deepEqual([result.received, result.expected], [3, 4]);
    const reason = 'The PACS says that it could not send them.';
    assert.deepEqual(result.shortfalls, [{ kind: 'failed', code: '', reason, count: 1 }]);
    const told = { expected: 4, received: 3, shortfalls: [{ code: '', reason, count: 1 }] };
    assert.deepEqual(rig.told, [
      ['takeIn', undefined],
      ['takeIn', told],
    ]);
  });

  it('knows what did not come when the PACS says that all is well', async () => {
    await begin(3, async (asked) => {
      await storeByGet(asked, 1);
      await asked.answer(0, undefined, counts(3, 0));
    });
    const { shortfalls } = await rig.run(pacs.node());
    assert.deepEqual(
      shortfalls.map(({ kind, count }) => [kind, count]),
      [['not-sent', 2]],
    );
  });

  it('takes what an object is sent twice for once', async () => {
    await begin(2, async (asked) => {
      for (const number of [1, 1, 2]) assert.equal(await storeByGet(asked, number), 0);
      await asked.answer(0);
    });
    const result = await rig.run(pacs.node());
    assert.deepEqual([result.received, rig.received], [2, [1, 2].map(instanceOfFake)]);
  });

  it('counts what the PACS counts where it lists no images', async () => {
    await begin(
      2,
      async (asked) => {
        await storeByGet(asked, 1);
        await asked.answer(0xb000, undefined, counts(1, 1));
      },
      false,
    );
    const result = await rig.run(pacs.node());
    assert.deepEqual([result.received, result.expected], [1, 2]);
    assert.deepEqual(
      result.shortfalls.map(({ kind, count }) => [kind, count]),
      [['failed', 1]],
    );
  });

  it('goes on after an association that broke, and gives up on one that is gone', async () => {
    await begin(6, async (asked, request) => {
      await storeByGet(asked, request);
      asked.socket.destroy();
    });
    const result = await rig.run(pacs.node());
    assert.deepEqual([result.received, result.shortfalls], [6, []]);
    await pacs.stop();
    await begin(6, async (asked, request) => {
      if (request === 1) await storeByGet(asked, 1);
      asked.socket.destroy();
    });
    rig = new RetrieveRig(`${folder.path}/other`);
    const broken = await rig.run(pacs.node());
    assert.equal(broken.received, 1);
    assert.deepEqual(
      broken.shortfalls.map(({ code }) => code),
      ['NODE_BROKEN'],
    );
    assert.ok(pacs.fields.filter((one) => one === field.get).length <= 5);
  });

  it('throws when nothing comes at all', async () => {
    await begin(1, (asked) => asked.answer(0xa702));
    await assert.rejects(rig.run(pacs.node()), { code: 'NODE_REFUSED' });
    await pacs.stop();
    await begin(1, never);
    await assert.rejects(rig.run(pacs.node({ timeoutMs: 200 })), { code: 'NODE_TIMEOUT' });
    assert.deepEqual(rig.told, []);
  });

  it('waits as long as something comes', async () => {
    await begin(5, async (asked) => {
      for (let number = 1; number <= 5; number++) {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await storeByGet(asked, number);
      }
      await asked.answer(0);
    });
    assert.equal((await rig.run(pacs.node({ timeoutMs: 2000 }))).received, 5);
    assert.equal(pacs.fields.filter((one) => one === field.get).length, 1);
  });

  it('waits for an object that comes in pieces', async () => {
    await begin(1, async (asked) => {
      assert.equal(await storeByGet(asked, 1, 500), 0);
      await asked.answer(0);
    });
    assert.equal((await rig.run(pacs.node({ timeoutMs: 2000 }))).received, 1);
    assert.equal(pacs.fields.filter((one) => one === field.get).length, 1);
  });

  it('stops the PACS when the disk is full, and keeps what came', async () => {
    await begin(3, async (asked) => {
      await storeByGet(asked, 1);
      rig.sink.fail = { at: 'write', code: 'DISK_FULL' };
      assert.equal(await storeByGet(asked, 2), 0xa700);
      assert.equal((await asked.association.receive())?.command.field, field.cancel);
      await asked.answer(0xfe00);
    });
    const { received, shortfalls } = await rig.run(pacs.node());
    assert.equal(received, 1);
    assert.ok(shortfalls.some(({ kind, code }) => kind === 'refused' && code === 'DISK_FULL'));
    assert.equal(pacs.fields.filter((one) => one === field.get).length, 1);
  });

  it('is cancelled with a word to the PACS; what came is a cancelled job', async () => {
    const stop = new AbortController();
    await begin(3, async (asked) => {
      await storeByGet(asked, 1);
      stop.abort();
      assert.equal((await asked.association.receive())?.command.field, field.cancel);
      await asked.answer(0xfe00);
    });
    await assert.rejects(rig.run(pacs.node(), {}, stop.signal), { code: 'CANCELLED' });
    assert.deepEqual(rig.told, [
      ['takeIn', undefined],
      ['takeIn', { expected: 3, received: 1, shortfalls: [] }],
      ['cancel'],
    ]);
  });

  it('proposes roles and a context for each syntax', async () => {
    let syntaxes: readonly string[] = [];
    await begin(1, async (asked) => {
      const { contexts, roles } = asked.request;
      syntaxes = contexts.flatMap(({ transferSyntaxes }) => transferSyntaxes);
      assert.ok(contexts.length > 10 && contexts.length <= 128);
      assert.deepEqual(roles, [{ sopClass: '1.2.840.10008.5.1.4.1.1.2', scu: false, scp: true }]);
      await storeByGet(asked, 1);
      await asked.answer(0);
    });
    await rig.run(pacs.node());
    assert.ok(syntaxes.includes('1.2.840.10008.1.2.4.90') && syntaxes.includes('1.2.840.10008.1.2.5'));
  });

  it('refuses choices that lead nowhere', async () => {
    await begin(1, never);
    await assert.rejects(rig.run(pacs.node(), { selections: [] }), { code: 'USAGE' });
    await assert.rejects(rig.run(pacs.node(), { model: 'patient' }), { code: 'USAGE' });
    assert.deepEqual(pacs.fields, []);
  });
});
