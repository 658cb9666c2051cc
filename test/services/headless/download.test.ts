import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { main } from '../../../src/headless/main.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

interface Told {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Lines of standard output as JSON. */
  readonly events: readonly Record<string, unknown>[];
}

describe('command download', () => {
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', { 'a.dcm': 'aaaa', 'b.dcm': 'bbbb' });
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'NIFTI', { 'a.nii': 'nifti' });
  });
  afterEach(() => rig.close());

  const run = async (
    args: readonly string[],
    options: {
      password?: string;
      signal?: AbortSignal;
      onOut?: (text: string) => void;
      server?: string;
    } = {},
  ): Promise<Told> => {
    let out = '';
    let err = '';
    const server = options.server ?? rig.sandbox.url;
    const code = await main(['download', ...args, '--server', server, '--user', 'alice', '--out', rig.out], {
      streams: {
        stdout: {
          write: (text: string) => {
            out += text;
            options.onOut?.(text);
          },
        },
        stderr: { write: (text: string) => (err += text) },
      },
      version: '9.9.9',
      bundleFolder: '/nowhere',
      environment: { GIFT_CLOUD_PASSWORD: options.password ?? 'sandbox-alice', HOME: rig.folder },
      signal: options.signal ?? new AbortController().signal,
      onHangup: () => ({ dispose: () => undefined }),
    });
    const lines = args.includes('--json') ? out.trim().split('\n') : [];
    return { code, out, err, events: lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
  };

  it('downloads and says what it did, exit 0', async () => {
    const told = await run([project]);
    assert.deepEqual([told.code, told.err], [0, '']);
    assert.match(told.out, /3 files, 13 bytes\n3 downloaded, 0 were there already, 0 failed\n$/);
    assert.deepEqual(Object.keys(await rig.tree()), [
      'Exp/scans/S1/DICOM/a.dcm',
      'Exp/scans/S1/DICOM/b.dcm',
      'Exp/scans/S1/NIFTI/a.nii',
    ]);
    assert.match((await run([project])).out, /0 downloaded, 3 were there already, 0 failed/);
  });

  it('takes a path of four levels and the options of the contract', async () => {
    const options = ['--include-project', '--include-subject', '--scan-type', 'T1', '--resource', 'NIFTI'];
    const told = await run([`${project}/Sub/Exp/S1`, ...options]);
    assert.equal(told.code, 0);
    assert.deepEqual(Object.keys(await rig.tree()), [`${project}/Sub/Exp/scans/S1/NIFTI/a.nii`]);
  });

  it('with --json prints events alone, a summary at the end', async () => {
    const { events, code } = await run([project, '--json']);
    assert.equal(code, 0);
    const kinds = events.map(({ event }) => event);
    for (const kind of ['planning', 'planned', 'file', 'progress']) assert.ok(kinds.includes(kind), kind);
    assert.ok(events.every(({ time }) => typeof time === 'string'));
    const file = events.find(({ event, path }) => event === 'file' && String(path).endsWith('.nii'));
    const { time: _time, uri, ...rest } = file ?? {};
    assert.deepEqual(rest, {
      event: 'file',
      path: 'Exp/scans/S1/NIFTI/a.nii',
      status: 'downloaded',
      checked: 'size',
      size: 5,
    });
    assert.match(String(uri), /^\/data\/.*\/files\/a\.nii$/);
    const { time: _at, ...summary } = events.at(-1) ?? {};
    assert.deepEqual(summary, {
      event: 'summary',
      code: 0,
      totals: { files: 3, downloaded: 3, present: 0, failed: 0, unlisted: 0, bytes: 13 },
    });
  });

  it('with --report writes one row per file, exit 1 when one of them failed', async () => {
    const report = join(rig.folder, 'reports', 'report.json');
    await mkdir(join(rig.out, 'Exp/scans/S1/DICOM'), { recursive: true });
    await writeFile(join(rig.out, 'Exp/scans/S1/DICOM/a.dcm'), 'my own');
    const told = await run([project, '--report', report]);
    assert.equal(told.code, 1);
    assert.match(told.out, /a\.dcm: failed: A different file or folder is there already/);
    const content = JSON.parse(await readFile(report, 'utf8')) as {
      tool: string;
      totals: object;
      files: { input: string; output: string; status: string; code?: string }[];
    };
    assert.equal(content.tool, 'gift-cloud');
    assert.deepEqual(content.totals, {
      files: 3,
      downloaded: 2,
      present: 0,
      failed: 1,
      unlisted: 0,
      bytes: 9,
    });
    const failed = content.files.find(({ status }) => status === 'failed');
    assert.equal(failed?.code, 'FILE_EXISTS');
    assert.equal(failed.output, 'Exp/scans/S1/DICOM/a.dcm');
    assert.match(failed.input, /^\/data\//);
    assert.equal(content.files.length, 3);
  });

  it('ends with 1 when an experiment can not be listed, and says so', async () => {
    rig.sandbox.faults.add({ action: 'status', status: 404, pathPattern: 'DICOM|resources/\\d+/files\\?' });
    const told = await run([project, '--json']);
    assert.equal(told.code, 1);
    assert.ok(
      told.events.some(({ event, code }) => event === 'unlisted' && code === 'NOT_FOUND_OR_NOT_ALLOWED'),
    );
    assert.match(told.err, /files could not be listed/);
  });

  it('warns when there is nothing to download, exit 0', async () => {
    const told = await run([project, '--resource', 'NOSUCH']);
    assert.equal(told.code, 0);
    assert.match(told.err, /warning: There is nothing to download/);
  });

  for (const [what, args, code] of [
    ['no path', [], 2],
    ['two paths', [project, 'FETALMRI'], 2],
    ['five levels', ['A/B/C/D/E'], 2],
    ['a label that no server takes', ['no such project'], 2],
    ['a project that is not there', ['NOSUCH'], 1],
  ] as const) {
    it(`ends with ${code} for ${what}`, async () => {
      const told = await run([...args, '--json']);
      assert.equal(told.code, code);
      assert.equal(told.events.at(-1)?.['event'], 'summary');
      assert.ok(told.events.at(-1)?.['error']);
    });
  }

  it('ends with 3 for a wrong password', async () => {
    assert.equal((await run([project], { password: 'wrong' })).code, 3);
  });

  it('ends with 4 when there is no server, with the totals up to there', async () => {
    const told = await run([project, '--json'], { server: 'http://127.0.0.1:1' });
    assert.equal(told.code, 4);
    const summary = told.events.at(-1);
    assert.deepEqual(summary?.['totals'], {
      files: 0,
      downloaded: 0,
      present: 0,
      failed: 0,
      unlisted: 0,
      bytes: 0,
    });
    assert.equal((summary['error'] as { code: string }).code, 'SERVER_UNREACHABLE');
  });

  it('ends with 130 when interrupted, still writes the report, and leaves no half file', async () => {
    rig.sandbox.faults.add({ action: 'hang', pathPattern: '/files/b' });
    const stop = new AbortController();
    const report = join(rig.folder, 'report.json');
    const told = await run([project, '--json', '--report', report], {
      signal: stop.signal,
      onOut: (text) => text.includes('a.dcm') && stop.abort('SIGINT'),
    });
    assert.equal(told.code, 130);
    assert.equal((told.events.at(-1)?.['error'] as { code: string }).code, 'CANCELLED');
    const content = JSON.parse(await readFile(report, 'utf8')) as { files: { output: string }[] };
    assert.ok(content.files.some(({ output }) => output.endsWith('a.dcm')));
    assert.deepEqual(await rig.parts(), []);
  });
});
