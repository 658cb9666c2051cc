import type { Position } from '../syntax/diagnostics.js';
import { EvaluationFault } from './faults.js';
import { textValue, type Value } from './values.js';

/** The value of a supplied variable; its name counts without regard to case. */
export function supplied(variables: Readonly<Record<string, string>>, name: string): string | undefined {
  const wanted = name.toLowerCase();
  return Object.entries(variables).find(([one]) => one.toLowerCase() === wanted)?.[1];
}

/** The first variable that a script needs and nobody supplies. */
export function missingVariable(
  externals: ReadonlyMap<string, Position>,
  variables: Readonly<Record<string, string>>,
): { readonly name: string; readonly at: Position } | undefined {
  for (const [name, at] of externals) if (supplied(variables, name) === undefined) return { name, at };
  return undefined;
}

/** Variables of a script before its first statement. @throws EvaluationFault when one is missing. */
export function suppliedVariables(
  externals: ReadonlyMap<string, Position>,
  variables: Readonly<Record<string, string>>,
): Map<string, Value> {
  const missing = missingVariable(externals, variables);
  if (missing)
    throw new EvaluationFault(`Nobody supplies the variable ${missing.name}.`, 'variable', missing.at);
  return new Map(
    [...externals.keys()].map((name) => [name, textValue(supplied(variables, name) ?? '', true)]),
  );
}
