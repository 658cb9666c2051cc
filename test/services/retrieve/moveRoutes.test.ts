import assert from 'node:assert/strict';
import { commandTag } from '../../../src/services/dimse/commandSet.js';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { FakePacs, type Asked } from '../../support/fakePacs.js';
import { answerListing, field, instanceOfFake, storeByMove } from '../../support/fakeStudy.js';
import { PlainSink } from '../../support/plainSink.js';
import { RetrieveRig } from '../../support/retrieveRig.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

describe('objects of a C-MOVE at the listener of this process', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let rig: RetrieveRig;
  let others: PlainSink;
  let listener: DicomListener;
  let port: number;
  let pacs: FakePacs;
  beforeEach(async () => {
    folder = await temporaryFolder();
    rig = new RetrieveRig(`${folder.path}/retrieved`);
    others = new PlainSink(`${folder.path}/pushed`);
    const options = { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1' };
    listener = new DicomListener(options, rig.routes.over(others), silentLogger);
    port = await listener.start();
    const destination = { server: 's', user: 'u', project: 'OTHER', profile: basicProfile };
    rig.reception = { status: { state: 'listening', settings: { listener: options, destination } } };
  });
  afterEach(async () => {
    await pacs.stop();
    await listener.stop();
    await folder.remove();
  });

  interface Moved {
    readonly asked: Asked;
    readonly originator: { readonly aeTitle: string; readonly messageId: number };
  }
  const begin = async (instances: number, onMove: (moved: Moved) => Promise<void>): Promise<void> => {
    pacs = await FakePacs.start(async (asked) => {
      if (await answerListing(asked, instances)) return;
      const { command } = asked.message;
      if (command.field !== field.move) return;
      assert.equal(command.text(commandTag.moveDestination), 'GIFTCLOUD');
      const messageId = command.number(commandTag.messageId) ?? 0;
      await onMove({ asked, originator: { aeTitle: 'US', messageId } });
      await asked.answer(0);
    });
  };
  const run = (): ReturnType<RetrieveRig['run']> =>
    rig.run(pacs.node({ callingAe: 'US' }), { method: 'move' });
  const pushed = (): readonly string[] => others.received.map(({ sopInstanceUid }) => sopInstanceUid);

  it('go where the retrieval goes; what others push or ask for goes where the listener goes', async () => {
    await begin(2, async ({ originator }) => {
      await storeByMove(port, 1, originator);
      // Under another name than that of the node.
      await storeByMove(port, 2, originator, 'GATEWAY');
      await storeByMove(port, 7);
      await storeByMove(port, 8, { aeTitle: 'OTHER', messageId: originator.messageId });
      await storeByMove(port, 9, { ...originator, messageId: (originator.messageId % 0xffff) + 1 });
    });
    const result = await run();
    assert.deepEqual([result.received, result.expected], [2, 2]);
    assert.deepEqual(rig.received, [1, 2].map(instanceOfFake));
    assert.deepEqual(pushed(), [7, 8, 9].map(instanceOfFake));
    assert.equal(listener.status.state, 'listening');
  });

  it('are believed without an originator when the node sends what it listed', async () => {
    await begin(2, async () => {
      await storeByMove(port, 1);
      await storeByMove(port, 2, undefined, 'SCANNER');
      await storeByMove(port, 3);
    });
    const { received, shortfalls } = await run();
    assert.equal(received, 1);
    assert.deepEqual(
      shortfalls.map(({ kind, count }) => [kind, count]),
      [['not-sent', 1]],
    );
    assert.deepEqual(rig.received, [instanceOfFake(1)]);
    assert.deepEqual(new Set(pushed()), new Set([instanceOfFake(2), instanceOfFake(3)]));
  });

  it('go nowhere when they come late', async () => {
    let last: Moved['originator'] | undefined;
    await begin(1, async ({ originator }) => {
      last = originator;
      await storeByMove(port, 1, originator);
    });
    await run();
    assert.equal(await storeByMove(port, 2, last), 0x0124);
    assert.deepEqual([rig.received.length, pushed()], [1, []]);
  });

  it('are waited for while the PACS says nothing', async () => {
    await begin(4, async ({ originator }) => {
      for (let number = 1; number <= 4; number++) {
        await new Promise((resolve) => setTimeout(resolve, 600));
        await storeByMove(port, number, originator);
      }
    });
    const node = pacs.node({ callingAe: 'US', timeoutMs: 2000 });
    assert.equal((await rig.run(node, { method: 'move' })).received, 4);
    assert.equal(pacs.fields.filter((one) => one === field.move).length, 1);
  });

  it('come in at a port of their own where nothing listens, which takes nothing else', async () => {
    await listener.stop();
    rig.reception = { status: { state: 'stopped' } };
    rig.listener = { aeTitle: 'GIFTCLOUD', port, bind: '127.0.0.1' };
    await begin(1, async ({ originator }) => {
      await storeByMove(port, 1, originator);
      assert.equal(await storeByMove(port, 2, undefined, 'SCANNER'), 0x0124);
    });
    assert.equal((await run()).received, 1);
    await assert.rejects(storeByMove(port, 1), { code: 'ECONNREFUSED' });
  });

  it('can not come in where another program listens', async () => {
    rig.reception = { status: { state: 'stopped' } };
    rig.listener = { aeTitle: 'GIFTCLOUD', port, bind: '127.0.0.1' };
    await begin(1, () => Promise.reject(new Error('nothing is asked for')));
    await assert.rejects(run(), { code: 'PORT_IN_USE' });
  });
});
