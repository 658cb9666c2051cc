import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ahead, eventsOf, inParallel } from '../../../src/services/pipeline/events.js';

describe('events of work', () => {
  it('gives all events, then the error', async () => {
    const seen: number[] = [];
    const work = eventsOf<number>(async (emit) => {
      emit(1);
      await sleep(1);
      emit(2);
      throw new Error('stop');
    });
    await assert.rejects(async () => {
      for await (const event of work) seen.push(event);
    }, /stop/);
    assert.deepEqual(seen, [1, 2]);
  });

  it('cancels and awaits the work when the caller leaves', async () => {
    let ended = false;
    const work = eventsOf<number>(async (emit, signal) => {
      emit(1);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      await sleep(1);
      ended = true;
    });
    for await (const event of work) if (event === 1) break;
    assert.ok(ended);
  });

  it('runs a few tasks at once; an error stops the others and waits for them', async () => {
    let running = 0;
    let most = 0;
    const ended: number[] = [];
    const run = inParallel(
      [1, 2, 3, 4, 5, 6],
      3,
      async (item, signal) => {
        most = Math.max(most, ++running);
        await sleep(item === 2 ? 5 : 20, undefined, { signal }).catch(() => undefined);
        running--;
        ended.push(item);
        if (item === 2) throw new Error('two');
      },
      new AbortController().signal,
    );
    await assert.rejects(run, /two/);
    assert.equal(most, 3);
    assert.deepEqual(ended.sort(), [1, 2, 3]);
  });

  it('works one item ahead and never more', async () => {
    const made: number[] = [];
    async function* items(): AsyncGenerator<number> {
      for (let item = 1; item <= 4; item++) {
        made.push(item);
        yield item;
      }
    }
    const seen: [number, number][] = [];
    for await (const item of ahead(items())) {
      await sleep(1);
      seen.push([item, made.length]);
    }
    assert.deepEqual(seen, [
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 4],
    ]);
  });
});
