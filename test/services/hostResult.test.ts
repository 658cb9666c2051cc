import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge } from '../support/vscode/hostRun.js';

describe('verdict on a run inside the extension host', () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'gift-cloud-verdict-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function verdict(code: number, totals?: { passed: number; failed: number; skipped: number }): boolean {
    const file = join(folder, totals ? 'result.json' : 'missing.json');
    if (totals) writeFileSync(file, JSON.stringify(totals));
    return judge(code, file).good;
  }

  it('is good when the editor, the file and the numbers agree', () => {
    assert.equal(verdict(0, { passed: 3, failed: 0, skipped: 1 }), true);
  });
  it('is bad without a result file, even after exit 0: the host was killed', () => {
    assert.equal(verdict(0), false);
  });
  it('is bad when no test ran', () => {
    assert.equal(verdict(0, { passed: 0, failed: 0, skipped: 5 }), false);
  });
  it('is bad when a test failed, whatever the exit', () => {
    assert.equal(verdict(0, { passed: 3, failed: 1, skipped: 0 }), false);
  });
  it('is bad when the editor reports an error', () => {
    assert.equal(verdict(1, { passed: 3, failed: 0, skipped: 0 }), false);
  });
  it('is bad when it did not finish, even with a file', () => {
    assert.equal(verdict(98, { passed: 3, failed: 0, skipped: 0 }), false);
  });
});
