import assert from 'node:assert/strict';
import { query } from '../../../src/services/query/query.js';
import type { PacsConnection, QueryRequest } from '../../../src/services/query/types.js';
import { FakePacs, type Asked } from '../../support/fakePacs.js';
import { byName, pending, searched, study, type Found } from '../../support/searches.js';

describe('a search of a PACS that misbehaves', () => {
  let pacs: FakePacs;
  const begin = async (answer: (asked: Asked) => Promise<void>, accepts?: (uid: string) => boolean) => {
    pacs = await FakePacs.start(answer, accepts);
  };
  afterEach(() => pacs.stop());

  const search = (request: Partial<QueryRequest> = {}, node: Partial<PacsConnection> = {}): Promise<Found> =>
    searched(pacs.node(node), request);

  const never = (): Promise<void> => new Promise(() => undefined);

  it('never answers', async () => {
    await begin(never);
    await assert.rejects(search({}, { timeoutMs: 200 }), { code: 'NODE_TIMEOUT' });
  });

  it('answers byte by byte, for ever', async () => {
    await begin(async ({ socket }) => {
      for (let at = 0; !socket.destroyed; at++) {
        socket.write(Buffer.of([4, 0, 0, 0, 0x40, 0, 0, 0, 0x3f, 0xfc, 1, 1][at] ?? 0));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    await assert.rejects(search({}, { timeoutMs: 300 }), { code: 'NODE_TIMEOUT' });
  });

  it('floods, and goes on after it was told to stop', async () => {
    const answers = 100_000;
    let sent = 0;
    await begin(async ({ answer, message }) => {
      if (message.command.field !== 0x0020) return;
      for (sent = 0; sent < answers; sent++) await answer(pending, study(1));
      await never();
    });
    const before = process.memoryUsage().rss;
    const { rows, done } = await search({ limit: 50 });
    assert.deepEqual([rows.length, done.more], [50, true]);
    assert.ok(process.memoryUsage().rss - before < 300 * 1024 * 1024, 'memory is bounded');
  }).timeout(60_000);

  it('floods a slow reader, and has to wait', async () => {
    const long = study(1, [{ tag: 0x00084000, vr: 'LT', value: 'x'.repeat(5000) }]);
    let sent = 0;
    await begin(async ({ answer }) => {
      for (; sent < 20_000; sent++) {
        await answer(pending, long);
        if (sent % 100 === 0) await new Promise(setImmediate);
      }
    });
    let taken = 0;
    for await (const event of query(pacs.node({ timeoutMs: 300 }), byName)) {
      if (event.kind !== 'rows') continue;
      await new Promise((resolve) => setTimeout(resolve, 1000));
      taken = sent;
      break;
    }
    assert.ok(taken < 10_000, `${taken} answers were taken for a reader that does not read`);
  });

  const statuses: readonly [number, RegExp][] = [
    [0xa700, /out of resources \(status a700\)/],
    [0xa900, /did not understand/],
    [0xc001, /could not process/],
    [0x0122, /does not offer/],
    [0x4711, /status 4711/],
  ];
  for (const [code, text] of statuses) {
    it(`answers with status ${code.toString(16)}`, async () => {
      await begin(({ answer }) => answer(code));
      await assert.rejects(search(), (error: Error) => text.test(error.message));
    });
  }

  it('drops the connection in the middle', async () => {
    await begin(async ({ answer, socket }) => {
      await answer(pending, study(1));
      socket.destroy();
    });
    await assert.rejects(search(), { code: 'NODE_BROKEN' });
  });

  it('releases or aborts in the middle', async () => {
    for (const bytes of [Buffer.of(5, 0, 0, 0, 0, 4, 0, 0, 0, 0), Buffer.of(7, 0, 0, 0, 0, 4, 0, 0, 0, 0)]) {
      await begin(async ({ answer, socket }) => {
        await answer(pending, study(1));
        socket.write(bytes);
        await never();
      });
      await assert.rejects(search(), { code: 'NODE_BROKEN' });
      await pacs.stop();
    }
  });

  it('sends damaged answers, and some without a UID', async () => {
    await begin(async ({ answer }) => {
      await answer(pending, [{ tag: 0x00100010, vr: 'PN', value: 'A', declaredLength: 60_000 }]);
      await answer(pending, [{ tag: 0x00100010, vr: 'PN', value: 'No^Uid' }]);
      await answer(pending);
      await answer(pending, study(1));
      await answer(0);
    });
    const { rows, done } = await search();
    assert.deepEqual([rows.length, done.unusable], [1, 3]);
  });

  it('sends nothing but damaged answers', async () => {
    await begin(async ({ answer }) => {
      for (let sent = 0; sent < 2000; sent++) await answer(pending, [{ tag: 8, vr: 'UN', value: 'x' }]);
    });
    await assert.rejects(search(), { code: 'NODE_BROKEN' });
  });

  it('sends a PDU that is too long', async () => {
    await begin(async ({ socket }) => {
      socket.write(Buffer.concat([Buffer.of(4, 0, 0xff, 0xff, 0xff, 0xff), Buffer.alloc(100_000)]));
      await never();
    });
    await assert.rejects(search(), { code: 'NODE_BROKEN' });
  });

  it('answers another request, or with an object', async () => {
    for (const values of [
      [0x8020, 99],
      [0x8021, 1],
      [0x0001, 1],
    ] as const) {
      await begin(async ({ association, message }) => {
        const [field, to] = values;
        await association.send(message.context.id, new Map([[0x0100, field], [0x0120, to], [0x0800, 0x0101], [0x0900, 0]])); // prettier-ignore
      });
      await assert.rejects(search(), { code: 'NODE_BROKEN' });
      await pacs.stop();
    }
  });

  it('accepts the association, and not the model', async () => {
    await begin(
      ({ answer }) => answer(0),
      () => false,
    );
    await assert.rejects(search(), { code: 'NODE_REFUSED' });
  });
});
