import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Leases, type Lease } from '../../../src/services/queue/leases.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

describe('leases', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const taken: Lease[] = [];
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(async () => {
    for (const lease of taken.splice(0)) await lease.release();
    await folder.remove();
  });

  /** Leases as another process has them; nobody beats, unless told so. */
  const process = (beatMs = 1_000_000, ttlMs = 20_000): Leases =>
    new Leases(join(folder.path, 'clock'), { ttlMs, beatMs });
  const take = async (leases: Leases): Promise<Lease | undefined> => {
    const lease = await leases.acquire(folder.path, 'job');
    if (lease) taken.push(lease);
    return lease;
  };
  const files = async (): Promise<string[]> =>
    (await readdir(folder.path)).filter((name) => name.endsWith('.lease'));
  /** As if nobody had beaten for a minute. */
  const age = async (seconds = 60): Promise<void> => {
    const then = new Date(Date.now() - seconds * 1000);
    for (const name of await files()) await utimes(join(folder.path, name), then, then);
  };

  it('belong to one process until it lets go', async () => {
    const first = await take(process());
    assert.ok(first);
    assert.equal(await take(process()), undefined);
    assert.equal(await process().isHeld(folder.path, 'job'), true);
    await first.check();
    await first.release();
    assert.equal(await process().isHeld(folder.path, 'job'), false);
    assert.ok(await take(process()));
  });

  it('have one winner of many that want one at once, also an old one', async () => {
    for (let round = 0; round < 10; round++) {
      const winners = await Promise.all(Array.from({ length: 8 }, () => take(process())));
      assert.equal(winners.filter(Boolean).length, 1, `round ${round}`);
      assert.equal((await files()).length, 1);
      await age();
    }
  });

  it('go to another when nobody beats, and the old owner learns it before he writes', async () => {
    const first = await take(process());
    await age();
    const second = await take(process());
    assert.ok(first && second);
    await assert.rejects(first.check(), { code: 'LEASE_LOST' });
    assert.equal(first.lost.aborted, true);
    await second.check();
    await first.release();
    await second.check();
    assert.equal(second.lost.aborted, false);
  });

  it('are told as lost by the heartbeat, too', async () => {
    const first = await take(process(5));
    assert.ok(first);
    await first.check();
    await sleep(20);
    // A beat now and then keeps it young: another process that asks now gets nothing.
    assert.equal(await take(process()), undefined);
    const lost = new Promise<void>((done) => first.lost.addEventListener('abort', () => done()));
    while (!first.lost.aborted) {
      await age();
      if (await take(process())) break;
    }
    await lost;
  });

  it('stay with an owner that slept and that nobody replaced', async () => {
    const first = await take(process(20));
    assert.ok(first);
    // Nothing of this process runs meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    for (const name of readdirSync(folder.path))
      if (name.endsWith('.lease')) utimesSync(join(folder.path, name), 0, 0);
    await first.check();
    assert.equal(await take(process()), undefined);
  });

  it('with a time in the future are free when nothing moves for as long as a lease lasts', async () => {
    const first = await take(process());
    assert.ok(first);
    await age(-3600);
    const other = process(1_000_000, 30);
    assert.equal(await take(other), undefined);
    await sleep(50);
    assert.ok(await take(other));
    await assert.rejects(first.check(), { code: 'LEASE_LOST' });
  });

  it('are gone with their folder', async () => {
    assert.equal(await process().acquire(join(folder.path, 'gone'), 'job'), undefined);
    assert.equal(await process().isHeld(join(folder.path, 'gone'), 'job'), false);
  });
});
