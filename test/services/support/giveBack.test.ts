import assert from 'node:assert/strict';
import { createCipheriv, randomBytes } from 'node:crypto';
import { giveBack } from '../../../src/services/support/giveBack.js';

describe('memory that is given back', () => {
  it('is gone for everybody who had a view of it', () => {
    const buffer = Buffer.alloc(100_000, 7);
    const view = buffer.subarray(10, 20);
    giveBack(buffer);
    assert.deepEqual([buffer.length, view.length, buffer.buffer.byteLength], [0, 0, 0]);
    // Once more does no harm.
    giveBack(buffer);
  });

  it('is never that of small buffers, of parts, or of what threads share', () => {
    const whole = Buffer.alloc(100_000, 7);
    const shared = Buffer.from(new SharedArrayBuffer(100_000));
    const pooled = Buffer.from('small');
    for (const buffer of [whole.subarray(0, 50_000), shared, pooled]) {
      const { length } = buffer;
      giveBack(buffer);
      assert.equal(buffer.length, length);
    }
    assert.ok(whole.every((byte) => byte === 7));
  });

  it('does not count any more', () => {
    const key = randomBytes(32);
    const content = Buffer.alloc(0x100000);
    const before = process.memoryUsage().external;
    for (let times = 0; times < 12; times++) {
      giveBack(createCipheriv('aes-256-gcm', key, randomBytes(12)).update(content));
      giveBack(Buffer.allocUnsafeSlow(0x100000));
    }
    assert.ok(process.memoryUsage().external - before < 5 * 0x100000);
  });
});
