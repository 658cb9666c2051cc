import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { commandTag } from '../../../src/services/dimse/commandSet.js';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import { echo } from '../../../src/services/dimse/echo.js';
import { AssociationRejected } from '../../../src/services/dimse/handshake.js';
import type { ListenerOptions } from '../../../src/services/dimse/listenerTypes.js';
import { answerContexts } from '../../../src/services/dimse/negotiation.js';
import { isStorageClass } from '../../../src/services/dimse/wellKnown.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { buildDataSet, sampleElements } from '../../support/dicomBuilder.js';
import { associated, closed, connected, ctContext, store, storeCommand } from '../../support/dimsePeer.js';
import { headLength, PlainSink } from '../../support/plainSink.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const uid = '1.2.826.0.1.3680043.10.999.4.1';
const dataSet = buildDataSet(sampleElements({ rows: 256, columns: 256 }));

describe('the DICOM listener', function () {
  this.timeout(30_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sink: PlainSink;
  const listeners: DicomListener[] = [];
  const start = async (options: Partial<ListenerOptions> = {}): Promise<[DicomListener, number]> => {
    const all = { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', ...options };
    const listener = new DicomListener(all, sink, silentLogger);
    listeners.push(listener);
    return [listener, await listener.start()];
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    sink = new PlainSink(folder.path);
  });
  afterEach(async () => {
    for (const listener of listeners.splice(0)) listener.dispose();
    await folder.remove();
  });
  const code = async (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'none',
      (error: unknown) => (GiftCloudError.is(error) ? error.code : String(error)),
    );

  it('takes an object as it was sent, answers after it is durable, and says when the association ended', async () => {
    const [listener, port] = await start();
    const peer = await associated(port);
    assert.equal(await store(peer, uid, dataSet), 0);
    const [object] = sink.received;
    assert.ok(object);
    const bytes = await readFile(object.path);
    assert.ok(bytes.subarray(headLength(object)).equals(dataSet));
    assert.deepEqual([object.callingAe, object.transferSyntax], ['SCANNER', '1.2.840.10008.1.2.1']);
    assert.deepEqual(sink.ended, []);
    await peer.association.release();
    await closed(peer.socket);
    assert.deepEqual(sink.ended, [object.association]);
    const { objects, bytes: counted, accepted, associations } = listener.status;
    assert.deepEqual([objects, counted, accepted, associations], [1, dataSet.length, 1, 0]);
  });

  for (const [at, error, status] of [
    ['begin', 'QUOTA_FULL', 0xa700],
    ['write', 'DISK_FULL', 0xa700],
    ['commit', 'DISK_FULL', 0xa700],
    ['commit', 'SOP_MISMATCH', 0xa900],
    ['commit', 'DICOM_DAMAGED', 0xc000],
    ['begin', 'STATE_UNREADABLE', 0x0110],
  ] as const) {
    it(`answers ${error} of ${at} with ${status.toString(16)}, leaves nothing, and goes on`, async () => {
      const [listener, port] = await start();
      const peer = await associated(port);
      sink.fail = { at, code: error };
      assert.equal(await store(peer, uid, dataSet), status);
      assert.deepEqual([await sink.files(), sink.open], [[], 0]);
      sink.fail = undefined;
      assert.equal(await store(peer, uid, dataSet), 0);
      assert.equal(listener.status.objects, 1);
      await peer.association.release();
    });
  }

  it('never answers Success to garbage, to another object than announced, or to a name that is no UID', async () => {
    const [, port] = await start();
    const peer = await associated(port);
    assert.equal(await store(peer, uid, Buffer.alloc(50_000, 0x5a)), 0xc000);
    assert.equal(await store(peer, uid, dataSet.subarray(0, dataSet.length - 4)), 0xc000);
    assert.equal(await store(peer, '1.2.3', dataSet), 0xa900);
    assert.equal(await store(peer, '../../etc/x', dataSet), 0x0117);
    assert.equal(await store(peer, '', dataSet), 0x0117);
    assert.equal(await store(peer, uid, dataSet, '1.2.840.10008.5.1.4.1.1.4'), 0x0122);
    assert.deepEqual(await sink.files(), []);
    await peer.association.release();
  });

  it('answers a store without data set and an unknown command with an error', async () => {
    const [, port] = await start();
    const { association } = await associated(port);
    const without = storeCommand(uid).set(commandTag.dataSetType, 0x0101);
    await association.send(1, without);
    assert.equal((await association.receive())?.command.number(commandTag.status), 0x0212);
    await association.send(1, without.set(commandTag.field, 0x0020));
    assert.equal((await association.receive())?.command.number(commandTag.status), 0x0211);
    await association.release();
  });

  it('rejects a wrong AE, a caller that is not allowed, and one association too many', async () => {
    const [listener, port] = await start({ allowedCallers: ['SCANNER'], limits: { associations: 1 } });
    const rejection = async (options: Parameters<typeof associated>[1]): Promise<unknown> =>
      associated(port, options).then(
        () => undefined,
        (error: unknown) => (error instanceof AssociationRejected ? error.rejection : error),
      );
    assert.deepEqual(await rejection({ called: 'OTHER' }), { result: 1, source: 1, reason: 7 });
    assert.deepEqual(await rejection({ calling: 'OTHER' }), { result: 1, source: 1, reason: 3 });
    const first = await associated(port);
    assert.deepEqual(await rejection({}), { result: 2, source: 3, reason: 2 });
    await first.association.release();
    await closed(first.socket);
    await (await associated(port)).association.release();
    assert.deepEqual(listener.status.rejected, { '1/1/7': 1, '1/1/3': 1, '2/3/2': 1 });
  });

  it('drains: the open association ends its work, a new one finds nobody', async () => {
    const [listener, port] = await start();
    const peer = await associated(port);
    const stopped = listener.stop(20_000);
    assert.equal(listener.status.state, 'draining');
    assert.equal(
      await code(echo({ aeTitle: 'GIFTCLOUD', host: '127.0.0.1', port }, 'US')),
      'NODE_UNREACHABLE',
    );
    assert.equal(await store(peer, uid, dataSet), 0);
    await peer.association.release();
    await stopped;
    assert.equal(listener.status.state, 'stopped');
    assert.equal(await listener.start().then((again) => again > 0), true);
  });

  it('says what is wrong with the port', async () => {
    const [, port] = await start();
    assert.equal(await code(start({ port })), 'PORT_IN_USE');
    assert.equal(await code(start({ bind: '192.0.2.1' })), 'LISTEN_FAILED');
    assert.equal(await code(start({ tls: { cert: 'x', key: 'y' } })), 'LISTEN_FAILED');
  });

  it('echoes, and says why not', async () => {
    const [, port] = await start({ allowedCallers: ['US'] });
    const node = { aeTitle: 'GIFTCLOUD', host: '127.0.0.1', port };
    await echo(node, 'US');
    const silent = await connected(port);
    assert.equal(await code(echo({ ...node, aeTitle: 'OTHER' }, 'US')), 'NODE_REJECTED');
    assert.equal(await code(echo(node, 'THEM')), 'NODE_REJECTED');
    assert.equal(await code(echo({ ...node, tls: {} }, 'US')), 'NODE_TLS');
    assert.equal(await code(echo(node, 'US', AbortSignal.abort())), 'CANCELLED');
    silent.destroy();
  });

  it('chooses what the sender holds', () => {
    const chosen = (...transferSyntaxes: string[]): string | undefined =>
      answerContexts([{ ...ctContext, transferSyntaxes }], false)[0]?.transferSyntax;
    const [implicit, explicit, big, jpeg] = ['', '.1', '.2', '.4.70'].map((end) => `1.2.840.10008.1.2${end}`);
    assert.equal(chosen(explicit!, big!, implicit!), explicit);
    assert.equal(chosen(big!, implicit!), implicit);
    assert.equal(chosen(implicit!, jpeg!), jpeg);
    assert.equal(chosen(big!), big);
    assert.equal(chosen('1.2.840.113619.5.2.9'), '1.2.840.113619.5.2.9');
  });

  it('knows storage from other services', () => {
    assert.equal(isStorageClass('1.2.840.10008.5.1.4.1.1.999.1', false), true);
    assert.equal(isStorageClass('1.2.840.10008.5.1.4.1.2.2.1', false), false);
    assert.equal(isStorageClass('1.2.840.10008.5.1.4.34.4.1', false), false);
    assert.equal(isStorageClass('1.3.12.2.1107.5.9.1', false), false);
    assert.equal(isStorageClass('1.3.12.2.1107.5.9.1', true), true);
  });
});
