// Collects the translatable texts of the editor's code into l10n/bundle.l10n.json: `node scripts/export-l10n.mjs`.
// test/services/manifest.test.ts fails until it was run after a change of a text.
import l10n from '@vscode/l10n-dev';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** The file's content as it should be. */
export async function bundleText() {
  const editorCode = /^(extension\.ts$|(tree|webviews|workbench)\/)/;
  const files = readdirSync(resolve(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && editorCode.test(name))
    .sort()
    .map((name) => ({ extension: '.ts', contents: readFileSync(resolve(root, 'src', name), 'utf8') }));
  const texts = await l10n.getL10nJson(files);
  const sorted = Object.fromEntries(Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1)));
  return `${JSON.stringify(sorted, null, 2)}\n`;
}

if (process.argv[1] === import.meta.filename) {
  mkdirSync(resolve(root, 'l10n'), { recursive: true });
  writeFileSync(resolve(root, 'l10n/bundle.l10n.json'), await bundleText());
}
