import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { echo } from '../../../src/services/dimse/echo.js';
import type { NodeTls } from '../../../src/services/dimse/listenerTypes.js';
import type { PacsConnection } from '../../../src/services/query/types.js';
import { run } from './peers.js';

/** Our AE title, as the archives know it. */
export const ownAe = 'GIFTCLOUD';

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** An archive that runs for a test, with its own folder, ports and settings. */
export class Pacs {
  private constructor(
    private readonly program: ChildProcess,
    readonly node: PacsConnection,
  ) {}

  /** DCMTK's `dcmqrscp` with these files. @param movePort where it finds our listener */
  static async dcmqrscp(folder: string, files: readonly string[], movePort: number): Promise<Pacs> {
    const store = join(folder, 'QRSCP');
    mkdirSync(store, { recursive: true });
    const port = await freePort();
    const config = join(folder, 'dcmqrscp.cfg');
    writeFileSync(
      config,
      [
        `NetworkTCPPort = ${port}`,
        'MaxPDUSize = 16384',
        'MaxAssociations = 16',
        'HostTable BEGIN',
        `us = (${ownAe}, 127.0.0.1, ${movePort})`,
        'HostTable END',
        'AETable BEGIN',
        `QRSCP ${store} RW (2000, 1024mb) ANY`,
        'AETable END',
        '',
      ].join('\n'),
    );
    for (let at = 0; at < files.length; at += 200) {
      const { code, err } = await run('dcmqridx', [store, ...files.slice(at, at + 200)]);
      if (code !== 0) throw new Error(err);
    }
    const program = spawn('dcmqrscp', ['-c', config], {
      env: { ...process.env, TCP_NODELAY: '1' },
      stdio: 'ignore',
    });
    return Pacs.started(program, 'QRSCP', port);
  }

  /** Orthanc, the files sent to it by DCMTK's `dcmsend`. @param tls paths of certificate and key; then without files */
  static async orthanc(
    folder: string,
    files: readonly string[],
    movePort: number,
    tls?: { readonly cert: string; readonly key: string },
  ): Promise<Pacs> {
    mkdirSync(folder, { recursive: true });
    const port = await freePort();
    const config = join(folder, 'orthanc.json');
    writeFileSync(
      config,
      JSON.stringify({
        ...{ Name: 'Test', StorageDirectory: join(folder, 'db'), IndexDirectory: join(folder, 'db') },
        ...{ Plugins: [], HttpServerEnabled: false, DicomAet: 'ORTHANC', DicomPort: port },
        ...{ DefaultEncoding: 'Utf8', DicomCheckCalledAet: true, SaveJobs: false },
        DicomModalities: { us: [ownAe, '127.0.0.1', movePort] },
        ...(tls && {
          ...{ DicomTlsEnabled: true, DicomTlsCertificate: tls.cert, DicomTlsPrivateKey: tls.key },
          ...{ DicomTlsTrustedCertificates: tls.cert, DicomTlsRemoteCertificateRequired: false },
        }),
      }),
    );
    const program = spawn('Orthanc', [config], { stdio: 'ignore' });
    const pacs = await Pacs.started(program, 'ORTHANC', port, tls && { ca: readFileSync(tls.cert, 'utf8') });
    for (let at = 0; at < files.length; at += 200) {
      const chunk = files.slice(at, at + 200);
      const target = ['-aec', 'ORTHANC', '127.0.0.1', String(port)];
      const { code, out, err } = await run('env', ['TCP_NODELAY=1', 'dcmsend', ...target, ...chunk]);
      if (code !== 0) throw new Error(out + err);
    }
    return pacs;
  }

  async stop(): Promise<void> {
    if (this.program.exitCode !== null) return;
    const ended = once(this.program, 'exit');
    this.program.kill('SIGTERM');
    const timer = setTimeout(() => this.program.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(timer);
  }

  private static async started(
    program: ChildProcess,
    aeTitle: string,
    port: number,
    tls?: NodeTls,
  ): Promise<Pacs> {
    const node = {
      ...{ name: aeTitle, aeTitle, host: 'localhost', port, callingAe: ownAe, timeoutMs: 30_000 },
      ...(tls && { tls }),
    };
    const failed = once(program, 'exit').then(() => {
      throw new Error(`${aeTitle} did not start`);
    });
    failed.catch(() => undefined);
    for (;;) {
      const answered = echo(node, ownAe).then(() => true, () => false); // prettier-ignore
      if (await Promise.race([answered, failed])) return new Pacs(program, node);
      await Promise.race([new Promise((resolve) => setTimeout(resolve, 100)), failed]);
    }
  }
}
