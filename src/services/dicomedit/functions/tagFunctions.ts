import { isPrivate, isPrivateCreator } from '../../dicom/tags.js';
import type { EditableDataSet } from '../run/editableDataSet.js';
import { directPathOfText, findSpot } from '../run/directPath.js';
import { fault } from '../run/faults.js';
import { matches, matchingLeaves, type Match } from '../run/pathMatch.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { nothing, textValue, type Value } from '../run/values.js';
import { pathOfText } from '../syntax/pathSyntax.js';
import type { Path } from '../syntax/ast.js';
import type { ScriptFunction } from './arguments.js';

/** What `-` does with a match: private creators stay, and of a numbered item the empty item. */
export function removeMatch({ dataSet, tag, item }: Match): void {
  if (isPrivateCreator(tag)) return;
  if (typeof item === 'number') dataSet.items(tag)?.[item]?.clear();
  else dataSet.remove(tag);
}

export function removeMatches(path: Path, run: ScriptRun): void {
  for (const match of matches(run.root, path, run.limits)) removeMatch(match);
}

/** All elements of odd groups, in all items too. */
export function removePrivate(dataSet: EditableDataSet, run: ScriptRun): void {
  for (const tag of dataSet.tags()) {
    run.limits.visit();
    if (isPrivate(tag)) dataSet.remove(tag);
    else for (const item of dataSet.items(tag) ?? []) removePrivate(item, run);
  }
}

function currentValues(paths: readonly Path[], run: ScriptRun): readonly Value[] {
  return paths.flatMap((path) => matchingLeaves(run.root, path, run.limits).map((spot) => run.valueAt(spot)));
}

/** Texts that `blankValues` looks for: what is written, and what paths hold now. */
function wantedTexts(value: Value, run: ScriptRun): readonly string[] {
  if (value.kind === 'list') return value.values.flatMap((one) => wantedTexts(one, run));
  const path =
    value.kind === 'path' ? value.path : value.kind === 'text' ? pathOfText(value.text) : undefined;
  const values = path ? currentValues([path], run) : [value];
  return values.flatMap((one) => (one.kind === 'text' ? [one.text] : []));
}

function blankIn(dataSet: EditableDataSet, wanted: ReadonlySet<string>, run: ScriptRun): void {
  for (const tag of dataSet.tags()) {
    run.limits.visit();
    const element = dataSet.leaf(tag);
    // Values in the file are longer than any text of a script.
    if (element && element.range === undefined) {
      if (wanted.has(run.valueAt({ dataSet, tag }).text)) dataSet.empty(tag);
    }
    for (const item of dataSet.items(tag) ?? []) blankIn(item, wanted, run);
  }
}

function directPath(text: string): Path {
  return directPathOfText(text) ?? fault('A text such as "(0040,0275)[0]/(0010,0020)" is needed here.');
}

export const tagFunctions: Readonly<Record<string, ScriptFunction>> = {
  set(args, run) {
    run.assign(directPath(args.literal(0).text), args.literal(1));
    return nothing;
  },

  delete(args, run) {
    const spot = findSpot(run.root, directPath(args.literal(0).text));
    spot?.dataSet.remove(spot.tag);
    return nothing;
  },

  removeTags(args, run) {
    for (const path of args.paths()) removeMatches(path, run);
    return nothing;
  },

  collectValues: (args, run) => ({
    kind: 'list',
    values: currentValues(args.paths(), run).map((value) =>
      value.kind === 'text' ? textValue(value.text, false) : value,
    ),
  }),

  blankValues(args, run) {
    const wanted = new Set(args.values.flatMap((value) => wantedTexts(value, run)));
    blankIn(run.root, wanted, run);
    return nothing;
  },
};
