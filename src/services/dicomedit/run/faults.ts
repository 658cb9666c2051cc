import type { Position, ProblemKind } from '../syntax/diagnostics.js';

/** Why a script ended early. Internal to the interpreter: runScripts.ts turns each into an outcome. */
export abstract class ScriptStop extends Error {}

/** A statement that can't be carried out; the place is added where the statement is known. */
export class EvaluationFault extends ScriptStop {
  constructor(
    message: string,
    readonly kind: ProblemKind = 'evaluation',
    readonly at?: Position,
  ) {
    super(message);
  }
}

/** The script refused the object: `reject[]`. */
export class Rejection extends ScriptStop {}

/** The script is right, but this program can't do it to this object (compressed pixels, values too large for memory). */
export class CannotDo extends ScriptStop {}

export function fault(message: string): never {
  throw new EvaluationFault(message);
}
