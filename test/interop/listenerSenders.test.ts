import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, truncateSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { DicomListener } from '../../src/services/dimse/dicomListener.js';
import type { ListenerOptions } from '../../src/services/dimse/listenerTypes.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { buildDicom, sampleElements, samplePixels } from '../support/dicomBuilder.js';
import { changed, uidRoot, writeSeries } from '../support/seriesFiles.js';
import { dataSetOf, destination, sourcesOf, SpoolRig } from '../support/spoolRig.js';
import { freePorts } from './support/freePorts.js';
import { run } from './support/peers.js';

/** Objects that no builder makes in memory: senders, sizes and classes of real peers, into the real spool. */
describe('DICOM senders, the listener and the spool', function () {
  this.timeout(600_000);
  let rig: SpoolRig;
  let listener: DicomListener;
  let peer: ChildProcess | undefined;
  const begin = async (options: Partial<ListenerOptions> = {}): Promise<string[]> => {
    const all = { aeTitle: 'GIFTCLOUD', port: 0, bind: '127.0.0.1', ...options };
    listener = new DicomListener(all, rig.spool.sink(destination), silentLogger);
    return ['-aec', 'GIFTCLOUD', '127.0.0.1', String(await listener.start())];
  };
  /** DCMTK stalls on Nagle's algorithm otherwise. */
  const send = async (...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await run('env', ['TCP_NODELAY=1', ...words]);
    assert.equal(code, 0, out + err);
    return out + err;
  };
  /** The one object that came, as the pipeline reads it. */
  const received = async (): Promise<string> => {
    const [path = assert.fail('nothing came'), ...more] = await rig.objects(await rig.onlyFolder());
    assert.deepEqual(more, []);
    return path;
  };
  beforeEach(async () => {
    rig = await SpoolRig.start();
    peer = undefined;
  });
  afterEach(async () => {
    peer?.kill('SIGKILL');
    listener.dispose();
    await rig.close();
  });

  for (const [name, make, propose, syntax] of [
    ['JPEG lossless', ['dcmcjpeg', '+e1'], '-xs', '1.2.840.10008.1.2.4.70'],
    ['JPEG 2000', ['gdcmconv', '--j2k'], '-xv', '1.2.840.10008.1.2.4.90'],
  ] as const) {
    it(`storescu sends ${name} as it is`, async () => {
      const target = await begin();
      const [raw = ''] = await writeSeries(join(rig.path, 'raw'), { instances: 1, rows: 64, columns: 64 });
      const [program, option] = make;
      const path = join(rig.path, 'compressed.dcm');
      execFileSync(program, [option, raw, path]);
      // DCMTK writes sequences anew, once.
      const written = join(rig.path, 'written.dcm');
      execFileSync('dcmconv', [path, written]);
      await send('storescu', propose, ...target, written);
      const file = rig.read(await received());
      assert.ok(file.subarray(0, 512).includes(syntax));
      assert.ok(dataSetOf(file).equals(dataSetOf(readFileSync(written))));
    });
  }

  it('takes a private SOP class on request alone', async () => {
    const sopClassUid = `${uidRoot}.77`;
    const elements = changed(
      [...sampleElements(), samplePixels()],
      [{ tag: 0x00080016, vr: 'UI', value: sopClassUid }],
    );
    const path = join(rig.path, 'private.dcm');
    writeFileSync(path, buildDicom(elements, { sopClassUid }));
    const profile = join(rig.path, 'storescu.cfg');
    writeFileSync(profile, `[[TransferSyntaxes]]\n[Plain]\nTransferSyntax1 = 1.2.840.10008.1.2.1\n[[PresentationContexts]]\n[Private]\nPresentationContext1 = ${sopClassUid}\\Plain\n[[Profiles]]\n[Default]\nPresentationContexts = Private\n`); // prettier-ignore
    const words = ['storescu', '-xf', profile, 'Default'];
    const refused = await run('env', ['TCP_NODELAY=1', ...words, ...(await begin()), path]);
    assert.match(refused.out + refused.err, /No Acceptable Presentation Contexts/);
    await listener.stop();
    await send(...words, ...(await begin({ privateClasses: true })), path);
    assert.ok(rig.read(await received()).includes(sopClassUid));
  });

  it('takes 5,000 small MR instances in one association', async () => {
    const target = await begin();
    const folder = join(rig.path, 'mr');
    mkdirSync(folder);
    for (let number = 1; number <= 5000; number++) {
      const elements = changed([...sampleElements({ sopInstanceUid: `${uidRoot}.6.${number}`, modality: 'MR' }), samplePixels()], [{ tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.4' }]); // prettier-ignore
      writeFileSync(
        join(folder, String(number)),
        buildDicom(elements, { sopClassUid: '1.2.840.10008.5.1.4.1.1.4' }),
      );
    }
    await send('storescu', '+sd', ...target, folder);
    assert.equal(listener.status.objects, 5000);
    const [{ instances } = assert.fail(), ...more] = await rig.spool.folders();
    assert.deepEqual([instances, more], [5000, []]);
  });

  it('takes a multi-frame object of 1 GB, byte by byte', async () => {
    const target = await begin();
    const path = join(rig.path, 'big.dcm');
    const [rows, columns, frames] = [1024, 1024, 512];
    const bytes = rows * columns * frames * 2;
    // The pixels are a hole in the file.
    const pixels = Buffer.concat([Buffer.from('e07f10004f570000', 'hex'), uint32(bytes)]);
    const head = buildDicom(sampleElements({ rows, columns, frames }));
    writeFileSync(path, Buffer.concat([head, pixels]));
    truncateSync(path, head.length + pixels.length + bytes);
    await send('storescu', ...target, path);
    assert.equal(listener.status.objects, 1);
    const source = sourcesOf(rig.path).open(await received());
    const read = (at: number, length: number): Buffer => source.read(at, length);
    const original = openSync(path, 'r');
    const ofFile = (at: number, length: number): Buffer => {
      const target = Buffer.alloc(length);
      return target.subarray(0, readSync(original, target, 0, length, at));
    };
    // DCMTK writes the lengths of sequences anew; from the pixels on nothing changes.
    assert.equal(
      digest(read, source.size - bytes - 12, source.size),
      digest(ofFile, head.length, head.length + pixels.length + bytes),
    );
    closeSync(original);
    source.close();
  });

  it('takes what dcmqrscp sends when movescu asks it to', async () => {
    const [ownPort = 0, port = 0] = await freePorts(2);
    await begin({ port: ownPort });
    const store = join(rig.path, 'qr');
    mkdirSync(store);
    const config = join(rig.path, 'dcmqrscp.cfg');
    writeFileSync(config, [`NetworkTCPPort = ${port}`, 'MaxPDUSize = 16384', 'MaxAssociations = 16', 'HostTable BEGIN', `gateway = (GIFTCLOUD, 127.0.0.1, ${ownPort})`, 'HostTable END', 'VendorTable BEGIN', 'VendorTable END', 'AETable BEGIN', `PACS ${store} RW (200, 1024mb) ANY`, 'AETable END', ''].join('\n')); // prettier-ignore
    peer = spawn('dcmqrscp', ['-c', config], { stdio: 'ignore', env: { ...process.env, TCP_NODELAY: '1' } });
    const pacs = ['-aec', 'PACS', '127.0.0.1', String(port)];
    while ((await run('echoscu', pacs)).code !== 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const paths = await writeSeries(join(rig.path, 'in'), { instances: 4 });
    await send('storescu', ...pacs, ...paths);
    const study = ['-k', '0008,0052=STUDY', '-k', `0020,000d=${uidRoot}.1`];
    await send('movescu', '-S', '-aem', 'GIFTCLOUD', ...study, ...pacs);
    assert.equal(listener.status.objects, 4);
    const folders = await rig.spool.folders();
    assert.equal(
      folders.reduce((sum, { instances }) => sum + instances, 0),
      4,
    );
    peer.kill();
    await once(peer, 'exit');
  });
});

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function digest(read: (at: number, length: number) => Buffer, from: number, to: number): string {
  const hash = createHash('sha256');
  for (let at = from; at < to; at += 1 << 22) hash.update(read(at, Math.min(1 << 22, to - at)));
  return hash.digest('hex');
}
