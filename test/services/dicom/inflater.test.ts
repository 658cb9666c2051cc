import assert from 'node:assert/strict';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { inflatedSource } from '../../../src/services/dicom/inflatedSource.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { refused } from '../../support/dicomChecks.js';
import { MemorySource } from '../../support/memorySource.js';

/** Bytes of a kind by a fixed rule: noise, few symbols, long runs, text with far repeats. */
function sample(kind: number, length: number): Buffer {
  let state = kind * 7919 + 1;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) {
    if (kind === 0) bytes[at] = random();
    else if (kind === 1) bytes[at] = random() & 3;
    else if (kind === 2) bytes[at] = at >> 12;
    else bytes[at] = at > 30_000 && random() > 3 ? (bytes[at - 30_000] ?? 0) : random();
  }
  return bytes;
}

const strategies = [
  constants.Z_DEFAULT_STRATEGY,
  constants.Z_HUFFMAN_ONLY,
  constants.Z_RLE,
  constants.Z_FIXED,
];

describe('inflating', () => {
  for (let kind = 0; kind < 4; kind += 1) {
    it(`gives what zlib packed, kind ${kind}`, () => {
      for (const length of [0, 1, 1000, 65536, 200_001]) {
        const plain = sample(kind, length);
        for (const strategy of strategies) {
          for (const level of [0, 1, 9]) {
            const packed = Buffer.concat([
              Buffer.from('head'),
              deflateRawSync(plain, { level, strategy }),
              Buffer.alloc(1),
            ]);
            const source = inflatedSource(new MemorySource(packed), 4);
            assert.equal(source.size, length);
            assert.ok(source.read(0, length).equals(plain), `length ${length}, level ${level}`);
          }
        }
      }
    });
  }

  it('reads anywhere, backwards too, and not beyond the end', () => {
    const plain = sample(3, 300_000);
    const source = inflatedSource(new MemorySource(deflateRawSync(plain)), 0);
    for (const at of [299_990, 100, 65_530, 65_536, 0, 299_999, 300_000]) {
      assert.deepEqual(source.read(at, 100), plain.subarray(at, at + 100));
    }
  });

  it('agrees with zlib on damaged streams', () => {
    const packed = deflateRawSync(sample(1, 3000));
    let refusals = 0;
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Buffer.from(packed);
      const at = (round * 7919) % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
      const cut = round % 5 === 0 ? bytes.subarray(0, at) : bytes;
      const expected = attempt(() => inflateRawSync(cut));
      const actual = attempt(() => {
        const source = inflatedSource(new MemorySource(cut), 0);
        return source.read(0, source.size);
      });
      assert.deepEqual(actual, expected, `round ${round}`);
      if (!expected) refusals += 1;
    }
    assert.ok(refusals > 100 && refusals < 2000);
  });

  it('refuses what is cut off', () => {
    const packed = deflateRawSync(sample(0, 5000));
    refused(() => inflatedSource(new MemorySource(packed.subarray(0, -1)), 0), 'DICOM_DAMAGED');
    refused(() => inflatedSource(new MemorySource(Buffer.alloc(0)), 0), 'DICOM_DAMAGED');
  });
});

function attempt(action: () => Buffer): Buffer | undefined {
  try {
    return action();
  } catch (error) {
    if (error instanceof GiftCloudError) assert.equal(error.code, 'DICOM_DAMAGED');
    return undefined;
  }
}
