import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../support/seriesFiles.js';
import { run } from './support/peers.js';

const guide = resolve(import.meta.dirname, '../../docs/gateway.md');

describe('the unit of docs/gateway.md', () => {
  it('is one that systemd understands and finds well guarded', async function () {
    if (spawnSync('systemd-analyze', ['--version']).status !== 0) this.skip();
    const [, unit = ''] = /```ini\n([^`]*)```/.exec(readFileSync(guide, 'utf8')) ?? [];
    const folder = await temporaryFolder();
    try {
      const path = join(folder.path, 'gift-cloud.service');
      // The program is not installed here.
      writeFileSync(path, unit.replace('/usr/local/bin/gift-cloud', '/bin/true'));
      const verified = await run('systemd-analyze', ['verify', path]);
      assert.deepEqual([verified.code, verified.err], [0, '']);
      const judged = await run('systemd-analyze', ['security', '--offline=true', '--threshold=20', path]);
      assert.equal(judged.code, 0, judged.out);
    } finally {
      await folder.remove();
    }
  });
});
