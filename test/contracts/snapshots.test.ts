import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser } from '../support/sandboxRequests.js';

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: readonly number[];
}

/** Reads a GIF with one global palette and one image, as its specification says. */
function decodeGif(bytes: Buffer): Picture {
  assert.match(bytes.toString('latin1', 0, 6), /^GIF8[79]a$/);
  const colours = 2 << (bytes.readUInt8(10) & 7);
  const palette = bytes.subarray(13, 13 + 3 * colours);
  let at = 13 + palette.length;
  assert.equal(bytes.readUInt8(at), 0x2c);
  const [width, height] = [bytes.readUInt16LE(at + 5), bytes.readUInt16LE(at + 7)];
  const minimum = bytes.readUInt8(at + 10);
  const data: Buffer[] = [];
  for (at += 11; bytes.readUInt8(at) !== 0; at += 1 + bytes.readUInt8(at)) {
    data.push(bytes.subarray(at + 1, at + 1 + bytes.readUInt8(at)));
  }
  assert.equal(bytes.readUInt8(at + 1), 0x3b);
  const indexes = decompress(Buffer.concat(data), minimum);
  return { width, height, pixels: indexes.map((index) => palette.readUInt8(3 * index)) };
}

function decompress(data: Buffer, minimum: number): number[] {
  const [clear, end] = [1 << minimum, (1 << minimum) + 1];
  const roots = Array.from({ length: clear + 2 }, (_, code) => [code]);
  let table = [...roots];
  let width = minimum + 1;
  let previous: number[] | undefined;
  const pixels: number[] = [];
  for (let bit = 0; bit + width <= data.length * 8;) {
    let code = 0;
    for (let k = 0; k < width; k += 1, bit += 1) {
      code |= ((data.readUInt8(bit >> 3) >> (bit & 7)) & 1) << k;
    }
    if (code === end) return pixels;
    if (code === clear) {
      [table, width, previous] = [[...roots], minimum + 1, undefined];
      continue;
    }
    const known = table[code];
    const entry: number[] = known ?? [...(previous ?? []), previous?.[0] ?? 0];
    if (previous !== undefined && table.length < 4096) table.push([...previous, entry[0] ?? 0]);
    if (table.length === 1 << width && width < 12) width += 1;
    for (const pixel of entry) pixels.push(pixel);
    previous = entry;
  }
  throw new Error('no end');
}

describe('sandbox contract: snapshots', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox();
    alice = await SandboxUser.signIn(sandbox, 'alice');
  });
  after(() => sandbox.close());

  const snapshots = async (experiment: number): Promise<string> => {
    const subject = '/data/projects/GIFTDEMO/subjects/GIFTDEMO-0001';
    const rows = await alice.rows(`${subject}/experiments`);
    const id = rows[experiment]?.['ID'] ?? '';
    return `/data/experiments/${id}/scans/Series1/resources/SNAPSHOTS/files`;
  };

  for (const [experiment, kind] of ['MR', 'CT'].entries()) {
    it(`has a large and a small picture of a demo study: ${kind}`, async () => {
      const files = await snapshots(experiment);
      const rows = await alice.rows(files);
      assert.deepEqual(
        rows.map((row) => [row['file_content'], row['file_format']]),
        [
          ['ORIGINAL', 'GIF'],
          ['THUMBNAIL', 'GIF'],
        ],
      );
      for (const [content, size] of [
        ['ORIGINAL', 256],
        ['THUMBNAIL', 64],
      ] as const) {
        const answer = await alice.get(`${files}?file_content=${content}&index=0`);
        assert.deepEqual([answer.status, answer.type], [200, 'image/gif']);
        const { width, height, pixels } = decodeGif(answer.bytes);
        assert.deepEqual([width, height, pixels.length], [size, size, size * size]);
        // A head: dark corners, brain of some brightness in the middle, something nearly white.
        const middle = pixels[(size >> 2) * size + (size >> 2)] ?? 0;
        assert.ok((pixels[0] ?? 255) < 40 && middle > 40 && Math.max(...pixels) > 200);
      }
    });
  }

  it('has none by the newer address', async () => {
    assert.equal((await alice.get('/xapi/experiments/X/scan/Series1/snapshot')).status, 404);
  });
});
