import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

const tenFiles = Object.fromEntries(
  Array.from({ length: 10 }, (_, at) => [`f${at}.dcm`, `content of ${at}`]),
);
const oneFile = { method: 'GET', pathPattern: '/files/f3\\.dcm' } as const;
const anyFile = { method: 'GET', pathPattern: '/files/f' } as const;

describe('download against faults', () => {
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', tenFiles);
  });
  afterEach(() => rig.close());

  const struck = (): number => rig.sandbox.faults.list().reduce((sum, fault) => sum + fault.struck, 0);

  /** After every fault: what is there is whole, and the same command again brings the rest. */
  const repeatHeals = async (): Promise<void> => {
    assert.deepEqual(await rig.parts(), []);
    for (const [path, text] of Object.entries(await rig.tree()))
      assert.equal(text, tenFiles[path.split('/').at(-1) ?? ''], path);
    rig.sandbox.faults.clear();
    const again = await rig.download();
    assert.equal(again.error, undefined);
    assert.equal((again.counts['downloaded'] ?? 0) + (again.counts['present'] ?? 0), 10);
    assert.equal(Object.keys(await rig.tree()).length, 10);
  };

  for (const [what, fault] of [
    ['a connection dropped in the middle of a file', { ...oneFile, action: 'dropMidBody', times: 2 }],
    ['a connection dropped before the answer', { ...oneFile, action: 'drop', times: 2 }],
    ['a 500', { ...oneFile, action: 'status', status: 500, times: 2 }],
    ['a 503', { ...oneFile, action: 'status', status: 503, times: 2 }],
    ['a login page in place of a file', { ...oneFile, action: 'htmlInsteadOfJson', times: 2 }],
    [
      'a session that expires with every third file',
      { ...anyFile, action: 'expireSession', after: 2, times: 3 },
    ],
    ['a list of files that breaks off', { pathPattern: 'files\\?', action: 'dropMidBody', times: 1 }],
    ['a web page in place of a list', { pathPattern: 'files\\?', action: 'htmlInsteadOfJson', times: 2 }],
    ['a 500 in place of a list', { pathPattern: 'resources\\?', action: 'status', status: 500, times: 2 }],
  ] as const satisfies readonly (readonly [string, FaultRule])[]) {
    it(`survives ${what}`, async () => {
      rig.sandbox.faults.add(fault);
      const story = await rig.download();
      assert.equal(struck(), fault.times);
      assert.deepEqual([story.error, story.counts], [undefined, { downloaded: 10 }]);
      await repeatHeals();
    });
  }

  for (const [what, fault, code] of [
    ['breaks off every time', { ...oneFile, action: 'dropMidBody' }, 'SERVER_UNREACHABLE'],
    ['is an error page every time', { ...oneFile, action: 'status', status: 500 }, 'SERVER_ERROR'],
    ['is a login page every time', { ...oneFile, action: 'htmlInsteadOfJson' }, 'UNEXPECTED_ANSWER'],
    ['is not there any more', { ...oneFile, action: 'status', status: 404 }, 'NOT_FOUND_OR_NOT_ALLOWED'],
    ['may not be read', { ...oneFile, action: 'status', status: 403 }, 'NOT_ALLOWED'],
  ] as const satisfies readonly (readonly [string, FaultRule, string])[]) {
    it(`fails a file that ${what}, and brings the others`, async () => {
      rig.sandbox.faults.add(fault);
      const story = await rig.download();
      assert.equal(story.error, undefined);
      assert.deepEqual(story.counts, { downloaded: 9, failed: 1 });
      const failed = story.of('file').find(({ status }) => status === 'failed');
      assert.deepEqual([failed?.path, failed?.code], ['Exp/scans/S1/DICOM/f3.dcm', code]);
      assert.ok((failed?.reason ?? '').length > 0);
      assert.equal(Object.keys(await rig.tree()).length, 9);
      await repeatHeals();
    });
  }

  it('never takes a login page for a file that happens to have its length', async () => {
    const page = await (await fetch(`${rig.sandbox.url}/app/template/Login.vm`)).text();
    assert.match(page, /^\s*<(?:!doctype )?html/i);
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'DICOM', {
      'f3.dcm': 'x'.repeat(page.length),
    });
    rig.sandbox.faults.add({ ...oneFile, action: 'htmlInsteadOfJson' });
    const story = await rig.download();
    assert.deepEqual(story.counts, { downloaded: 9, failed: 1 });
    assert.equal(story.of('file').find(({ status }) => status === 'failed')?.code, 'UNEXPECTED_ANSWER');
    assert.deepEqual(await rig.parts(), []);
  });

  for (const [what, change] of [
    ['longer', 1],
    ['shorter', -1],
  ] as const) {
    for (const says of [true, false]) {
      it(`fails a file that arrives ${what} than listed, from a server that ${says ? 'says so' : 'does not'}`, async () => {
        const archive = rig.archive();
        const list = archive.listFiles.bind(archive);
        archive.listFiles = async (...parameters) =>
          (await list(...parameters)).map((row) =>
            row.name === 'f3.dcm' ? { ...row, size: row.size - change } : row,
          );
        const fetch = archive.downloadFile.bind(archive);
        archive.downloadFile = async (...parameters) => {
          const body = await fetch(...parameters);
          return says ? body : { ...body, contentLength: undefined };
        };
        const story = await rig.download({}, { archive });
        assert.deepEqual(story.counts, { downloaded: 9, failed: 1 });
        const failed = story.of('file').find(({ status }) => status === 'failed');
        assert.equal(failed?.code, 'VERIFY_DOWNLOAD_FAILED');
        await repeatHeals();
      });
    }
  }

  it('gives up on a body without end before it fills the disk', async () => {
    const archive = rig.archive();
    const fetch = archive.downloadFile.bind(archive);
    archive.downloadFile = async (uri, signal) => {
      const body = await fetch(uri, signal);
      if (!uri.endsWith('f3.dcm')) return body;
      const endless = function* (): Generator<Buffer> {
        for (;;) yield Buffer.alloc(1000);
      };
      return { ...body, contentLength: undefined, stream: Readable.from(endless()) };
    };
    const story = await rig.download({}, { archive });
    assert.deepEqual(story.counts, { downloaded: 9, failed: 1 });
    await repeatHeals();
  });

  it('ends with one error when the server is gone for good', async () => {
    rig.sandbox.faults.add({ ...anyFile, action: 'drop', after: 3 });
    rig.sandbox.faults.add({ action: 'drop', pathPattern: '/data/projects\\?' });
    const story = await rig.download();
    assert.equal(story.error?.code, 'SERVER_UNREACHABLE');
    assert.ok(story.error.hint.length > 0);
    assert.deepEqual(story.of('finished'), []);
    assert.equal(story.counts['failed'] ?? 0, 0);
    await repeatHeals();
  });

  it('ends with one error when the server refuses connections', async () => {
    const archive = rig.archive();
    await archive.signIn();
    const done: Promise<void>[] = [];
    const story = await rig.download(
      {},
      {
        archive,
        onEvent: (event) => {
          if (event.kind === 'planned') done.push(rig.sandbox.close());
        },
      },
    );
    await Promise.all(done);
    assert.equal(story.error?.code, 'SERVER_UNREACHABLE');
    assert.equal(story.counts['failed'] ?? 0, 0);
    assert.deepEqual(await rig.parts(), []);
  });

  it('waits for a server that comes back', async () => {
    rig.sandbox.faults.add({ ...anyFile, action: 'drop', after: 2, times: 24 });
    rig.sandbox.faults.add({ action: 'status', status: 503, pathPattern: '/data/projects\\?', times: 5 });
    const story = await rig.download({}, { pace: { item: [1, 1], server: [1, 1, 1, 1] } });
    assert.deepEqual([story.error, story.counts], [undefined, { downloaded: 10 }]);
    assert.ok(struck() > 20, String(struck()));
  });

  it('ends with one error when signing in again is refused', async () => {
    rig.sandbox.faults.add({ ...anyFile, action: 'expireSession', after: 3, times: 1 });
    rig.sandbox.faults.add({ action: 'status', status: 401, pathPattern: 'JSESSION', after: 1 });
    const story = await rig.download();
    assert.equal(story.error?.code, 'SIGN_IN_REFUSED');
    await repeatHeals();
  });

  it('signs in once for all files that meet the expired session', async () => {
    rig.sandbox.faults.add({ ...anyFile, action: 'expireSession', after: 4, times: 1 });
    const before = rig.sandbox.requests.length;
    await rig.download();
    const signIns = rig.sandbox.requests
      .slice(before)
      .filter(({ method, path }) => method === 'POST' && path.endsWith('JSESSION'));
    assert.equal(signIns.length, 2);
  });

  it('goes on with the others when one experiment of a project can not be listed', async () => {
    await rig.addSeries('Sub/Exp2/S1', { a: 'aaaa' });
    const rows = await rig.archive().listExperiments(project);
    const id = rows.find(({ label }) => label === 'Exp')?.id ?? '';
    rig.sandbox.faults.add({ action: 'status', status: 500, pathPattern: `experiments/${id}/resources\\?` });
    const story = await rig.download();
    assert.equal(story.error, undefined);
    assert.deepEqual(story.files, ['Exp2/scans/S1/DICOM/a: downloaded size']);
    assert.deepEqual(
      story.of('unlisted').map(({ path, code }) => `${path} ${code}`),
      ['Exp SERVER_ERROR'],
    );
    assert.equal(story.of('finished')[0]?.unlisted, 1);
    // The experiment that a person named is the whole download: then it is its error.
    const named = await rig.download({ targets: [{ project, subject: 'Sub', experiment: 'Exp' }] });
    assert.equal(named.error?.code, 'SERVER_ERROR');
  });
});

