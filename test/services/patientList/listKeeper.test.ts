import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { ListKeeper } from '../../../src/services/patientList/listKeeper.js';
import type { ListEvent, ListOutcome } from '../../../src/services/patientList/types.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';

const written: ListOutcome = { status: 'written', patients: 1, studies: 1, damaged: 0, setAside: false };

/** A keeper whose writings end as the test says, on a clock that is a thousand times as fast. */
class Rig {
  readonly told: string[] = [];
  readonly writings: boolean[] = [];
  /** How the next writings end: written unless something stands here. */
  readonly ends: (ErrorCode | 'current')[] = [];
  writes = Promise.resolve();
  private readonly listeners = new Set<() => void>();
  readonly keeper = new ListKeeper(
    async (unlessCurrent) => {
      this.writings.push(unlessCurrent);
      await this.writes;
      const end = this.ends.shift();
      if (end === undefined || end === 'current') return { ...written, status: end ?? 'written' };
      throw new GiftCloudError(end, end);
    },
    {
      onDidChange: (listener) => {
        this.listeners.add(listener);
        return { dispose: () => this.listeners.delete(listener) };
      },
    },
    (event: ListEvent) =>
      this.told.push(event.kind === 'written' ? 'written' : `${event.error.code} ${event.waiting}`),
    // The first writing counts as 1.5 s of it: news waits 20 ms.
    { within: 3020, again: 5, longest: 20 },
  );

  news(): void {
    for (const listener of this.listeners) listener();
  }

  get listening(): number {
    return this.listeners.size;
  }
}

describe('the keeper of the patient list', () => {
  let rig: Rig;
  beforeEach(() => (rig = new Rig()));
  afterEach(() => rig.keeper.dispose());

  const until = async (fits: () => boolean): Promise<void> => {
    while (!fits()) await sleep(2);
  };

  it('looks at first whether something was left to write, and says nothing when not', async () => {
    rig.ends.push('current');
    await until(() => rig.writings.length === 1);
    await sleep(30);
    assert.deepEqual([rig.writings, rig.told], [[true], []]);
  });

  it('makes one writing of many new patients', async () => {
    for (let number = 0; number < 100; number++) rig.news();
    await until(() => rig.told.length === 1);
    await sleep(40);
    assert.deepEqual([rig.writings, rig.told], [[true], ['written']]);
  });

  it('writes again what came while it was writing', async () => {
    let go = (): void => undefined;
    rig.writes = new Promise((done) => (go = done));
    await until(() => rig.writings.length === 1);
    rig.news();
    go();
    await until(() => rig.told.length === 2);
    assert.equal(rig.writings.length, 2);
  });

  it('tries again what may pass, says so once, and again when it comes back', async () => {
    rig.ends.push('LIST_OPEN', 'LIST_OPEN', 'FILE_UNREADABLE', 'LIST_OPEN');
    await until(() => rig.told.includes('written'));
    assert.deepEqual(rig.told, ['LIST_OPEN true', 'FILE_UNREADABLE true', 'LIST_OPEN true', 'written']);
    rig.ends.push('LIST_OPEN');
    rig.news();
    await until(() => rig.told.length === 6);
    assert.deepEqual(rig.told.slice(4), ['LIST_OPEN true', 'written']);
  });

  it('leaves to a person what only a person can do, until there is news', async () => {
    rig.ends.push('LIST_PASSWORD_NEEDED');
    await until(() => rig.told.length === 1);
    await sleep(40);
    assert.deepEqual([rig.told, rig.writings.length], [['LIST_PASSWORD_NEEDED false'], 1]);
    rig.news();
    await until(() => rig.told.includes('written'));
  });

  it('writes at the end what it has not written, and nothing else', async () => {
    await rig.keeper.flush();
    assert.deepEqual(rig.told, ['written']);
    await rig.keeper.flush();
    assert.equal(rig.writings.length, 1);
    rig.news();
    rig.ends.push('LIST_OPEN');
    await rig.keeper.flush();
    assert.deepEqual(rig.told, ['written', 'LIST_OPEN true']);
    await sleep(40);
    assert.equal(rig.writings.length, 2, 'nothing goes on after the end');
  });

  it('waits at the end for the writing under way', async () => {
    let go = (): void => undefined;
    rig.writes = new Promise((done) => (go = done));
    await until(() => rig.writings.length === 1);
    rig.news();
    const end = rig.keeper.flush();
    go();
    await end;
    assert.deepEqual([rig.writings.length, rig.told], [2, ['written', 'written']]);
  });

  it('writes on demand, also when nothing is new, and tells what went wrong', async () => {
    await rig.keeper.writeNow();
    assert.deepEqual(rig.writings, [false]);
    rig.ends.push('LIST_OPEN');
    await assert.rejects(rig.keeper.writeNow(), (error) => GiftCloudError.is(error, 'LIST_OPEN'));
  });

  it('ends with its owner', async () => {
    rig.keeper.dispose();
    rig.news();
    await sleep(40);
    assert.deepEqual([rig.listening, rig.writings], [0, []]);
  });
});
