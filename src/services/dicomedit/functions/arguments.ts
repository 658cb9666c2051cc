import { lookUp } from '../../dicom/dictionary.js';
import type { Vr } from '../../dicom/vr.js';
import { findSpot } from '../run/directPath.js';
import { fault } from '../run/faults.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { asText, nullValue, pathText, textValue, type TextValue, type Value } from '../run/values.js';
import type { Path } from '../syntax/ast.js';
import { pathOfText } from '../syntax/pathSyntax.js';
import { exactTag } from '../syntax/tagSyntax.js';
import { wholeNumber } from './shiftDate.js';

/** A function of version 6. The number of its arguments was checked before the script ran. */
export type ScriptFunction = (args: Arguments, run: ScriptRun) => Value;

/** Arguments of one call; each function says which of them are read, taken as they are written, or matched. */
export class Arguments {
  constructor(
    readonly values: readonly Value[],
    private readonly run: ScriptRun,
  ) {}

  /** The value, a path read; undefined for null. */
  optionalText(index: number): TextValue | undefined {
    const value = this.values[index] ?? nullValue;
    return asText(value.kind === 'path' ? this.run.read(value.path) : value);
  }

  text(index: number): TextValue {
    return this.optionalText(index) ?? fault('A value is missing.');
  }

  /** The text as it is written; a path is not read. */
  literal(index: number): TextValue {
    const value = this.values[index] ?? nullValue;
    if (value.kind === 'path') return textValue(pathText(value.path), true);
    return asText(value) ?? fault('A value is missing.');
  }

  integer(index: number): number {
    return wholeNumber(this.text(index).text);
  }

  /** A path, or a text that holds one. */
  path(index: number): Path {
    const [path, ...more] = pathsOf(this.values[index] ?? nullValue);
    return path && more.length === 0 ? path : fault('One path is needed here.');
  }

  /** Paths, texts that hold one, and lists of both, from an argument on. */
  paths(from = 0): readonly Path[] {
    return this.values.slice(from).flatMap(pathsOf);
  }

  /**
   * Texts that hold a path. A path without quotes is refused where the engine would silently leave it out.
   */
  quotedPaths(from: number): readonly Path[] {
    return this.values.slice(from).map((value) => {
      if (value.kind !== 'text') return fault('Paths stand in quotes here: the engine overlooks others.');
      return pathOfText(value.text) ?? fault('A text holds no path.');
    });
  }

  /** VR of the element that a path names, or would have; undefined for other values. */
  vr(index: number): Vr | undefined {
    const value = this.values[index];
    if (value?.kind !== 'path') return undefined;
    const spot = findSpot(this.run.root, value.path);
    const there = spot?.dataSet.leaf(spot.tag)?.vr;
    if (there !== undefined) return there;
    const last = value.path.steps.at(-1);
    const tag = last?.kind === 'tag' ? exactTag(last.tag) : undefined;
    return tag === undefined ? 'UN' : lookUp(tag).vr;
  }
}

export function pathsOf(value: Value): readonly Path[] {
  switch (value.kind) {
    case 'path':
      return [value.path];
    case 'list':
      return value.values.flatMap(pathsOf);
    case 'text':
      return [pathOfText(value.text) ?? fault('A text holds no path.')];
    default:
      return fault('A path is needed here.');
  }
}
