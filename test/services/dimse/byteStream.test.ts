import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { ByteStream } from '../../../src/services/dimse/byteStream.js';

describe('the bytes of a connection', () => {
  const server = createServer();
  let sender: Socket;
  let stream: ByteStream;
  before(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  after(() => server.close());
  beforeEach(async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    sender = connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = await accepted;
    stream = new ByteStream(socket, 10_000);
  });
  afterEach(() => sender.destroy());

  /** Each byte says where it stands. */
  const pattern = (length: number): Buffer =>
    Buffer.from(Array.from({ length }, (_, at) => (at * 31) & 0xff));

  it('come out as they came in, whatever is taken', async () => {
    const sent = pattern(3_000_000);
    sender.write(sent);
    const pieces: Buffer[] = [];
    let size = 0;
    for (let round = 0; size < sent.length; round++) {
      const left = sent.length - size;
      const piece =
        round % 3 === 0
          ? await stream.take(Math.min(left, 6 + (round % 5) * 40_000))
          : Buffer.from(await stream.some(Math.min(left, 1 + ((round * 7919) % 200_000))));
      pieces.push(piece);
      size += piece.length;
    }
    assert.ok(Buffer.concat(pieces).equals(sent));
  });

  it('are kept when they were taken, and lent until the next call otherwise', async () => {
    const sent = pattern(500_000);
    sender.write(sent);
    const taken = await stream.take(100_000);
    const lent = await stream.some(1_000_000);
    // What was lent outlasts everything but the next call.
    for (let turns = 0; turns < 5; turns++) await turn();
    assert.ok(lent.equals(sent.subarray(100_000, 100_000 + lent.length)));
    await stream.take(300_000);
    assert.ok(taken.equals(sent.subarray(0, 100_000)));
  });
});
