import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DicomListener } from '../../src/services/dimse/dicomListener.js';
import type { FileSpool } from '../../src/services/spool/fileSpool.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { buildSample, type Syntax } from '../support/dicomBuilder.js';
import { LeakSearch } from '../support/planted.js';
import { QueueProcess } from '../support/queueRig.js';
import { dataSetOf, destination, sourcesOf, spoolOf } from '../support/spoolRig.js';
import { UploadRig } from '../support/uploadRig.js';
import { run } from './support/peers.js';

const root = '1.2.826.0.1.3680043.10.999.8';
const patient = { patientName: 'Zwetschgenbaum^Apollonia', patientId: 'KRNK-778899' };

describe('what senders push, on its way through the spool to the archive', function () {
  this.timeout(180_000);
  let rig: UploadRig;
  let spool: FileSpool;
  let listener: DicomListener;
  let target: string[];
  beforeEach(async () => {
    rig = await UploadRig.start();
    spool = spoolOf(rig.state);
    const to = { ...destination, server: rig.archive().serverUrl };
    listener = new DicomListener({ aeTitle: 'GIFTCLOUD', port: 0 }, spool.sink(to), silentLogger);
    target = ['-aet', 'SCANNER', '-aec', 'GIFTCLOUD', '127.0.0.1', String(await listener.start())];
  });
  afterEach(async () => {
    await listener.stop();
    await rig.close();
    spool.dispose();
  });
  const send = async (...args: string[]): Promise<void> => {
    const { code, out, err } = await run('env', ['TCP_NODELAY=1', 'storescu', ...args]);
    assert.equal(code, 0, out + err);
  };
  /** SHA-256 of the data sets that lie in the spool. */
  const spooled = async (): Promise<string[]> =>
    (await spool.folders()).flatMap(({ id }) =>
      spool.inputs(id).flatMap((folder) =>
        readdirSync(folder).map((name) => {
          const source = sourcesOf(rig.state).open(join(folder, name));
          const file = source.read(0, source.size);
          source.close();
          return sha256(dataSetOf(file));
        }),
      ),
    );
  const settled = async (process: QueueProcess): Promise<void> => {
    while ((await spool.folders()).length > 0) {
      for (const { state, refused } of await process.jobs()) {
        assert.ok(state !== 'held' && state !== 'failed', JSON.stringify(refused));
      }
      await new Promise((done) => setTimeout(done, 20));
    }
  };

  const proposals: readonly [Syntax, string][] = [
    ['explicit', '-xe'],
    ['implicit', '-xi'],
    ['big', '-xb'],
    ['deflated', '-xd'],
    ['encapsulated', '-xr'],
  ];
  for (const [syntax, option] of proposals) {
    it(`${syntax}: byte by byte in the spool, archived, and gone`, async () => {
      const raw = join(rig.folder, 'raw.dcm');
      const written = join(rig.folder, 'written.dcm');
      writeFileSync(
        raw,
        buildSample({ syntax, rows: 700, columns: 700, sopInstanceUid: `${root}.1`, ...patient }),
      );
      // DCMTK sends what it has written before as it is.
      execFileSync('dcmconv', [`+t${option[2] === 'r' ? '=' : option[2]}`, raw, written]);
      await send(option, ...target, written);
      if (syntax !== 'deflated')
        assert.deepEqual(await spooled(), [sha256(dataSetOf(readFileSync(written)))]);
      assert.equal((await spooled()).length, 1);
      const process = new QueueProcess(rig, { received: spool });
      await process.work();
      await settled(process);
      assert.equal((await rig.archivedNames()).length, 1);
      assert.deepEqual(await spool.use(), { objects: 0, bytes: 0, quota: undefined });
    });
  }

  it('a whole series of a patient of whom nothing is to be read in the state folder at any time', async () => {
    const files = Array.from({ length: 12 }, (_, number) => {
      const path = join(rig.folder, `${number}.dcm`);
      writeFileSync(path, buildSample({ sopInstanceUid: `${root}.2.${number + 1}`, ...patient }));
      return path;
    });
    await send('-xe', ...target, ...files);
    const search = new LeakSearch([
      { what: 'name', text: 'Zwetschgenbaum' },
      { what: 'given name', text: 'Apollonia' },
      { what: 'patient ID', text: patient.patientId },
      { what: 'UID', text: root },
    ]);
    const look = async (): Promise<void> => {
      const entries = readdirSync(rig.state, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      assert.ok(paths.length > 0);
      const outputs = paths.map((path) => ({
        where: path,
        bytes: Buffer.concat([Buffer.from(path), readFileSync(path)]),
      }));
      assert.deepEqual(await search.find(outputs), []);
    };
    await look();
    const process = new QueueProcess(rig, { received: spool });
    await process.work();
    await settled(process);
    await look();
    assert.equal((await rig.archivedNames()).length, 12);
    assert.deepEqual(
      await search.find([{ where: 'the log', bytes: Buffer.from(rig.logged.join('\n')) }]),
      [],
    );
  });
});

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
