import assert from 'node:assert/strict';
import { ProgressThrottle } from '../../../src/workbench/progressThrottle.js';

describe('progress of long work', () => {
  it('is reported at most five times a second, and adds up to the whole', () => {
    let now = 0;
    const throttle = new ProgressThrottle(() => now);
    const reports: { readonly increment?: number }[] = [];
    for (let step = 0; step <= 1000; step += 1) {
      now = step * 10;
      const report = throttle.next({ message: 'uploading', fraction: step / 1000 });
      if (report) reports.push(report);
    }
    assert.equal(reports.length, 51);
    assert.equal(
      reports.reduce((sum, { increment = 0 }) => sum + increment, 0),
      100,
    );
  });

  it('says nothing while nothing visible changes', () => {
    let now = 0;
    const throttle = new ProgressThrottle(() => now);
    assert.deepEqual(throttle.next({ message: 'a', fraction: 0.101 }), { message: 'a', increment: 10 });
    now = 1000;
    assert.equal(throttle.next({ message: 'a', fraction: 0.109 }), undefined);
    assert.deepEqual(throttle.next({ message: 'b', fraction: 0.109 }), { message: 'b' });
  });

  it('says what is urgent at once', () => {
    const throttle = new ProgressThrottle(() => 0);
    throttle.next({ message: 'a' });
    assert.equal(throttle.next({ message: 'b' }), undefined);
    assert.deepEqual(throttle.next({ message: 'c', urgent: true }), { message: 'c' });
  });

  it('never runs backwards or past the end', () => {
    let now = 0;
    const throttle = new ProgressThrottle(() => now);
    assert.equal(throttle.next({ message: 'a', fraction: 0.6 })?.increment, 60);
    now = 1000;
    assert.equal(throttle.next({ message: 'b', fraction: 0.2 })?.increment, undefined);
    now = 2000;
    assert.equal(throttle.next({ message: 'c', fraction: 1.7 })?.increment, 40);
  });
});
