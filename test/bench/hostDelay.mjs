// What only the editor itself can tell, measured inside the extension host of a real VS Code. The last line is JSON:
// {"activationMs", "activationWallMs", "longestBlockMs", "longestBlockCpuMs", "subjectsShownMs", "blocks"}, in milliseconds.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { tsImport } from 'tsx/esm/api';
import { bundleForHost } from '../../scripts/bundle-workbench-tests.mjs';

const root = resolve(import.meta.dirname, '../..');
const load = (path) => tsImport(path, import.meta.url);
const { withExtensionHost } = await load('../support/vscode/hostRun.ts');
const { startSandbox } = await load('../../src/sandbox/sandbox.ts');
const { writeSlices } = await load('./support/images.ts');

const project = 'GIFTDEMO';
const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-bench-'));
const at = (name) => join(folder, name);
mkdirSync(at('workspace'));
writeSlices(at('slices'), { count: 300, side: 512, modality: 'CT' });
const sandbox = await startSandbox({ empty: true });
sandbox.addSubjects(project, 10_000, 'Many');

/** From the click on the project to the first of its rows on screen. */
async function expand(page) {
  const pane = page.locator('.part.sidebar .pane', {
    has: page.locator('.pane-header[aria-label^="Archive"]'),
  });
  const twistie = pane
    .getByRole('treeitem', { name: new RegExp(`^Project ${project}`) })
    .locator('.monaco-tl-twistie');
  await twistie.waitFor();
  const started = performance.now();
  await twistie.click();
  await pane.getByRole('treeitem', { name: /^Subject Many00001/ }).waitFor();
  return performance.now() - started;
}

const host = resolve(root, 'out-test/bench');
try {
  await bundleForHost(resolve(root, 'test/bench/host'), ['hostDelay.ts'], host);
  let onReady;
  const ready = new Promise((done) => (onReady = done));
  const shown = await withExtensionHost(
    {
      extensionFolder: root,
      testsPath: join(host, 'hostDelay.js'),
      workspace: at('workspace'),
      env: {
        GIFT_CLOUD_BENCH: JSON.stringify({ folder, project, slices: at('slices'), url: sandbox.url }),
      },
      onLine: (text) => text === 'ready' && onReady(),
    },
    async (page, exit) => {
      await Promise.race([ready, exit]);
      const milliseconds = await expand(page);
      writeFileSync(at('expanded'), '');
      await exit;
      return milliseconds;
    },
  );
  const figures = JSON.parse(readFileSync(at('figures.json'), 'utf8'));
  console.log(JSON.stringify({ ...figures, subjectsShownMs: Math.round(shown) }));
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
  rmSync(host, { recursive: true, force: true });
}
