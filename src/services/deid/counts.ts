import type { DeidentificationCounts } from './types.js';

/** Counts of many objects; of what is true of an object or not, how many it is true of. */
export type CountTotals = { readonly [K in keyof DeidentificationCounts]: number };

export const noCounts: CountTotals = {
  removed: 0,
  emptied: 0,
  replaced: 0,
  uidsReplaced: 0,
  datesShifted: 0,
  blanked: 0,
  reported: 0,
  privateKept: 0,
  privateRemoved: 0,
  unknownRemoved: 0,
  contentReplaced: 0,
};

/** Adds what the profile did to one more object. */
export function addCounts(sum: CountTotals, one: DeidentificationCounts): CountTotals {
  return {
    removed: sum.removed + one.removed,
    emptied: sum.emptied + one.emptied,
    replaced: sum.replaced + one.replaced,
    uidsReplaced: sum.uidsReplaced + one.uidsReplaced,
    datesShifted: sum.datesShifted + one.datesShifted,
    blanked: sum.blanked + one.blanked,
    reported: sum.reported + one.reported,
    privateKept: sum.privateKept + one.privateKept,
    privateRemoved: sum.privateRemoved + one.privateRemoved,
    unknownRemoved: sum.unknownRemoved + one.unknownRemoved,
    contentReplaced: sum.contentReplaced + Number(one.contentReplaced),
  };
}
