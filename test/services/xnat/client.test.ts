import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { parseServerAddress } from '../../../src/services/xnat/serverAddress.js';
import { Transport } from '../../../src/services/xnat/transport.js';
import { WebSession } from '../../../src/services/xnat/webSession.js';
import { XnatClient } from '../../../src/services/xnat/xnatClient.js';
import { serveHttp } from '../../support/rawServers.js';

const project = 'GIFTDEMO';
const place = { project, subject: 'S1', experiment: 'E1', scan: '1' };
const emptyTable = '{"ResultSet":{"Result":[]}}';

describe('client', () => {
  let sandbox: Sandbox;
  let archive: Archive;
  beforeEach(async () => {
    sandbox = await startSandbox({ empty: true });
    archive = archiveAt(sandbox.url);
  });
  afterEach(async () => {
    sandbox.faults.clear();
    await archive.signOut().catch(() => undefined);
    await sandbox.close();
  });

  const archiveAt = (url: string): Archive =>
    openXnatArchive({ url, userName: 'alice', password: () => Promise.resolve('sandbox-alice') }, '0.0.0');
  const count = (method: string, path: RegExp): number =>
    sandbox.requests.filter((request) => request.method === method && path.test(request.path)).length;

  for (const [what, fault] of [
    ['a connection that breaks', { action: 'drop' }],
    ['a list that breaks off', { action: 'dropMidBody' }],
    ['a server that is busy', { action: 'status', status: 503 }],
  ] as const) {
    it(`reads again after ${what}`, async () => {
      sandbox.addSubjects(project, 3);
      sandbox.faults.add({ ...fault, method: 'GET', times: 1 });
      assert.equal((await archive.listSubjects(project)).length, 3);
      assert.equal(count('GET', /subjects/), 2);
    });
  }

  it('gives up reading after three tries', async () => {
    sandbox.faults.add({ action: 'status', status: 503, method: 'GET' });
    await assert.rejects(archive.listSubjects(project), (error) => GiftCloudError.is(error, 'SERVER_ERROR'));
    assert.equal(count('GET', /subjects/), 3);
  });

  for (const status of [500, 403, 404])
    it(`does not ask again after ${status}`, async () => {
      sandbox.faults.add({ action: 'status', status, method: 'GET' });
      await assert.rejects(archive.listSubjects(project), GiftCloudError);
      assert.equal(count('GET', /subjects/), 1);
    });

  for (const [what, fault] of [
    ['503', { action: 'status', status: 503 }],
    ['a redirect', { action: 'status', status: 301 }],
  ] as const)
    it(`never writes twice after ${what}`, async () => {
      await archive.signIn();
      sandbox.faults.add({ ...fault, method: 'PUT' });
      await assert.rejects(archive.createSubject(project, 'S1'), GiftCloudError);
      assert.equal(count('PUT', /S1/), 1);
    });

  it('opens the body again when the session expired with an upload', async () => {
    await archive.createSubject(project, 'S1');
    const { scan: _scan, ...experiment } = place;
    await archive.createExperiment({ ...experiment, xsiType: 'xnat:mrSessionData', uid: '1' });
    await archive.createScan({ ...place, xsiType: 'xnat:mrScanData', uid: '2' });
    await archive.createResource(place, 'DICOM');
    sandbox.expireSessions();
    let opened = 0;
    // The empty zip (APPNOTE.TXT 4.3.16).
    const zip = Buffer.from(`504b0506${'00'.repeat(18)}`, 'hex');
    const answer = await archive.putZip(place, 'DICOM', 'a.zip', {
      contentLength: zip.length,
      contentType: 'application/zip',
      open: () => {
        opened++;
        return Readable.from([zip]);
      },
    });
    assert.deepEqual(answer, { duplicates: [] });
    assert.equal(opened, 2);
  });

  it('cancels the pause before it asks again', async () => {
    sandbox.faults.add({ action: 'status', status: 503, method: 'GET' });
    const stop = new AbortController();
    const list = archive.listSubjects(project, stop.signal);
    const asked = async (): Promise<void> => {
      while (count('GET', /subjects/) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await asked();
    stop.abort();
    await assert.rejects(list, (error) => GiftCloudError.is(error, 'CANCELLED'));
  });

  it('asks at most four things at a time, and lists while uploads run', async () => {
    let now = 0;
    let most = 0;
    let uploads = 0;
    const finish: (() => void)[] = [];
    const server = await serveHttp((request, response) => {
      if (request.method === 'POST') return void response.end('0123456789ABCDEF');
      if (request.method === 'PUT') {
        uploads++;
        finish.push(() => response.end());
        return void request.resume();
      }
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        response.end(emptyTable);
      }, 20);
    });
    const busy = archiveAt(`http://127.0.0.1:${server.port}`);
    try {
      const body = {
        contentLength: 3,
        contentType: 'application/zip',
        open: () => Readable.from([Buffer.from('zip')]),
      } as const;
      const sending = Array.from({ length: 6 }, (_, at) => busy.putZip(place, 'DICOM', `${at}.zip`, body));
      await Promise.all(Array.from({ length: 12 }, () => busy.listProjects()));
      assert.equal(most, 4);
      assert.equal(uploads, 4, 'the other uploads wait');
      const timer = setInterval(() => finish.shift()?.(), 5);
      await Promise.all(sending);
      clearInterval(timer);
      assert.equal(uploads, 6);
    } finally {
      await busy.signOut().catch(() => undefined);
      await server.close();
    }
  });

  it('keeps the session alive while an upload takes long', async () => {
    const seen: string[] = [];
    let finish = (): void => undefined;
    const server = await serveHttp((request, response) => {
      seen.push(`${request.method ?? ''} ${request.headers.cookie ?? ''}`);
      if (request.method === 'PUT') finish = () => response.end();
      else response.end('0123456789ABCDEF');
      request.resume();
    });
    const address = parseServerAddress(`http://127.0.0.1:${server.port}`);
    const transport = new Transport({ address, userAgent: 'Test' });
    const credentials = { userName: 'alice', password: () => Promise.resolve('x') };
    const client = new XnatClient(transport, new WebSession(transport, credentials), 20);
    try {
      const open = () => ({
        stream: Readable.from([Buffer.from('zip')]),
        length: 3,
        type: 'application/zip',
      });
      const request = { method: 'PUT', path: '/a', what: 'store files', body: { open } } as const;
      const sending = client.text(request, [200]);
      while (seen.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      finish();
      await sending;
      const cookie = 'JSESSIONID=0123456789ABCDEF';
      assert.deepEqual(seen.slice(0, 4), ['POST ', `PUT ${cookie}`, `GET ${cookie}`, `GET ${cookie}`]);
      // One may still be on its way.
      await new Promise((resolve) => setTimeout(resolve, 60));
      const after = seen.length;
      await new Promise((resolve) => setTimeout(resolve, 60));
      assert.equal(seen.length, after, 'nothing when it is over');
    } finally {
      await client.close();
      await server.close();
    }
  });

  it('waits as long as a busy server asks for', async () => {
    const asked: number[] = [];
    const server = await serveHttp((request, response) => {
      if (request.method !== 'GET') return void response.end('0123456789ABCDEF');
      asked.push(Date.now());
      if (asked.length === 1) response.writeHead(503, { 'Retry-After': '1' }).end();
      else response.end(emptyTable);
    });
    const busy = archiveAt(`http://127.0.0.1:${server.port}`);
    try {
      assert.deepEqual(await busy.listProjects(), []);
      // Without the header the pause is 450 ms at most.
      assert.ok(asked[1]! - asked[0]! >= 990, `${asked[1]! - asked[0]!}`);
    } finally {
      await busy.signOut().catch(() => undefined);
      await server.close();
    }
  });

  it('ends signing out soon although the server is silent', async () => {
    await archive.signIn();
    sandbox.faults.add({ action: 'hang', method: 'DELETE' });
    const limits = { connect: 5000, idle: 3_600_000, slowWrite: 3_600_000, goodbye: 200 };
    const connection = {
      url: sandbox.url,
      userName: 'alice',
      password: () => Promise.resolve('sandbox-alice'),
    };
    const leaving = openXnatArchive(connection, '0.0.0', undefined, limits);
    await leaving.signIn();
    await assert.rejects(leaving.signOut(), (error) => GiftCloudError.is(error, 'SERVER_TIMEOUT'));
  });
});
