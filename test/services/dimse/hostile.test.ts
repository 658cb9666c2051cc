import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { Socket } from 'node:net';
import { encodeCommand } from '../../../src/services/dimse/commandSet.js';
import { DicomListener } from '../../../src/services/dimse/dicomListener.js';
import { echo } from '../../../src/services/dimse/echo.js';
import { encodeFragments, encodePdu } from '../../../src/services/dimse/pdu.js';
import { silentLogger } from '../../../src/services/support/logger.js';
import { buildDataSet, sampleElements } from '../../support/dicomBuilder.js';
import { associated, closed, connected, requestBytes, storeCommand } from '../../support/dimsePeer.js';
import { PlainSink } from '../../support/plainSink.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const uid = '1.2.826.0.1.3680043.10.999.4.1';
const dataSet = buildDataSet(sampleElements());
const command = Buffer.concat([
  ...encodeFragments(1, encodeCommand(storeCommand(uid)), { command: true, last: true }, 16384),
]);
const pdu = (length: number): Buffer => {
  const head = Buffer.of(4, 0, 0, 0, 0, 0);
  head.writeUInt32BE(length, 2);
  return head;
};

describe('the DICOM listener under attack', function () {
  this.timeout(60_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sink: PlainSink;
  let listener: DicomListener;
  let port: number;
  let descriptors: number;
  const begin = async (limits: object = {}): Promise<void> => {
    listener = new DicomListener(
      { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', limits: { artimMs: 400, idleMs: 800, ...limits } },
      sink,
      silentLogger,
    );
    port = await listener.start();
    descriptors = readdirSync('/proc/self/fd').length;
  };
  const alive = (): Promise<void> => echo({ aeTitle: 'GIFTCLOUD', host: '127.0.0.1', port }, 'US');
  beforeEach(async () => {
    folder = await temporaryFolder();
    sink = new PlainSink(folder.path);
  });
  afterEach(async () => {
    await alive();
    while (listener.status.associations > 0 || readdirSync('/proc/self/fd').length > descriptors) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual([await sink.files(), sink.open], [[], 0]);
    await listener.stop();
    await folder.remove();
  });

  const atOnce: Readonly<Record<string, Buffer>> = {
    'random bytes': randomBytes(5000),
    'an HTTP request': Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
    'a TLS hello': Buffer.concat([Buffer.of(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), randomBytes(507)]),
    'data before an association': Buffer.concat([command]),
    'a PDU of 4 GB': Buffer.concat([Buffer.of(1, 0, 0xff, 0xff, 0xff, 0xff), Buffer.alloc(100_000)]),
    'a request that is cut off': encodePdu(1, requestBytes().subarray(6, 90)),
    'an item that runs beyond the end': encodePdu(1, Buffer.concat([requestBytes().subarray(6), Buffer.of(0x50, 0, 0xff, 0xff)])), // prettier-ignore
  };
  for (const [name, bytes] of Object.entries(atOnce)) {
    it(`closes on ${name}`, async () => {
      await begin();
      const socket = await connected(port);
      socket.write(bytes);
      await closed(socket);
      assert.equal(listener.status.silent, 1);
    });
  }

  const pdv = (...bytes: number[]): Buffer => encodePdu(4, Buffer.of(...bytes));
  const inside: Readonly<Record<string, Buffer>> = {
    'a PDU of 4 GB': Buffer.concat([pdu(0xffffffff), Buffer.alloc(100_000)]),
    'a PDU longer than announced': Buffer.concat([pdu(128 * 1024 + 1), Buffer.alloc(100_000)]),
    'an unknown context': pdv(0, 0, 0, 4, 99, 3, 0, 0),
    'a PDV longer than its PDU': pdv(0, 0, 1, 0, 1, 3, 0, 0),
    'a PDV shorter than its header': pdv(0, 0, 0, 1, 1, 3, 0, 0),
    'a PDU without content': pdu(0),
    'a garbage command': Buffer.concat([
      ...encodeFragments(1, randomBytes(200), { command: true, last: true }, 16384),
    ]),
    'a data set without a command': Buffer.concat([...encodeFragments(1, dataSet, { command: false, last: true }, 16384)]), // prettier-ignore
    'a second request': requestBytes(),
    'a command in a data set': Buffer.concat([command, command]),
    'a release in a data set': Buffer.concat([command, encodePdu(5, Buffer.alloc(4))]),
    'an abort in a data set': Buffer.concat([command, encodePdu(7, Buffer.alloc(4))]),
    'silence in a PDU': Buffer.concat([
      command,
      pdu(1000),
      Buffer.of(0, 0, 3, 0xe4, 1, 2),
      Buffer.alloc(100),
    ]),
  };
  for (const [name, bytes] of Object.entries(inside)) {
    it(`ends an association with ${name}`, async () => {
      await begin();
      const { socket } = await associated(port);
      socket.write(bytes);
      await closed(socket);
      assert.equal(listener.status.aborted, 1);
      assert.equal(listener.status.objects, 0);
    });
  }

  it('leaves nothing of a peer that goes in the middle of a PDU', async () => {
    await begin();
    const { socket } = await associated(port);
    socket.write(
      Buffer.concat([command, pdu(60_000), Buffer.of(0, 0, 0xea, 0x5c, 1, 2), Buffer.alloc(30_000)]),
    );
    while (sink.open === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.resetAndDestroy();
    while (sink.open > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('answers while 200 connections never speak, and lets go of them', async () => {
    await begin({ artimMs: 2_000 });
    const sockets: Socket[] = [];
    for (let index = 0; index < 200; index++) sockets.push(await connected(port));
    await alive();
    await Promise.all(sockets.map(closed));
  });

  it('waits for a sender that is slow and healthy', async () => {
    await begin({ idleMs: 400 });
    const { socket, association } = await associated(port);
    const bytes = Buffer.concat([
      command,
      ...encodeFragments(1, dataSet, { command: false, last: true }, 16384),
    ]);
    const step = Math.ceil(bytes.length / 12);
    for (let at = 0; at < bytes.length; at += step) {
      socket.write(bytes.subarray(at, at + step));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    assert.equal((await association.receive())?.command.number(0x0900), 0);
    await association.release();
    assert.equal(sink.received.length, 1);
    await folder.remove();
  });
});
