import { isText } from '../../dicom/elements.js';
import { fault } from '../run/faults.js';
import { matchingLeaves } from '../run/pathMatch.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { randomUid } from '../run/uidMaps.js';
import { nothing, nullValue, textValue } from '../run/values.js';
import type { Path } from '../syntax/ast.js';
import type { ScriptFunction } from './arguments.js';

/** Replaces each value of every element that the paths match; empty ones stay. */
function replaceValues(
  paths: readonly Path[],
  run: ScriptRun,
  ours: boolean,
  change: (value: string) => string,
): void {
  for (const path of paths) {
    for (const spot of matchingLeaves(run.root, path, run.limits)) {
      const element = spot.dataSet.leaf(spot.tag);
      if (!element || element.value?.length === 0) continue;
      if (!isText(element.vr)) fault('The function changes texts only.');
      const { text } = run.valueAt(spot);
      run.write(spot, textValue(text.split('\\').map(change).join('\\'), ours));
    }
  }
}

export const uidFunctions: Readonly<Record<string, ScriptFunction>> = {
  hashUID(args, run) {
    const value = args.optionalText(0);
    return value ? textValue(run.environment.hashUid(value.text), true) : nullValue;
  },

  hashUIDList(args, run) {
    replaceValues(args.paths(), run, true, run.environment.hashUid);
    return nothing;
  },

  newUID: () => textValue(randomUid(), false),

  mapUID(args, run) {
    if (args.values[0]?.kind === 'path') {
      return fault('A path is not read here, and all objects would get the same UID: set a variable first.');
    }
    return textValue(run.environment.uids.map('mapUID', args.text(0).text, args.literal(1).text), false);
  },

  mapReferencedUIDs(args, run) {
    const prefix = args.literal(0).text;
    const map = (uid: string): string => run.environment.uids.map('mapReferencedUIDs', uid, prefix);
    replaceValues(args.quotedPaths(1), run, false, map);
    return nothing;
  },
};