describe('download, checked by MD5', () => {
  it('fails a file whose bytes are damaged on the server although the size fits', async () => {
    const rig = await DownloadRig.start({ digests: true });
    try {
      await rig.addSeries('Sub/Exp/S1', { good: 'aaaa', bad: 'bbbb' });
      const archive = rig.archive();
      const list = archive.listFiles.bind(archive);
      archive.listFiles = async (...parameters) => {
        const rows = await list(...parameters);
        const stored = await readdir(rig.sandbox.archiveFolder, { recursive: true });
        const bad = stored.find((path) => path.endsWith('bad')) ?? '';
        await writeFile(join(rig.sandbox.archiveFolder, bad), 'bbbx');
        return rows;
      };
      const story = await rig.download({}, { archive });
      assert.deepEqual(story.files, [
        'Exp/scans/S1/DICOM/bad: failed VERIFY_DOWNLOAD_FAILED',
        'Exp/scans/S1/DICOM/good: downloaded md5',
      ]);
      assert.deepEqual(await rig.tree(), { 'Exp/scans/S1/DICOM/good': 'aaaa' });
      assert.deepEqual(await rig.parts(), []);
      assert.equal(await readFile(join(rig.out, 'Exp/scans/S1/DICOM/good'), 'utf8'), 'aaaa');
    } finally {
      await rig.close();
    }
  });
});
