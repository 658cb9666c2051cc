import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FrameSealer, newSalt } from '../../../src/services/spool/frameSealer.js';
import {
  contentSize,
  encodeHead,
  FileCipher,
  fileSize,
  frameSize,
  headLength,
  tagLength,
} from '../../../src/services/spool/sealedFormat.js';
import { SpoolKeys } from '../../../src/services/spool/spoolKeys.js';
import { placesOf, sealedName, spoolRoot } from '../../../src/services/spool/spoolPlaces.js';
import { sourcesOf } from '../../support/spoolRig.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const stride = frameSize + tagLength;
/** Around every boundary of the format. */
const sizes = [
  ...[0, 1, 15, 16, 17, 1000, frameSize - 1, frameSize, frameSize + 1],
  ...[2 * frameSize - 1, 2 * frameSize, 2 * frameSize + 17, 3 * frameSize + 500],
];

describe('sealed files of the spool', () => {
  const key = randomBytes(32);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let objects: string;
  const pathOf = (name: string): string => join(objects, name);
  const sealed = (content: Buffer, path: string, piece = 100_000, salt = newSalt()): Buffer => {
    const sealer = new FrameSealer(new FileCipher(new SpoolKeys(key), salt, sealedName(path)));
    const parts = [encodeHead(salt)];
    for (let at = 0; at < content.length; at += piece)
      parts.push(...sealer.seal(content.subarray(at, at + piece)));
    return Buffer.concat([...parts, ...sealer.end(), sealer.mark()]);
  };
  const write = async (name: string, content: Buffer): Promise<string> => {
    await writeFile(pathOf(name), sealed(content, pathOf(name)));
    return pathOf(name);
  };
  const open = (path: string): ReturnType<ReturnType<typeof sourcesOf>['open']> =>
    sourcesOf(folder.path).open(path);
  /** Reads all of it, both ways. */
  const readAll = async (path: string): Promise<Buffer> => {
    const source = open(path);
    try {
      return source.read(0, source.size);
    } finally {
      source.close();
    }
  };
  const readToSend = async (path: string, piece: number): Promise<Buffer> => {
    const source = await sourcesOf(folder.path).openToSend(path);
    const parts: Buffer[] = [];
    try {
      for (let at = 0; ;) {
        const targets = [Buffer.alloc(piece), Buffer.alloc(7)];
        const got = await source.readInto(targets, at);
        if (got === 0) return Buffer.concat(parts);
        parts.push(Buffer.concat(targets).subarray(0, got));
        at += got;
      }
    } finally {
      await source.close();
    }
  };
  const assertRefused = async (path: string, bytes: Buffer): Promise<void> => {
    await writeFile(path, bytes);
    await assert.rejects(readAll(path), { code: 'STATE_UNREADABLE' });
    await assert.rejects(readToSend(path, 70_000), { code: 'STATE_UNREADABLE' });
  };

  beforeEach(async () => {
    folder = await temporaryFolder();
    await writeFile(join(folder.path, 'queue.key'), key);
    ({ objects } = placesOf(spoolRoot(folder.path), 'one'));
    await mkdir(objects, { recursive: true });
  });
  afterEach(() => folder.remove());

  it('give back what was sealed, of any size, and tell their size without being read', async () => {
    for (const size of sizes) {
      const content = randomBytes(size);
      const path = await write(`s-${size}`, content);
      const source = open(path);
      assert.equal(source.size, size);
      source.close();
      assert.equal((await stat(path)).size, fileSize(size));
      assert.equal(contentSize(fileSize(size)), size);
      assert.ok((await readAll(path)).equals(content), `${size} bytes`);
      assert.ok((await readToSend(path, 65_535)).equals(content), `${size} bytes to send`);
    }
  });

  it('do not depend on the pieces in which the content came', async () => {
    const content = randomBytes(2 * frameSize + 3);
    const salt = newSalt();
    const whole = sealed(content, pathOf('x'), content.length, salt);
    for (const piece of [65_536, frameSize, frameSize + 1]) {
      assert.ok(sealed(content, pathOf('x'), piece, salt).equals(whole), `pieces of ${piece}`);
    }
  });

  it('are read from any position, over any boundary', async () => {
    const content = randomBytes(2 * frameSize + 1000);
    const source = open(await write('one', content));
    const marks = [
      0,
      1,
      frameSize - 1,
      frameSize,
      frameSize + 1,
      2 * frameSize,
      content.length - 1,
      content.length,
    ];
    for (const from of marks) {
      for (const to of [...marks, content.length + 500]) {
        const expected = content.subarray(from, Math.max(from, to));
        assert.ok(source.read(from, Math.max(0, to - from)).equals(expected), `${from} to ${to}`);
        const target = Buffer.alloc(Math.max(0, to - from));
        assert.equal(source.readInto(target, from), expected.length);
        assert.ok(target.subarray(0, expected.length).equals(expected));
      }
    }
    source.close();
  });

  it('hold nothing of the content, and the same content twice looks different', async () => {
    const content = Buffer.alloc(50_000, 'Zwetschgenbaum^Apollonia');
    const [one, two] = [
      await readFile(await write('one', content)),
      await readFile(await write('two', content)),
    ];
    assert.ok(!one.includes('Zwetschgenbaum') && !one.includes('Apollonia'));
    assert.ok(!one.subarray(headLength).equals(two.subarray(headLength)));
  });

  it('that were cut anywhere are refused', async () => {
    const content = randomBytes(2 * frameSize + 100);
    const path = await write('one', content);
    const whole = await readFile(path);
    const cuts = [
      0,
      1,
      7,
      headLength - 1,
      headLength,
      headLength + 16,
      headLength + stride,
      headLength + 2 * stride,
    ];
    for (const length of [
      ...cuts,
      headLength + 2 * stride + 16,
      whole.length - 17,
      whole.length - 16,
      whole.length - 1,
    ]) {
      await assertRefused(path, whole.subarray(0, length));
    }
    await assertRefused(path, Buffer.concat([whole, Buffer.alloc(1)]));
    await assertRefused(path, Buffer.concat([whole, Buffer.alloc(16)]));
  });

  it('that end after a frame are refused, with the mark of the whole one, too', async () => {
    const path = await write('one', randomBytes(2 * frameSize));
    const whole = await readFile(path);
    const mark = whole.subarray(-tagLength);
    await assertRefused(path, Buffer.concat([whole.subarray(0, headLength + stride), mark]));
    await assertRefused(path, Buffer.concat([whole.subarray(0, headLength), mark]));
  });

  it('in which a bit flipped are refused', async () => {
    const path = await write('one', randomBytes(frameSize + 5000));
    const whole = await readFile(path);
    const spots = [0, 7, 8, headLength - 1, headLength, headLength + 1000, headLength + frameSize];
    for (const at of [
      ...spots,
      headLength + stride,
      whole.length - 33,
      whole.length - 17,
      whole.length - 1,
    ]) {
      const flipped = Buffer.from(whole);
      flipped[at] = (flipped[at] ?? 0) ^ 1;
      await assertRefused(path, flipped);
    }
  });

  it('with frames in another order, or of another file, are refused', async () => {
    const path = await write('one', randomBytes(3 * frameSize));
    const other = await readFile(await write('two', randomBytes(3 * frameSize)));
    const whole = await readFile(path);
    const frame = (file: Buffer, index: number): Buffer =>
      file.subarray(headLength + index * stride, headLength + (index + 1) * stride);
    const built = (...frames: Buffer[]): Buffer =>
      Buffer.concat([whole.subarray(0, headLength), ...frames, whole.subarray(-tagLength)]);
    await assertRefused(path, built(frame(whole, 1), frame(whole, 0), frame(whole, 2)));
    await assertRefused(path, built(frame(whole, 0), frame(other, 1), frame(whole, 2)));
    await assertRefused(path, other);
  });

  it('are bound to their name and their folder', async () => {
    const path = await write('one', randomBytes(100));
    await rename(path, pathOf('two'));
    await assert.rejects(readAll(pathOf('two')), { code: 'STATE_UNREADABLE' });
    const elsewhere = placesOf(spoolRoot(folder.path), 'two').objects;
    await mkdir(elsewhere, { recursive: true });
    await rename(pathOf('two'), join(elsewhere, 'one'));
    await assert.rejects(readAll(join(elsewhere, 'one')), { code: 'STATE_UNREADABLE' });
  });

  it('need their key: none, a short one, another one', async () => {
    const path = await write('one', randomBytes(100));
    await writeFile(join(folder.path, 'queue.key'), randomBytes(32));
    await assert.rejects(readAll(path), { code: 'STATE_UNREADABLE' });
    await writeFile(join(folder.path, 'queue.key'), key.subarray(1));
    await assert.rejects(readAll(path), { code: 'KEY_MISSING' });
    await rename(join(folder.path, 'queue.key'), join(folder.path, 'away'));
    await assert.rejects(readAll(path), { code: 'KEY_MISSING' });
  });

  it('lie beside files that are read as they are', async () => {
    const path = join(folder.path, 'plain');
    await writeFile(path, 'plain');
    assert.equal((await readAll(path)).toString(), 'plain');
    assert.equal((await readToSend(path, 3)).toString(), 'plain');
  });
});
