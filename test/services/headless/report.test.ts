import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunReport } from '../../../src/headless/report.js';

describe('report of a run', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gift-report-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('has one row per input file, in their order, and counts by status', async () => {
    const file = join(folder, 'below', 'report.json');
    const report = new RunReport(file, '1.2.3', 'basic');
    report.add({
      index: 1,
      path: '/in/b',
      status: 'held',
      code: 'BURNED_IN_TEXT_RISK',
      reason: 'why',
    });
    report.add({ index: 0, path: '/in/a', status: 'uploaded', output: 'x.dcm' });
    report.sent(123);
    await report.write();
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    assert.deepEqual(content['files'], [
      { input: '/in/a', status: 'uploaded', output: 'x.dcm' },
      { input: '/in/b', status: 'held', code: 'BURNED_IN_TEXT_RISK', reason: 'why' },
    ]);
    assert.deepEqual(content['totals'], {
      files: 2,
      deidentified: 0,
      uploaded: 1,
      present: 0,
      skipped: 0,
      held: 1,
      failed: 0,
      bytesSent: 123,
    });
    assert.equal(content['version'], '1.2.3');
    assert.deepEqual(readdirSync(join(folder, 'below')), ['report.json'], 'no .part is left');
  });

  it('keeps no local name when no report was asked for', async () => {
    const report = new RunReport(undefined, '1.2.3', 'basic');
    report.add({ index: 0, path: '/in/Smith^John', status: 'failed' });
    await report.write();
    assert.ok(!JSON.stringify(report).includes('Smith'));
  });
});
