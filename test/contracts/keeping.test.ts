import { strict as assert } from 'node:assert';
import { createHash, X509Certificate } from 'node:crypto';
import { appendFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser } from '../support/sandboxRequests.js';

const P = '/data/projects/GIFTDEMO';

describe('sandbox: data on disk, TLS, sub-path', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-keeping-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const withSandbox = async (
    options: Parameters<typeof startSandbox>[0],
    work: (sandbox: Sandbox) => Promise<void>,
  ): Promise<void> => {
    const sandbox = await startSandbox({ dataFolder: folder, ...options });
    try {
      await work(sandbox);
    } finally {
      await sandbox.close();
    }
  };

  it('keeps everything but the sessions over a restart', async () => {
    let cookie = '';
    await withSandbox({ empty: true }, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      cookie = alice.cookie;
      await alice.put(`${P}/subjects/Kept`);
      await alice.request('POST', `${P}/subjects/Kept/pseudonyms/ppid`);
      await alice.upload(`${P}/subjects/Kept/resources/NOTES/files/a.txt?inbody=true`, 'kept text');
      await alice.put(`${P}/subjects/Gone`);
      await alice.request('DELETE', `${P}/subjects/Gone`);
    });
    await withSandbox({ empty: true }, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      const stale = await alice.get('/data/auth', { Cookie: `JSESSIONID=${cookie}` });
      assert.equal(stale.status, 401);
      assert.deepEqual(
        (await alice.rows(`${P}/subjects`)).map((row) => row['label']),
        ['Kept'],
      );
      assert.match((await alice.get(`${P}/pseudonyms/ppid`)).text, /"label":"Kept"/);
      assert.equal((await alice.get(`${P}/subjects/Kept/resources/NOTES/files/a.txt`)).text, 'kept text');
      // Accession numbers are never given twice.
      assert.equal((await alice.put(`${P}/subjects/Next`)).text, 'GiftCloud_S00003');
    });
  });

  it('starts on the records of a killed process', async () => {
    await withSandbox({ empty: true }, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      await alice.put(`${P}/subjects/Kept`);
      await appendFile(join(folder, 'records', 'journal.jsonl'), '["subject","GiftCloud_S0');
    });
    await withSandbox({ empty: true }, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      assert.deepEqual(
        (await alice.rows(`${P}/subjects`)).map((row) => row['label']),
        ['Kept'],
      );
    });
  });

  it('fills a fresh server with de-identified demo studies, an empty one not', async () => {
    await withSandbox({}, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      const experiments = await alice.rows(`${P}/experiments?columns=ID,label,UID,subject_label`);
      assert.ok(experiments.length >= 2);
      // As a client left them: found again by the UID.
      const uids = `${P}/subjects/${experiments[0]?.['subject_label'] ?? ''}/experiments/uids`;
      assert.match(experiments[0]?.['UID'] ?? '', /^2_25_\d+$/);
      assert.equal((await alice.get(`${uids}/${experiments[0]?.['UID'] ?? ''}`)).status, 200);
      const resources = await alice.rows(
        `/data/experiments/${experiments[0]?.['ID'] ?? ''}/resources?all=true`,
      );
      assert.deepEqual(
        resources.map((row) => row['label']),
        ['DICOM', 'SNAPSHOTS'],
      );
      assert.ok(Number(resources[0]?.['file_count']) > 1);
      const source = `/archive/projects/GIFTDEMO/experiments/${experiments[0]?.['label'] ?? ''}/scans/Series1`;
      const [removed] = await alice.rows(
        `/data/services/dicomdump?src=${source}&field=PatientIdentityRemoved`,
      );
      assert.equal(removed?.['value'], 'YES');
    });
  });

  it('removes a temporary data folder on close, never a given one', async () => {
    const sandbox = await startSandbox({ empty: true });
    await sandbox.close();
    await assert.rejects(stat(sandbox.dataFolder));
    await withSandbox({ empty: true }, () => Promise.resolve());
    assert.ok((await stat(folder)).isDirectory());
  });

  it('serves https with a certificate of its own that stays the same', async () => {
    let fingerprint: string | undefined;
    const status = (sandbox: Sandbox, ca: string | undefined): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const url = `${sandbox.url}/data/version`;
        request(url, { ...(ca === undefined ? {} : { ca }), agent: false }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    await withSandbox({ empty: true, tls: true }, async (sandbox) => {
      assert.match(sandbox.url, /^https:\/\/127\.0\.0\.1:\d+$/);
      assert.equal(await status(sandbox, sandbox.ca), 200);
      await assert.rejects(status(sandbox, undefined), /self-signed certificate/);
      const certificate = new X509Certificate(sandbox.ca ?? '');
      assert.equal(createHash('sha256').update(certificate.raw).digest('hex'), sandbox.fingerprint);
      assert.equal(certificate.checkIP('127.0.0.1'), '127.0.0.1');
      assert.equal(certificate.checkHost('localhost'), 'localhost');
      assert.equal(certificate.checkHost('example.org'), undefined);
      fingerprint = sandbox.fingerprint;
    });
    await withSandbox({ empty: true, tls: true }, async (sandbox) => {
      assert.equal(sandbox.fingerprint, fingerprint);
      assert.equal(await status(sandbox, sandbox.ca), 200);
    });
  });

  it('lives under a sub-path', async () => {
    await withSandbox({ empty: true, contextPath: '/giftcloud' }, async (sandbox) => {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      assert.match((await alice.get(`${P}/subjects/X/files?format=json`)).text, /h3/);
      await alice.put(`${P}/subjects/X`);
      assert.match((await alice.get(`${P}/subjects/X/files?format=json`)).text, /"serverRoot":"\/giftcloud"/);
      assert.equal((await fetch(new URL('/data/version', sandbox.url))).status, 404);
    });
  });

  it('writes the sample studies once', async () => {
    const samplesFolder = join(folder, 'samples');
    await appendFile(join(folder, 'marker'), '');
    await withSandbox({ empty: true, samplesFolder: folder }, (sandbox) => {
      assert.equal(sandbox.samplesFolder, folder);
      return Promise.resolve();
    });
    await assert.rejects(stat(samplesFolder));
  });

  it('says why it can not start, and leaves nothing behind', async () => {
    await withSandbox({ empty: true }, async (sandbox) => {
      const taken = startSandbox({ empty: true, port: sandbox.port });
      await assert.rejects(taken, { code: 'USAGE', message: /cannot listen on this port/ });
    });
    const file = join(folder, 'no folder');
    await appendFile(file, '');
    await assert.rejects(startSandbox({ dataFolder: file }), { code: 'USAGE', message: /cannot be written/ });
    await assert.rejects(stat(join(folder, 'lock')));
  });
});
