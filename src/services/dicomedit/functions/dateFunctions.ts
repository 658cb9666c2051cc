import type { Tag } from '../../dicom/dataSet.js';
import { tags } from '../../dicom/tags.js';
import type { Vr } from '../../dicom/vr.js';
import { fault } from '../run/faults.js';
import { matchingLeaves } from '../run/pathMatch.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { nothing, textValue, type TextValue, type Value } from '../run/values.js';
import type { Path } from '../syntax/ast.js';
import { pathsOf, type Arguments, type ScriptFunction } from './arguments.js';
import { daysBetween, shiftDate } from './shiftDate.js';

/** 89 years as the engine counts them. */
const oldestInDays = 32506;

/**
 * A date of the object says nothing more about it when it was moved to another day. A date of the script stays one only
 * while the amount is the script's as well: it would tell the amount.
 */
function moved(value: TextValue, amount: TextValue, unit: string): TextValue {
  const text = shiftDate(value.text, amount.text, unit);
  const isAnotherDay = text.slice(0, 8) !== value.text.slice(0, 8);
  return textValue(text, value.ours ? amount.ours : isAnotherDay);
}

function shiftValue(args: Arguments, vrs: readonly Vr[], defaultUnit: string): Value {
  const vr = args.vr(0);
  if (vr !== undefined && !vrs.includes(vr)) return fault('The element is no date.');
  const unit = args.values.length > 2 ? args.text(2).text : defaultUnit;
  return moved(args.text(0), args.text(1), unit);
}

/** Moves every date that the paths match, in its place; empty ones stay. */
function shiftAll(paths: readonly Path[], amount: TextValue, unit: string, run: ScriptRun): Value {
  for (const path of paths) {
    for (const spot of matchingLeaves(run.root, path, run.limits)) {
      const vr = spot.dataSet.leaf(spot.tag)?.vr;
      if (vr !== 'DA' && vr !== 'DT') fault('The element is no date.');
      const value = run.valueAt(spot);
      if (value.text !== '') run.write(spot, moved(value, amount, unit));
    }
  }
  return nothing;
}

function everywhere(tag: Tag): Path {
  const digits = Array.from(tag.toString(16).padStart(8, '0'), (digit) => parseInt(digit, 16));
  return {
    steps: [
      { kind: 'levels', levels: 'any' },
      { kind: 'tag', tag: { group: digits.slice(0, 4), element: digits.slice(4) }, item: undefined },
    ],
    at: { line: 1, column: 1 },
  };
}

function topText(run: ScriptRun, tag: Tag): string {
  return run.root.has(tag) ? run.valueAt({ dataSet: run.root, tag }).text : '';
}

function capAges(run: ScriptRun): void {
  const age = topText(run, tags.PatientAge);
  if (age === '') return;
  const parts = /^(\d{3})([DWMY])$/.exec(age);
  if (!parts) return fault('An age has three digits and a unit.');
  if (parts[2] !== 'Y' || Number(parts[1]) <= 89) return;
  for (const spot of matchingLeaves(run.root, everywhere(tags.PatientAge), run.limits)) {
    run.write(spot, textValue('089Y', false));
  }
}

export const dateFunctions: Readonly<Record<string, ScriptFunction>> = {
  shiftDateByIncrement: (args) => shiftValue(args, ['DA'], 'days'),
  shiftDateTimeByIncrement: (args) => shiftValue(args, ['DA', 'DT'], 'seconds'),

  shiftDateTimeListByIncrement(args, run) {
    const list = args.values[0];
    if (list?.kind !== 'list') return fault('A list of paths is needed here, in braces.');
    return shiftAll(pathsOf(list), args.text(1), args.text(2).text, run);
  },

  shiftDateTimeSequenceByIncrement(args, run) {
    return shiftAll(args.quotedPaths(1), args.text(0), 'seconds', run);
  },

  scalePatientAgeAndDobFromStudyDate(_args, run) {
    const birth = topText(run, tags.PatientBirthDate);
    const study = topText(run, tags.StudyDate);
    if (birth !== '') {
      if (study === '') return nothing;
      const excess = daysBetween(birth, study) - oldestInDays;
      if (excess > 0) {
        for (const spot of matchingLeaves(run.root, everywhere(tags.PatientBirthDate), run.limits)) {
          const value = run.valueAt(spot);
          if (value.text === '') continue;
          run.write(spot, textValue(shiftDate(value.text, String(excess), 'days'), false));
        }
      }
    }
    capAges(run);
    return nothing;
  },
};
