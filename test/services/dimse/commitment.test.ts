import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { Association } from '../../../src/services/dimse/association.js';
import { decodeRequest, encodeAccept } from '../../../src/services/dimse/associateItems.js';
import { ByteStream } from '../../../src/services/dimse/byteStream.js';
import { commandTag } from '../../../src/services/dimse/commandSet.js';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import type { RemoteNode } from '../../../src/services/dimse/listenerTypes.js';
import { encodePdu } from '../../../src/services/dimse/pdu.js';
import type { ReceptionSink } from '../../../src/services/spool/types.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { buildDataSet } from '../../support/dicomBuilder.js';
import { associated, ctClass, explicitSyntax, type Peer } from '../../support/dimsePeer.js';
import { PlainSink } from '../../support/plainSink.js';
import { destination, receive, sample, SpoolRig } from '../../support/spoolRig.js';

const push = '1.2.840.10008.1.20.1';
const context = { id: 1, abstractSyntax: push, transferSyntaxes: [explicitSyntax] };
const request = (uids: readonly string[], transaction = '1.2.3.99'): Buffer =>
  buildDataSet([
    { tag: 0x00081195, vr: 'UI', value: transaction },
    {
      tag: 0x00081199,
      vr: 'SQ',
      items: uids.map((uid) => ({
        elements: [
          { tag: 0x00081150, vr: 'UI', value: ctClass },
          { tag: 0x00081155, vr: 'UI', value: uid },
        ],
      })),
    },
  ]);
const action = new Map<number, number | string>([
  [commandTag.requestedClass, push],
  [commandTag.field, 0x0130],
  [commandTag.messageId, 3],
  [commandTag.dataSetType, 1],
  [commandTag.requestedInstance, `${push}.1`],
  [commandTag.actionType, 1],
]);

interface Result {
  readonly event: number | undefined;
  readonly bytes: Buffer;
}

/** Takes one N-EVENT-REPORT and answers it. */
async function takeResult(association: Association): Promise<Result> {
  const message = await association.receive();
  assert.ok(message?.data);
  const pieces: Buffer[] = [];
  for (let next = await message.data.next(); next !== undefined; next = await message.data.next()) {
    pieces.push(next);
  }
  const answer = new Map<number, number | string>([
    [commandTag.affectedClass, push],
    [commandTag.field, 0x8100],
    [commandTag.respondedTo, message.command.number(commandTag.messageId) ?? 0],
    [commandTag.dataSetType, 0x0101],
    [commandTag.status, 0],
  ]);
  await association.send(message.context.id, answer);
  return { event: message.command.number(commandTag.eventType), bytes: Buffer.concat(pieces) };
}

