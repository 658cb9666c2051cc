import { functionTable } from './functionTable.js';
import { parseScript } from './parseScript.js';
import type { Action, Call, Expression, Script6, Statement } from './syntax/ast.js';
import { Diagnostics, type Diagnostic } from './syntax/diagnostics.js';
import { walkExpression } from './syntax/externals.js';
import { callsOf, walkScript, walkStatements } from './syntax/walk.js';

/** Functions that take their paths in quotes only, and from which argument on. */
const quotedPaths: Readonly<Record<string, number>> = {
  mapReferencedUIDs: 1,
  shiftDateTimeSequenceByIncrement: 1,
};

const shifts: ReadonlySet<string> = new Set(['shiftDateByIncrement', 'shiftDateTimeByIncrement']);

/** Words with which only a script of version 6 makes sense. */
const wordsOfSix = /^\s*(?:if\b|else|removeAllPrivateTags)|[^:]\?|!=|!~|\(\d{4},\s*\{|\)\[\d+\]\//m;

/**
 * What the author of a script should know: its errors, and warnings about statements that do nothing or not what they seem
 * to, here or in the engine of the server, which runs the same script.
 */
export function lintScript(text: string): readonly Diagnostic[] {
  const { script, language, diagnostics: errors } = parseScript(text);
  const diagnostics = new Diagnostics();
  if (language === 4 && errors.length > 0 && wordsOfSix.test(text)) {
    diagnostics.warning(
      { line: 1, column: 1 },
      'This looks like version 6: then the script begins with version "6.6".',
    );
  }
  if (script?.language === 6) lintSix(script, diagnostics);
  return [...errors, ...diagnostics.found];
}

function lintSix(script: Script6, diagnostics: Diagnostics): void {
  walkStatements(script.statements, (action) => warnOfIdleCall(action, diagnostics));
  for (const call of callsOf(script)) {
    warnOfBarePaths(call, diagnostics);
    warnOfFillValue(call, diagnostics);
  }
  warnOfHiddenVariables(script, diagnostics);
  warnOfUnguardedShifts(script.statements, diagnostics);
}

function warnOfIdleCall(action: Action, diagnostics: Diagnostics): void {
  if (action.kind !== 'call') return;
  const { name, at } = action.call;
  if (functionTable[6].get(name)?.gives === 'value') {
    diagnostics.warning(
      at,
      `${name} has a value and changes nothing: write (gggg,eeee) := ${name}[...].`,
      name.length,
    );
  }
}

function warnOfBarePaths({ name, args }: Call, diagnostics: Diagnostics): void {
  if (name === 'mapUID' && args[0]?.kind === 'path') {
    diagnostics.warning(args[0].at, 'A path is not read here: set a variable first.');
  }
  const from = quotedPaths[name];
  if (from === undefined) return;
  for (const arg of args.slice(from)) {
    if (arg.kind === 'path')
      diagnostics.warning(arg.at, 'Paths stand in quotes here: the engine overlooks others.');
  }
}

function warnOfFillValue({ name, args }: Call, diagnostics: Diagnostics): void {
  const value = args[3];
  if (name !== 'alterPixels' || value?.kind !== 'text' || !/=\s*0*[1-9]/.test(value.text)) return;
  diagnostics.warning(value.at, 'The fill value is ignored: 0 is written.');
}

/** The engine finds variables that it needs only where they stand outside of arguments, or are described as hidden. */
function warnOfHiddenVariables(script: Script6, diagnostics: Diagnostics): void {
  const plain = new Set<string>();
  const note = (expression: Expression): void => {
    if (expression.kind === 'variable') plain.add(expression.name);
  };
  const inArguments = new Set<Expression>();
  walkScript(script, (expression) => {
    if (expression.kind !== 'call') return;
    for (const arg of expression.args) walkExpression(arg, (inner) => inArguments.add(inner));
  });
  walkScript(script, (expression) => {
    if (!inArguments.has(expression)) note(expression);
  });
  for (const statement of script.statements) {
    if (statement.kind === 'describe' && statement.external) plain.add(statement.name);
  }
  for (const [name, at] of script.externals) {
    if (plain.has(name)) continue;
    diagnostics.warning(
      at,
      `The engine overlooks ${name} here: write a line such as v := ${name} first.`,
      name.length,
    );
  }
}

/** A date that is missing or empty stops the script. */
function warnOfUnguardedShifts(statements: readonly Statement[], diagnostics: Diagnostics): void {
  for (const statement of statements) {
    if (statement.kind !== 'assign' && statement.kind !== 'assignVariable') continue;
    walkExpression(statement.value, (expression) => {
      if (expression.kind !== 'call' || !shifts.has(expression.name) || expression.args[0]?.kind !== 'path')
        return;
      const message = 'A missing date stops the script: write isPresent[path] ? before the statement.';
      diagnostics.warning(expression.at, message, expression.name.length);
    });
  }
}
