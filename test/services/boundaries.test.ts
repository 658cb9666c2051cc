import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix, relative, resolve, sep } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const maxLines = 300;

interface SourceFile {
  /** Path from the project folder, with slashes. */
  readonly path: string;
  readonly text: string;
}

function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|mjs|cjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(root, path).split(sep).join('/'),
      text: readFileSync(path, 'utf8'),
    }));
}

/** What a file knows: project files as paths from the project folder, packages by their name. */
function imports(file: SourceFile, options = { types: true }): string[] {
  const quoted =
    /^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|^\s*import\s*['"]([^'"]+)['"]|\b(?:import|require)\(\s*['"]([^'"]+)['"]\s*\)/gm;
  return [...file.text.matchAll(quoted)].flatMap((match) => {
    const target = match[1] ?? match[2] ?? match[3];
    if (target === undefined || (!options.types && /^\s*(import|export)\s+type\b/.test(match[0]))) return [];
    return [target.startsWith('.') ? posix.normalize(posix.join(dirname(file.path), target)) : target];
  });
}

/** Code without comments and string contents, roughly: enough to look for words. */
function withoutTexts(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:\\])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g, '""');
}

const editorAdapters = /^src\/(tree|webviews|workbench)\/|^src\/extension\.js$/;
const sandbox = /^src\/sandbox\//;
const commandLine = /^src\/headless\/|^src\/gateway\.js$/;
const editor = /^vscode$/;

/** Same seams as in eslint.config.mjs: whoever loosens one place meets the other. */
/** A page runs in a browser: it knows programs of pages, and contracts. */
const notOfPage = /^src\/(?!webviews\/\w+\/(app\/|contract\.js$))/;

const rules: readonly { readonly from: RegExp; readonly never: readonly RegExp[] }[] = [
  { from: /^src\/services\//, never: [editor, editorAdapters, sandbox, commandLine] },
  { from: /^src\/headless\/|^src\/gateway\.ts$/, never: [editor, editorAdapters] },
  { from: sandbox, never: [editor, editorAdapters, commandLine] },
  { from: /^src\/(tree|webviews|workbench)\/|^src\/extension\.ts$/, never: [sandbox, commandLine] },
  { from: /^src\/webviews\/\w+\/(app\/|contract\.ts$)/, never: [editor, notOfPage] },
];

describe('import seams and habits', () => {
  const sources = sourceFiles('src').filter((file) => !file.path.includes('/generated/'));
  const all = [...sources, ...sourceFiles('test'), ...sourceFiles('scripts')];

  it('looks at real files', () => {
    const names = sources.map((file) => file.path);
    assert.ok(names.includes('src/services/createServices.ts'));
    assert.ok(sources.some((file) => imports(file).includes('src/services/support/logger.js')));
  });

  it('keeps editor, services, sandbox and command line apart', () => {
    const crossings = sources.flatMap((file) =>
      rules
        .filter((rule) => rule.from.test(file.path))
        .flatMap((rule) => imports(file).filter((target) => rule.never.some((ban) => ban.test(target))))
        .map((target) => `${file.path} -> ${target}`),
    );
    assert.deepEqual(crossings, []);
  });

  it('loads the sandbox bundle on demand: the command line knows only its types', () => {
    const loaded = sources
      .filter((file) => /^src\/headless\/|^src\/gateway\.ts$/.test(file.path))
      .filter((file) => imports(file, { types: false }).some((target) => sandbox.test(target)))
      .map((file) => file.path);
    assert.deepEqual(loaded, []);
  });

  it('keeps files short, or says why not', () => {
    const long = all.filter((file) => {
      const lines = file.text.split('\n');
      // The head comment must speak about the length, not merely exist.
      return (
        lines.length - 1 > maxLines &&
        !/\b(one file|long|length|\d+ lines)\b/i.test(lines.slice(0, 12).join('\n'))
      );
    });
    assert.deepEqual(
      long.map((file) => `${file.path}: ${file.text.split('\n').length - 1} lines`),
      [],
    );
  });

  it('leaves nothing for later and nothing untyped', () => {
    const self = 'test/services/boundaries.test.ts';
    const found = all
      .filter((file) => file.path !== self)
      .flatMap((file) => {
        const marks = /\b(TODO|FIXME)\b/.test(file.text) ? [`${file.path}: left for later`] : [];
        const untyped =
          file.path.endsWith('.ts') && /(?:[:<|,]\s*|\bas\s+)any\b(?!\s*\()/.test(withoutTexts(file.text));
        return untyped ? [...marks, `${file.path}: any`] : marks;
      });
    assert.deepEqual(found, []);
  });

  it('has no default export and no barrel file', () => {
    const found = sources
      .filter((file) => /^export\s+(default\b|\*)/m.test(file.text))
      .map((file) => file.path);
    assert.deepEqual(found, []);
  });

  it('never prints from services, nor ends the process there', () => {
    const found = sources
      .filter((file) => file.path.startsWith('src/services/'))
      .filter((file) => /\bconsole\.|\bprocess\.exit\b/.test(withoutTexts(file.text)))
      .map((file) => file.path);
    assert.deepEqual(found, []);
  });
});
