import assert from 'node:assert/strict';
import { choose, type Candidate } from '../../../src/services/queue/lanes.js';
import { backoff, defaultQueuePace, mayPass, mostAttempts } from '../../../src/services/queue/retries.js';
import { Servers } from '../../../src/services/queue/servers.js';
import { Speed } from '../../../src/services/queue/speed.js';

const large = (id: string, server = 'a'): Candidate => ({ id, server, instances: 5000 });
const small = (id: string, server = 'a'): Candidate => ({ id, server, instances: 1 });
const ids = (jobs: readonly Candidate[]): string => jobs.map(({ id }) => id).join(' ');

describe('turns of jobs', () => {
  const three = (): number => 3;

  it('leave a lane to small jobs, whatever large ones wait', () => {
    const waiting = [large('L1'), large('L2'), large('L3'), small('s1')];
    assert.equal(ids(choose(waiting, [], three)), 'L1 L2 s1');
    assert.equal(ids(choose([large('L3'), small('s1')], [large('L1'), large('L2')], three)), 's1');
    assert.equal(ids(choose([large('L3')], [large('L1'), large('L2')], three)), '');
  });

  it('leave a lane to a large job, however many small ones come', () => {
    const waiting = [small('s1'), small('s2'), small('s3'), small('s4'), large('L1')];
    assert.equal(ids(choose(waiting, [], three)), 's1 s2 L1');
    assert.equal(ids(choose([small('s4'), large('L1')], [small('s1'), small('s2')], three)), 'L1');
  });

  it('give all lanes to small jobs where no large one waits', () => {
    assert.equal(ids(choose([small('s1'), small('s2'), small('s3'), small('s4')], [], three)), 's1 s2 s3');
  });

  it('are those of each server', () => {
    const waiting = [large('L1'), large('L2'), large('L3', 'b'), small('s1', 'b')];
    const lanes = (server: string): number => (server === 'a' ? 0 : 2);
    assert.equal(ids(choose(waiting, [], lanes)), 'L3 s1');
  });

  it('are one at a time where there is one lane', () => {
    assert.equal(ids(choose([large('L1'), small('s1')], [], () => 1)), 'L1');
    assert.equal(ids(choose([small('s1')], [large('L1')], () => 1)), '');
  });
});

describe('retries', () => {
  const clock = { time: 1_000_000 };
  const pace = { ...defaultQueuePace, now: () => clock.time, random: () => 1 };

  it('wait twice as long each time, up to a quarter of an hour', () => {
    const waits = [1, 2, 3, 4, 20].map((attempts) => backoff(attempts, pace) / 1000);
    assert.deepEqual(waits, [5, 10, 20, 40, 900]);
  });

  it('are spread over half of their wait', () => {
    const shortest = backoff(3, { ...pace, random: () => 0 });
    assert.equal(shortest, 10_000);
  });

  it('are for what may pass alone', () => {
    for (const code of ['SERVER_UNREACHABLE', 'SERVER_FULL', 'SERVER_ERROR', 'WRITE_NOT_STORED'] as const)
      assert.ok(mayPass(code, 1), code);
    for (const code of [
      'NOT_ALLOWED',
      'SCRIPT_ERROR',
      'SIGN_IN_REFUSED',
      'DICOM_DAMAGED',
      'DUPLICATE_UID',
    ] as const)
      assert.ok(!mayPass(code, 1), code);
    assert.ok(!mayPass('SERVER_ERROR', mostAttempts));
    assert.ok(mayPass('SERVER_UNREACHABLE', 100_000), 'an outage may last');
  });

  it('let one job find out whether a server is back, and then all', () => {
    const servers = new Servers(pace);
    assert.equal(servers.lanes('a', 3), 3);
    servers.note('a', 'SERVER_UNREACHABLE');
    assert.deepEqual([servers.lanes('a', 3), servers.lanes('b', 3)], [0, 3]);
    clock.time += 5000;
    assert.equal(servers.lanes('a', 3), 1);
    servers.note('a', 'SERVER_TIMEOUT');
    clock.time += 5000;
    assert.equal(servers.lanes('a', 3), 0);
    clock.time += 5000;
    assert.equal(servers.lanes('a', 3), 1);
    // An answer, if not the best one.
    servers.note('a', 'NOT_ALLOWED');
    assert.equal(servers.lanes('a', 3), 3);
    assert.equal(servers.answeredAt('a'), clock.time);
  });
});

describe('the speed of a job', () => {
  it('is that of the last seconds', () => {
    let now = 0;
    const speed = new Speed(() => now);
    assert.equal(speed.value, undefined);
    for (now = 0; now <= 10_000; now += 500) speed.note(now * 10);
    assert.equal(speed.value, 10_000);
    for (const end = now + 10_000; now <= end; now += 500) speed.note(100_000);
    assert.equal(speed.value, 0);
  });
});
