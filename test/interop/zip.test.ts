import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { Readable } from 'node:stream';
import { ZipBody } from '../../src/services/pipeline/zipStream.js';
import type { ReadyInstance } from '../../src/services/pipeline/types.js';
import { readyInstance } from '../support/readyInstance.js';
import { temporaryFolder } from '../support/seriesFiles.js';
import { zipOf } from '../support/zipForms.js';

/** What the server does with our zips, done by the same class of the Java library. */
async function readWithJava(zip: Readable): Promise<{ lines: string[]; errors: string; code: number }> {
  const program = join(import.meta.dirname, 'support', 'ReadZip.java');
  const java = spawn('java', ['-Xmx256m', program], { stdio: ['pipe', 'pipe', 'pipe'] });
  const output = text(java.stdout);
  const errors = text(java.stderr);
  const exit = new Promise<number>((resolve) => java.once('close', (code) => resolve(code ?? -1)));
  await pipeline(zip, java.stdin).catch(() => undefined);
  const lines = (await output).split('\n').filter((line) => line !== '');
  return { lines, errors: await errors, code: await exit };
}

describe("our zips and Java's ZipInputStream", function () {
  this.timeout(240_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  before(async () => {
    folder = await temporaryFolder();
  });
  after(() => folder.remove());

  it('reads every entry of a batch', async () => {
    const sizes = [0, 1, 65_535, 65_536, 2_500_000];
    const batch: ReadyInstance[] = [];
    const wanted: string[] = [];
    for (const [at, size] of sizes.entries()) {
      const bytes = Buffer.alloc(size, `${at} some bytes`);
      const path = join(folder.path, `file${at}`);
      await writeFile(path, bytes);
      batch.push(readyInstance(path, `2.25.${at}`, [{ range: { offset: 0, length: size } }]));
      wanted.push(`2.25.${at}.dcm ${size} ${crc32(bytes).toString(16)}`);
    }
    const { lines, errors, code } = await readWithJava(new ZipBody(batch).open(undefined));
    assert.equal(code, 0, errors);
    assert.deepEqual(lines, wanted);
  });

  it('reads an entry of more than 4 GiB and what comes behind it', async () => {
    const large = join(folder.path, 'large');
    const small = join(folder.path, 'small');
    const size = 2 ** 32 + 100_000;
    await writeFile(large, '');
    await truncate(large, size);
    await writeFile(small, 'small');
    const body = new ZipBody([
      readyInstance(large, '2.25.1', [{ range: { offset: 0, length: size } }]),
      readyInstance(small, '2.25.2', [{ range: { offset: 0, length: 5 } }]),
    ]);
    let sent = 0;
    const counted = Readable.from(
      (async function* () {
        for await (const chunk of body.open(undefined)) {
          sent += (chunk as Buffer).length;
          yield chunk as Buffer;
        }
      })(),
      { objectMode: false },
    );
    const { lines, errors, code } = await readWithJava(counted);
    assert.equal(code, 0, errors);
    assert.deepEqual(
      lines.map((line) => line.split(' ').slice(0, 2).join(' ')),
      [`2.25.1.dcm ${size}`, '2.25.2.dcm 5'],
    );
    assert.equal(sent, body.contentLength);
  });

  it('would notice the form that servers refuse', async () => {
    const refused = Readable.from([zipOf({ 'a.dcm': 'abc' }, 'stored with descriptor')]);
    const { errors, code } = await readWithJava(refused);
    assert.notEqual(code, 0);
    assert.match(errors, /only DEFLATED entries can have EXT descriptor/);
  });
});
