import assert from 'node:assert/strict';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { encodeDataSet } from '../../../src/services/dicom/part10Writer.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { buildSample, type Syntax } from '../../support/dicomBuilder.js';
import { refused } from '../../support/dicomChecks.js';
import { MemorySource } from '../../support/memorySource.js';

const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated', 'encapsulated'];
const expectedCodes = /^(?:DICOM_DAMAGED|NOT_DICOM|CONTENT_NOT_SUPPORTED|DICOMDIR_SKIPPED)$/;

/** A small generator with a seed, so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 0x100000000) * below);
  };
}

/** Reads, and encodes what was read; only our own refusals may come out. Gives whether it was accepted. */
function survives(bytes: Buffer, what: string): boolean {
  const source = new MemorySource(bytes);
  try {
    const object = readDicom(source);
    encodeDataSet(object.elements, object.encoding);
  } catch (error) {
    assert.ok(error instanceof GiftCloudError, `${what}: ${String(error)}`);
    assert.match(error.code, expectedCodes, what);
    return false;
  }
  assert.ok(source.reads < 10_000, `${what}: ${source.reads} reads`);
  return true;
}

describe('damaged bytes', () => {
  for (const syntax of syntaxes) {
    it(`cut off at every byte, ${syntax}`, () => {
      const file = buildSample({ syntax });
      const accepted: number[] = [];
      for (let length = 0; length < file.length; length += 1) {
        if (survives(file.subarray(0, length), `cut at ${length}`)) accepted.push(length);
      }
      // A cut between two elements leaves a shorter valid data set, every other one must be seen.
      assert.ok(accepted.length <= 60, `${accepted.length} cuts were accepted`);
      if (syntax === 'deflated') {
        // Only the byte that makes the stream even may be missing.
        assert.ok(accepted.length <= 1, 'a cut stream has no end');
        return;
      }
      for (let cut = 1; cut <= 40; cut += 1) {
        refused(() => readDicom(new MemorySource(file.subarray(0, file.length - cut))), 'DICOM_DAMAGED');
      }
    });

    it(`random changes, ${syntax}`, () => {
      const random = randomNumbers(20240229 + syntaxes.indexOf(syntax));
      const file = buildSample({ syntax });
      let acceptedCount = 0;
      for (let round = 0; round < 2500; round += 1) {
        const bytes = mutated(file, random);
        if (survives(bytes, `round ${round}`)) acceptedCount += 1;
      }
      // Both must happen, or the changes test nothing.
      assert.ok(acceptedCount > 0 && acceptedCount < 2500, `${acceptedCount} accepted`);
    });
  }

  it('random bytes behind a valid file meta', () => {
    const random = randomNumbers(7);
    const head = buildSample().subarray(0, 132 + 200);
    for (let round = 0; round < 1000; round += 1) {
      const noise = Buffer.from(Array.from({ length: random(600) }, () => random(256)));
      survives(Buffer.concat([head, noise]), `round ${round}`);
    }
  });
});

function mutated(file: Buffer, random: (below: number) => number): Buffer {
  let bytes = Buffer.from(file);
  for (let change = random(4); change >= 0; change -= 1) {
    const at = random(bytes.length);
    const kind = random(5);
    if (kind === 0) bytes[at] = random(256);
    else if (kind === 1) bytes.fill(0xff, at, Math.min(bytes.length, at + 4));
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random(16))]);
    else if (kind === 3)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(random(at + 1), at), bytes.subarray(at)]);
    else bytes = bytes.subarray(0, Math.max(at, 300));
  }
  return bytes;
}
