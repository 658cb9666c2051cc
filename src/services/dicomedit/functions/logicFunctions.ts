import { fault, Rejection } from '../run/faults.js';
import { findSpot } from '../run/directPath.js';
import { booleanValue, nothing, pathText, type Value } from '../run/values.js';
import type { ScriptFunction } from './arguments.js';

/** Whether a value is true: the boolean, or the text in any case. @throws EvaluationFault for null and functions without value. */
export function isTrue(value: Value): boolean {
  if (value.kind === 'boolean') return value.value;
  if (value.kind === 'text') return value.text.toLowerCase() === 'true';
  return value.kind === 'null' ? fault('A condition has no value.') : fault('The value is no condition.');
}

/** Values compare as texts; a path is not read. */
function sameKey(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'text':
      return `text ${value.text}`;
    case 'boolean':
      return `text ${String(value.value)}`;
    case 'path':
      return `path ${pathText(value.path)}`;
    case 'list':
      return `list ${JSON.stringify(value.values.map(sameKey))}`;
    case 'nothing':
      return fault('The function has no value.');
  }
}

export const logicFunctions: Readonly<Record<string, ScriptFunction>> = {
  true: () => booleanValue(true),
  false: () => booleanValue(false),

  and: (args, run) => booleanValue(args.values.every((value) => holds(value, run))),
  or: (args, run) => booleanValue(args.values.some((value) => holds(value, run))),

  equals({ values }) {
    const keys = new Set(values.map(sameKey));
    return booleanValue(values.length >= 2 && keys.size === 1);
  },

  isPresent({ values }, run) {
    const all = values.map((value) => {
      if (value.kind !== 'path') return fault('A path is needed here, without quotes.');
      return findSpot(run.root, value.path) !== undefined;
    });
    return booleanValue(all.every((isThere) => isThere));
  },

  reject({ values: [condition] }, run) {
    if (condition !== undefined && !isTrue(condition)) return nothing;
    if (run.environment.ignoreRejection === true) return nothing;
    throw new Rejection();
  },

  valueAt: (args, run) => run.read(args.path(0)),
};

function holds(value: Value, run: Parameters<ScriptFunction>[1]): boolean {
  const read = value.kind === 'path' ? run.read(value.path) : value;
  return read.kind !== 'null' && isTrue(read);
}
