import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const root = resolve(import.meta.dirname, '../../..');

interface Story {
  readonly projects: number;
  readonly requests: number;
  readonly fingerprint?: string;
}

/** The services as the extension loads them, in a process whose request functions do as those of VS Code. */
describe('inside the editor', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let bundle: string;
  before(async () => {
    folder = await temporaryFolder();
    bundle = join(folder.path, 'services.js');
    await build({
      entryPoints: [join(root, 'src/services/createServices.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      logLevel: 'silent',
    });
  });
  after(() => folder.remove());

  const run = async (
    sandbox: Sandbox,
    trust: { readonly ca?: string; readonly pin?: string },
  ): Promise<Story> => {
    const program = join(root, 'test/support/insideEditor.cjs');
    const connection = JSON.stringify({ url: sandbox.url, ...trust });
    const { stdout } = await promisify(execFile)(process.execPath, [program, bundle, connection]);
    return JSON.parse(stdout) as Story;
  };

  for (const [what, tls, trust] of [
    ['http on this machine', false, () => ({})],
    ['https with a CA file', true, ({ ca }: Sandbox) => ({ ca: ca! })],
    ['https with a pin', true, ({ fingerprint }: Sandbox) => ({ pin: fingerprint! })],
  ] as const) {
    it(`every request over ${what} goes the way the editor's settings say`, async () => {
      const sandbox = await startSandbox({ empty: true, tls });
      try {
        const story = await run(sandbox, trust(sandbox));
        assert.equal(story.projects, 2);
        // Sign-in, list, sign-out, and the look at the certificate.
        assert.equal(story.requests, tls ? 4 : 3);
        assert.equal(sandbox.requests.length, 3);
        if (tls) assert.equal(story.fingerprint?.replaceAll(':', '').toLowerCase(), sandbox.fingerprint);
      } finally {
        await sandbox.close();
      }
    });
  }
});
