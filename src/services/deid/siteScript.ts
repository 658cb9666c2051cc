import { parseScript } from '../dicomedit/parseScript.js';
import { missingVariable } from '../dicomedit/run/variables.js';
import { formatDiagnostic } from '../dicomedit/syntax/diagnostics.js';
import { GiftCloudError } from '../support/errors.js';
import type { ScriptSource } from './types.js';

/**
 * Effects of the script that a fresh GIFT-Cloud server (DicomEdit 4) and a fresh XNAT (DicomEdit 6) come with: Study
 * Description becomes the project, Patient's Name the subject, Patient ID the session. The pipeline writes exactly that.
 */
const stockScripts: readonly (readonly string[])[] = [
  [
    'project = "Unassigned" : (0008,1030) := (0008,1030)',
    '(0008,1030) := project',
    '(0010,0010) := subject',
    '(0010,0020) := session',
  ],
  [
    'version "6.1"',
    'project != "Unassigned" ? (0008,1030) := project',
    '(0010,0010) := subject',
    '(0010,0020) := session',
  ],
];

/** The variables that every script may use, as XNAT supplies them; see `variablesFor`. */
const suppliedNames = { project: '', subject: '', session: '' };

/** Variables of the scripts for an object that becomes this. */
export function variablesFor(
  project: string,
  subject: string,
  session: string,
): Readonly<Record<string, string>> {
  return { project, subject, session } satisfies typeof suppliedNames;
}

/**
 * The scripts that have to be run, in their order; none when all of them are what the program does natively. All of them
 * are read to their end here, before anything is done.
 * @throws SCRIPT_ERROR for a script that can't be understood or needs a variable that nobody supplies: going on without
 * it would break a rule of the site.
 */
export function scriptsToRun(scripts: readonly ScriptSource[]): readonly ScriptSource[] {
  const own = scripts.filter(({ text }) => !isStock(text));
  for (const script of own) check(script);
  return own.length === 0 ? [] : scripts.filter(({ text }) => statementsOf(text).length > 0);
}

/** What a script of the server means for an upload: it changes nothing, it is run, or it stops the upload and why. */
export interface ScriptStanding {
  readonly standing: 'native' | 'run' | 'unusable';
  /** Empty unless it stops the upload. */
  readonly reason: string;
}

export function scriptStanding(script: ScriptSource): ScriptStanding {
  if (isStock(script.text)) return { standing: 'native', reason: '' };
  try {
    check(script);
    return { standing: 'run', reason: '' };
  } catch (error) {
    if (GiftCloudError.is(error, 'SCRIPT_ERROR')) return { standing: 'unusable', reason: error.message };
    throw error;
  }
}

/** Whose script it is, for messages. */
export function scriptName({ origin }: ScriptSource): string {
  return origin === 'local' ? 'A script of yours' : `The anonymisation script of the ${origin}`;
}

/** An error in a script that ends the run. */
export function scriptError(message: string): GiftCloudError {
  return new GiftCloudError('SCRIPT_ERROR', message, {
    hint: 'Try the script with "gift-cloud script", or ask who wrote it: the administrator of the server, or an owner of the project.',
  });
}

function check(source: ScriptSource): void {
  const { script, diagnostics } = parseScript(source.text);
  const [first] = diagnostics;
  if (first) throw scriptError(`${scriptName(source)} can't be run: ${formatDiagnostic(first)}`);
  const missing = script && missingVariable(script.externals, suppliedNames);
  if (!missing) return;
  const message = `nobody supplies the variable ${missing.name}.`;
  throw scriptError(`${scriptName(source)} can't be run: ${formatDiagnostic({ ...missing, message })}`);
}

/** Also one that does nothing. */
function isStock(text: string): boolean {
  const statements = statementsOf(text);
  return (
    statements.length === 0 || stockScripts.some((stock) => sameStatements(stock.map(folded), statements))
  );
}

/** Statements without blank lines, whole-line comments and differences in blanks outside strings. */
function statementsOf(text: string): readonly string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .map(folded);
}

function folded(line: string): string {
  return line.replace(/\s+/g, ' ');
}

function sameStatements(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((statement, index) => statement === b[index]);
}