describe('storage commitment', () => {
  let sink: PlainSink;
  let listener: DicomListener;
  let server: Server | undefined;
  const begin = async (nodes: readonly RemoteNode[] = [], to: ReceptionSink = sink): Promise<number> => {
    listener = new DicomListener(
      { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', nodes },
      to,
      silentLogger,
    );
    return listener.start();
  };
  const ask = async (peer: Peer, dataSet: Buffer): Promise<number | undefined> => {
    await peer.association.send(1, action, dataSet);
    return (await peer.association.receive())?.command.number(commandTag.status);
  };
  /** A node of the sender that takes one result over an association of ours. */
  const node = async (): Promise<{ readonly at: RemoteNode; readonly result: Promise<Result> }> => {
    const result = new Promise<Result>((resolve, reject) => {
      server = createServer((socket) => {
        const answer = async (): Promise<void> => {
          const stream = new ByteStream(socket, 5_000);
          const head = await stream.take(6);
          const asked = decodeRequest(await stream.take(head.readUInt32BE(2)));
          assert.deepEqual(asked.roles, [{ sopClass: push, scu: false, scp: true }]);
          const contexts = [{ id: 1, result: 0, transferSyntax: explicitSyntax }];
          socket.write(encodePdu(2, encodeAccept({ ...asked, contexts })));
          const accepted = { id: 1, abstractSyntax: push, transferSyntax: explicitSyntax };
          const association = new Association(socket, stream, {
            ...{ contexts: new Map([[1, accepted]]), ownMaxPdu: 16384, peerMaxPdu: 16384 },
          });
          resolve(await takeResult(association));
          await association.receive();
          socket.end();
        };
        answer().catch(reject);
      });
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const { port } = server!.address() as AddressInfo;
    return { at: { aeTitle: 'SCANNER', host: '127.0.0.1', port }, result };
  };
  beforeEach(() => {
    sink = new PlainSink('/nonexistent');
  });
  afterEach(() => {
    listener.dispose();
    server?.close();
  });

  it('is given for archived objects over the same association, and refused for unknown ones', async () => {
    const peer = await associated(await begin(), { contexts: [context] });
    sink.archivedUids.add('1.2.1');
    assert.equal(await ask(peer, request(['1.2.1'])), 0);
    assert.equal((await takeResult(peer.association)).event, 1);
    assert.equal(await ask(peer, request(['1.2.1', '1.2.2'])), 0);
    const { event, bytes } = await takeResult(peer.association);
    assert.equal(event, 2);
    assert.ok(bytes.includes(Buffer.of(0x08, 0, 0x98, 0x11)), 'Failed SOP Sequence');
    await peer.association.release();
  });

  it('waits for what is on its way', async () => {
    const peer = await associated(await begin(), { contexts: [context] });
    sink.pendingUids.add('1.2.1');
    assert.equal(await ask(peer, request(['1.2.1'])), 0);
    sink.settle();
    const result = takeResult(peer.association);
    sink.archivedUids.add('1.2.1');
    sink.pendingUids.clear();
    sink.settle();
    assert.equal((await result).event, 1);
    await peer.association.release();
  });

  it('is refused for a damaged request', async () => {
    const peer = await associated(await begin(), { contexts: [context] });
    assert.equal(await ask(peer, Buffer.alloc(64, 0x5a)), 0x0110);
    assert.equal(await ask(peer, request([])), 0x0110);
    await peer.association.release();
  });

  it('goes to the node over a new association when the first one is closed', async () => {
    const { at, result } = await node();
    const peer = await associated(await begin([at]), { contexts: [context] });
    sink.pendingUids.add('1.2.1');
    assert.equal(await ask(peer, request(['1.2.1'])), 0);
    await peer.association.release();
    peer.socket.end();
    sink.archivedUids.add('1.2.1');
    sink.pendingUids.clear();
    while (listener.status.associations > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    sink.settle();
    assert.equal((await result).event, 1);
  });

  it('that was asked for before a restart is given after it', async () => {
    const rig = await SpoolRig.start();
    try {
      const { at, result } = await node();
      const options = { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', nodes: [at] };
      const { object, dataSet } = sample(1);
      const uid = object.sopInstanceUid;
      listener = new DicomListener(options, rig.spool.sink(destination), silentLogger);
      const peer = await associated(await listener.start(), { contexts: [context] });
      await receive(rig.spool.sink(destination), { object, dataSet });
      assert.equal(await ask(peer, request([uid])), 0);
      peer.socket.destroy();
      await listener.stop();
      const kept = (await rig.everything()).filter((path) => /commitments.*json$/.test(path));
      assert.equal(kept.length, 1);
      assert.ok(!(await readFile(kept[0]!)).includes(uid));
      // Another process.
      const later = rig.other();
      const id = await rig.onlyFolder();
      for (const path of await rig.objects(id)) await later.archived(id, path);
      listener = new DicomListener(options, later.sink(destination), silentLogger);
      await listener.start();
      assert.equal((await result).event, 1);
      await rig.until(async () => !(await rig.everything()).some((path) => /commitments.*json$/.test(path)));
    } finally {
      await rig.close();
    }
  });

  it('is not promised where the request can not be kept', async () => {
    const commitments = {
      keep: () => Promise.reject(new GiftCloudError('DISK_FULL', 'asked for by a test')),
      takeUp: () => Promise.resolve(new Map()),
      letGo: () => undefined,
      forget: () => Promise.resolve(),
    };
    const peer = await associated(await begin([], Object.assign(sink, { commitments })), {
      contexts: [context],
    });
    assert.equal(await ask(peer, request(['1.2.1'])), 0x0110);
    await peer.association.release();
  });
});
