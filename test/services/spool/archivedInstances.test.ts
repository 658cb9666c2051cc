import assert from 'node:assert/strict';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Leases } from '../../../src/services/queue/leases.js';
import { ArchivedInstances } from '../../../src/services/spool/archivedInstances.js';
import { quickLeases } from '../../support/queueRig.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const nameOf = (number: number): string => String(number).padStart(32, '0');

describe('the memory of archived instances', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const open = (most?: number): ArchivedInstances =>
    new ArchivedInstances(folder.path, new Leases(join(folder.path, 'clock'), quickLeases), most);
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  it('knows what was added, by any process, and nothing else', async () => {
    assert.deepEqual(await open().among(new Set([nameOf(1)])), new Set());
    await open().add(nameOf(1));
    await open().add(nameOf(2));
    assert.deepEqual(await open().among(new Set([nameOf(2), nameOf(3)])), new Set([nameOf(2)]));
    assert.equal((await stat(join(folder.path, 'archived'))).mode & 0o777, 0o600);
  });

  it('forgets the oldest, never the latest', async () => {
    const memory = open(10);
    for (let number = 1; number <= 35; number++) await memory.add(nameOf(number));
    const all = new Set(Array.from({ length: 35 }, (_, at) => nameOf(at + 1)));
    const known = await memory.among(all);
    assert.deepEqual([...known].sort(), [...all].slice(20));
    const files = await Promise.all(
      ['archived', 'archived.earlier'].map((name) => readFile(join(folder.path, name))),
    );
    assert.ok(files.every(({ length }) => length <= 10 * 33));
  });

  it('takes a line that a power cut tore for none, and goes on', async () => {
    await open().add(nameOf(1));
    await appendFile(join(folder.path, 'archived'), nameOf(2).slice(0, 20));
    await open().add(nameOf(3));
    await open().add(nameOf(4));
    const known = await open().among(new Set([1, 2, 3, 4].map(nameOf)));
    assert.ok(known.has(nameOf(1)) && !known.has(nameOf(2)) && known.has(nameOf(4)));
  });
});
