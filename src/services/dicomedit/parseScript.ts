import { functionTable } from './functionTable.js';
import type { Script } from './syntax/ast.js';
import { Diagnostics, type Diagnostic } from './syntax/diagnostics.js';
import { quoted, type Language } from './syntax/lexer.js';
import { parse4 } from './syntax/parse4.js';
import { parse6, versions6 } from './syntax/parse6.js';
import { Source } from './syntax/source.js';
import { callsOf } from './syntax/walk.js';

/** Longer texts are no scripts. */
const longestScript = 256 * 1024;

export interface ParsedScript {
  /** Undefined when there are errors: a script is run as a whole or not at all. */
  readonly script: Script | undefined;
  /** Which language its version line chose; undefined when that line is wrong. */
  readonly language: Language | undefined;
  /** Errors only; `lintScript` has advice. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads a whole script of DicomEdit 4 or 6, as its version line says, before any of it runs: syntax, version, names and
 * numbers of arguments of all functions. Where the engines skip what they do not understand, this refuses it.
 */
export function parseScript(text: string): ParsedScript {
  const diagnostics = new Diagnostics();
  const language = languageOf(text, diagnostics);
  if (language === undefined) return { script: undefined, language, diagnostics: diagnostics.found };
  const source = new Source(text);
  const script = language === 6 ? parse6(source, diagnostics) : parse4(source, diagnostics);
  checkCalls(script, diagnostics);
  const found = inOrder(diagnostics.found);
  return { script: found.length === 0 ? script : undefined, language, diagnostics: found };
}

/** The lexer finds what it finds before the parser does. */
function inOrder(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column);
}

/**
 * XNAT looks for the first line that begins with `version`; without one a script is of version 4. A version line that it
 * overlooks (indented, capital letter, byte order mark) would run nothing of the script and report success.
 */
function languageOf(text: string, diagnostics: Diagnostics): Language | undefined {
  if (text.length > longestScript) {
    diagnostics.error({ line: 1, column: 1 }, `A script has at most ${longestScript / 1024} KiB.`);
    return undefined;
  }
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('version'));
  if (first < 0) {
    const hidden = lines.findIndex((line) => /^[\s\uFEFF]*version\b/i.test(line));
    if (hidden < 0) return 4;
    const column = (lines[hidden]?.search(/version/i) ?? 0) + 1;
    const message = 'The engine overlooks this version line: it begins with "version" in small letters.';
    diagnostics.error({ line: hidden + 1, column }, message, 'version', 7);
    return undefined;
  }
  const version = /^version ([^\s]+)/.exec(lines[first] ?? '')?.[1]?.replaceAll('"', '') ?? '';
  if (versions6.has(version)) return 6;
  const message = `Version ${quoted(version)} is not known: write version "6.0" to "6.6", or no version line for version 4.`;
  diagnostics.error({ line: first + 1, column: 1 }, message, 'version', 7);
  return undefined;
}

function checkCalls(script: Script, diagnostics: Diagnostics): void {
  const table = functionTable[script.language];
  for (const { name, args, at } of callsOf(script)) {
    const facts = table.get(name);
    if (!facts) {
      diagnostics.error(
        at,
        `There is no function ${quoted(name)} in version ${script.language}.`,
        'evaluation',
        name.length,
      );
      continue;
    }
    const [fewest, most] = facts.args;
    if (args.length < fewest || args.length > most) {
      diagnostics.error(at, `Wrong number of arguments: ${facts.signature}.`, 'evaluation', name.length);
    }
  }
}
