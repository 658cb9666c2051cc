import type { DataElement, DicomObject } from '../dicom/dataSet.js';
import { EditableDataSet } from './run/editableDataSet.js';
import { evaluate4 } from './run/evaluate4.js';
import { evaluate6 } from './run/evaluate6.js';
import { CannotDo, EvaluationFault, Rejection } from './run/faults.js';
import { Limits } from './run/limits.js';
import type { PixelFill } from './run/pixelFill.js';
import { ScriptRun, type ScriptEnvironment } from './run/scriptRun.js';
import type { Script } from './syntax/ast.js';
import type { Position, ProblemKind } from './syntax/diagnostics.js';

/** What scripts made of an object. */
export interface AppliedScripts {
  readonly status: 'applied';
  /** Untouched elements are the same objects as before. */
  readonly elements: readonly DataElement[];
  /**
   * Elements, at any depth, that scripts built from nothing but literals, supplied variables, UID hashes and date shifts
   * (safety rule "provenance"); everything else may show something of the patient.
   */
  readonly ours: ReadonlySet<DataElement>;
  /** What becomes 0 in the pixel data, which stays in the source. */
  readonly fills: readonly PixelFill[];
  /** What `echo` said, in order. May hold anything of the object: never logged. */
  readonly echoes: readonly string[];
}

export type ScriptOutcome =
  | AppliedScripts
  | { readonly status: 'rejected' }
  /** The scripts are right, but this version can't do what they ask to this object. */
  | { readonly status: 'held'; readonly reason: string }
  | {
      readonly status: 'error';
      readonly kind: ProblemKind;
      /** Which of the scripts, from 0. */
      readonly script: number;
      readonly at: Position;
      /** A sentence without any value of the object. */
      readonly message: string;
    };

/**
 * Runs scripts one after the other on a copy of an object; the object itself is never changed, and a script that fails
 * leaves nothing. Variables live as long as one script on one object.
 */
export function runScripts(
  scripts: readonly Script[],
  object: Pick<DicomObject, 'elements' | 'encoding'>,
  environment: ScriptEnvironment,
): ScriptOutcome {
  const root = new EditableDataSet(object.elements, object.encoding);
  const run = new ScriptRun(root, environment, new Limits());
  for (const [index, script] of scripts.entries()) {
    try {
      if (script.language === 4) evaluate4(script, run);
      else evaluate6(script, run);
    } catch (error) {
      if (error instanceof Rejection) return { status: 'rejected' };
      if (error instanceof CannotDo) return { status: 'held', reason: error.message };
      if (!(error instanceof EvaluationFault)) throw error;
      const { kind, at = { line: 1, column: 1 }, message } = error;
      return { status: 'error', kind, script: index, at, message };
    }
  }
  return {
    status: 'applied',
    elements: root.elements(),
    ours: run.ours,
    fills: run.fills,
    echoes: run.echoes,
  };
}
