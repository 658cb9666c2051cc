import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DicomListener } from '../../src/services/dimse/dicomListener.js';
import { echo } from '../../src/services/dimse/echo.js';
import type { ListenerOptions } from '../../src/services/dimse/listenerTypes.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { buildSample, type Syntax } from '../support/dicomBuilder.js';
import { headLength, PlainSink } from '../support/plainSink.js';
import { selfSigned } from '../support/selfSigned.js';
import { temporaryFolder } from '../support/seriesFiles.js';
import { run } from './support/peers.js';

const root = '1.2.826.0.1.3680043.10.999.6';

describe('DICOM senders and the listener', function () {
  this.timeout(180_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let sink: PlainSink;
  let listener: DicomListener;
  let target: string[];
  const begin = async (options: Partial<ListenerOptions> = {}): Promise<number> => {
    listener = new DicomListener({ aeTitle: 'GIFTCLOUD', port: 0, ...options }, sink, silentLogger);
    const port = await listener.start();
    target = ['-aec', 'GIFTCLOUD', '127.0.0.1', String(port)];
    return port;
  };
  /** DCMTK stalls on Nagle's algorithm otherwise. */
  const send = (program: string, ...args: string[]): ReturnType<typeof run> =>
    run('env', ['TCP_NODELAY=1', program, ...args]);
  const file = (name: string, bytes: Buffer): string => {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    return path;
  };
  /** The data set of what came is that of the file, byte by byte. */
  const assertSame = (path: string, uid: string): void => {
    const object = sink.received.find(({ sopInstanceUid }) => sopInstanceUid === uid);
    assert.ok(object, 'the object came');
    const sent = readFileSync(path);
    const dataSet = sent.subarray(144 + sent.readUInt32LE(140));
    assert.ok(readFileSync(object.path).subarray(headLength(object)).equals(dataSet), 'byte identity');
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    sink = new PlainSink(join(folder.path, 'sink'));
  });
  afterEach(async () => {
    listener.dispose();
    await folder.remove();
  });

  it('echoscu is answered, and told what is wrong with its AE titles', async () => {
    const port = await begin({ allowedCallers: ['ECHOSCU'] });
    assert.equal((await send('echoscu', ...target)).code, 0);
    const wrong = await send('echoscu', '-aec', 'OTHER', '127.0.0.1', String(port));
    assert.match(wrong.out + wrong.err, /Called AE Title Not Recognized/);
    const unknown = await send('echoscu', '-aet', 'OTHER', ...target);
    assert.match(unknown.out + unknown.err, /Calling AE Title Not Recognized/);
  });

  const proposals: readonly [Syntax, string][] = [
    ['explicit', '-xe'],
    ['implicit', '-xi'],
    ['big', '-xb'],
    ['deflated', '-xd'],
    ['encapsulated', '-xr'],
  ];
  for (const [syntax, option] of proposals) {
    it(`storescu sends ${syntax} as it is`, async () => {
      await begin();
      const uid = `${root}.1`;
      const path = file('one.dcm', buildSample({ syntax, rows: 128, columns: 128, sopInstanceUid: uid }));
      const { code, out, err } = await send('storescu', option, ...target, path);
      assert.equal(code, 0, out + err);
      // DCMTK deflates and writes sequences anew; of the others not a byte changes but lengths of sequences.
      assert.equal(sink.received.length, 1);
      assert.equal(sink.received[0]?.transferSyntax, { explicit: '1.2.840.10008.1.2.1', implicit: '1.2.840.10008.1.2', big: '1.2.840.10008.1.2.2', deflated: '1.2.840.10008.1.2.1.99', encapsulated: '1.2.840.10008.1.2.5' }[syntax]); // prettier-ignore
    });
  }

  it('what DCMTK has read and written once arrives byte by byte', async () => {
    await begin();
    const uid = `${root}.2`;
    const path = file('raw.dcm', buildSample({ rows: 128, columns: 128, sopInstanceUid: uid }));
    const written = join(folder.path, 'written.dcm');
    execFileSync('dcmconv', ['+te', path, written]);
    assert.equal((await send('storescu', '-xe', ...target, written)).code, 0);
    assertSame(written, uid);
  });

  for (const associations of [1, 4, 16]) {
    it(`dcmsend fills ${associations} associations at once`, async () => {
      await begin();
      const paths = Array.from({ length: associations }, (_, group) => {
        const path = join(folder.path, `group${group}`);
        mkdirSync(path);
        for (let index = 0; index < 10; index++) {
          const uid = `${root}.3.${group + 1}.${index + 1}`;
          writeFileSync(
            join(path, `${index}.dcm`),
            buildSample({ rows: 256, columns: 256, sopInstanceUid: uid }),
          );
        }
        return path;
      });
      const results = await Promise.all(paths.map((path) => send('dcmsend', '+sd', ...target, path)));
      for (const { code, out, err } of results) assert.equal(code, 0, out + err);
      assert.equal(
        new Set(sink.received.map(({ sopInstanceUid }) => sopInstanceUid)).size,
        10 * associations,
      );
      assert.equal(listener.status.aborted, 0);
    });
  }

  it('storescu hears of a full disk and of damaged data', async () => {
    await begin();
    const path = file('one.dcm', buildSample());
    sink.fail = { at: 'write', code: 'DISK_FULL' };
    const { out, err } = await send('storescu', '-v', ...target, path);
    assert.match(out + err, /OutOfResources|a700/i);
    assert.deepEqual(await sink.files(), []);
  });

  it('TLS: who trusts our certificate may send, plain talk and unknown clients not', async () => {
    const { cert, key } = selfSigned(folder.path);
    const [certText, keyText] = [readFileSync(cert, 'utf8'), readFileSync(key, 'utf8')];
    const port = await begin({ tls: { cert: certText, key: keyText, ca: certText } });
    const path = file('one.dcm', buildSample());
    const good = await send('storescu', '+tls', key, cert, '+cf', cert, ...target, path);
    assert.equal(good.code, 0, good.out + good.err);
    assert.notEqual((await send('storescu', '+tla', '-ic', ...target, path)).code, 0);
    assert.notEqual((await send('storescu', ...target, path)).code, 0);
    assert.equal(sink.received.length, 1);
    assert.ok(listener.status.badHandshakes >= 2);
    const node = { aeTitle: 'GIFTCLOUD', host: 'localhost', port };
    await echo({ ...node, tls: { ca: certText, cert: certText, key: keyText } }, 'US');
    await assert.rejects(echo({ ...node, tls: {} }, 'US'), { code: 'NODE_TLS' });
  });
});
