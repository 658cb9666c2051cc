import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { SandboxUser } from '../support/sandboxRequests.js';
import { entriesOf, zipOf } from '../support/zipForms.js';

const P = '/data/projects/GIFTDEMO';
const MAIN = resolve(__dirname, '../../src/sandbox/main.ts');

/** What a client was told is done; whatever comes after it must be there. */
interface Known {
  readonly subjects: Set<string>;
  /** Resource to the rounds that were stored in it at least. */
  readonly uploads: Map<string, number>;
}

describe('sandbox: killed without warning', function () {
  this.timeout(180_000);
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-killing-'));
  });
  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  const spawnSandbox = (...options: string[]): ChildProcess => {
    const child = spawn(process.execPath, ['--import', 'tsx', MAIN, '--data', folder, ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, NODE_OPTIONS: '' },
    });
    children.push(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  const addressOf = async (child: ChildProcess): Promise<string> => {
    let output = '';
    for await (const chunk of child.stdout ?? []) {
      output += String(chunk);
      const url = /GIFT-Cloud sandbox at (\S+)/.exec(output)?.[1];
      if (url !== undefined) return url;
    }
    throw new Error(`no address in: ${output}`);
  };

  /** Creates, uploads and overwrites until the server is gone. */
  const work = async (url: string, round: number, known: Known): Promise<void> => {
    const user = await SandboxUser.signIn({ url }, 'alice');
    for (let step = 0; ; step += 1) {
      const subject = `K${round}-${step}`;
      if ((await user.put(`${P}/subjects/${subject}`)).status === 201) known.subjects.add(subject);
      const files = `${P}/subjects/${subject}/resources/NOTES/files`;
      for (let version = 1; version <= 3; version += 1) {
        const content = Buffer.alloc(1000 * version + step, version);
        const zip = zipOf({ 'a.dcm': content, 'b.dcm': content }, 'stored');
        const answer = await user.upload(`${files}/x.zip?extract=true&overwrite=true`, zip);
        if (answer.status === 200) known.uploads.set(files, version);
      }
    }
  };

  it('has all that it answered for, and nothing torn', async () => {
    const known: Known = { subjects: new Set(), uploads: new Map() };
    for (let round = 0; round < 4; round += 1) {
      const child = spawnSandbox('--empty');
      const url = await addressOf(child);
      const working = work(url, round, known).catch(() => undefined);
      const before = known.uploads.size;
      while (known.uploads.size === before) await sleep(5);
      await sleep(Math.random() * 300);
      await kill(child);
      await working;
    }
    const sandbox = await startSandbox({ dataFolder: folder });
    try {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      const subjects = new Set((await alice.rows(`${P}/subjects`)).map(({ label }) => label));
      for (const subject of known.subjects) assert.ok(subjects.has(subject), subject);
      for (const subject of subjects) {
        const files = `${P}/subjects/${subject ?? ''}/resources/NOTES/files`;
        const rows = await alice.rows(files);
        const least = known.uploads.get(files) ?? 0;
        assert.ok(rows.length === 2 || least === 0, files);
        for (const row of rows) {
          const { bytes } = await alice.get(`${files}/${row['Name'] ?? ''}`);
          assert.equal(String(bytes.length), row['Size']);
          const [version = 0] = bytes;
          assert.ok(version >= least && bytes.every((byte) => byte === version), files);
        }
        // Reading it checks every CRC-32.
        if (rows.length > 0) entriesOf((await alice.get(`${files}?format=zip`)).bytes);
      }
    } finally {
      await sandbox.close();
    }
  });

  it('sets up afresh what was killed while it was set up', async () => {
    for (let round = 0; round < 3; round += 1) {
      const child = spawnSandbox();
      while (!existsSync(join(folder, 'records', 'journal.jsonl'))) await sleep(2);
      await sleep(Math.random() * 150);
      await kill(child);
    }
    const sandbox: Sandbox = await startSandbox({ dataFolder: folder });
    try {
      const alice = await SandboxUser.signIn(sandbox, 'alice');
      const labels = (await alice.rows(`${P}/subjects`)).map(({ label }) => label);
      assert.deepEqual(labels, ['GIFTDEMO-0001', 'GIFTDEMO-0002', 'GIFTDEMO-0003']);
      assert.equal((await alice.rows(`${P}/experiments`)).length, 3);
    } finally {
      await sandbox.close();
    }
  });

  it('keeps a second sandbox off its folder while it lives', async () => {
    const child = spawnSandbox('--empty');
    await addressOf(child);
    await assert.rejects(startSandbox({ dataFolder: folder }), {
      code: 'USAGE',
      message: 'Another sandbox works on this data folder.',
    });
    await kill(child);
    const sandbox = await startSandbox({ dataFolder: folder });
    await sandbox.close();
  });
});
