/** A place in a script; both count from 1, as editors show them. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/**
 * When a problem shows: while the text is read (`parse`), in the choice of the engine (`version`), in a variable that
 * nobody supplies (`variable`), or while a statement runs (`evaluation`).
 */
export type ProblemKind = 'parse' | 'version' | 'variable' | 'evaluation';

/** Something about a script that its author should know. Texts quote the script, never a value of an object. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly kind: ProblemKind;
  readonly at: Position;
  /** Characters that it concerns, from `at` on. */
  readonly length: number;
  readonly message: string;
}

/** More errors than a person reads at once. */
const mostDiagnostics = 50;

/** Collects what is found in one script. */
export class Diagnostics {
  readonly found: Diagnostic[] = [];

  get full(): boolean {
    return this.found.length >= mostDiagnostics;
  }

  error(at: Position, message: string, kind: ProblemKind = 'parse', length = 1): void {
    if (!this.full) this.found.push({ severity: 'error', kind, at, length, message });
  }

  warning(at: Position, message: string, length = 1): void {
    if (!this.full) this.found.push({ severity: 'warning', kind: 'evaluation', at, length, message });
  }
}

/** `line 3, column 7: ...` */
export function formatDiagnostic({ at, message }: Pick<Diagnostic, 'at' | 'message'>): string {
  return `line ${at.line}, column ${at.column}: ${message}`;
}
