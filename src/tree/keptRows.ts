import { isDeepStrictEqual } from 'node:util';

/** What the editor has to draw again: everything where rows came or went, else single rows. */
export type Redraw<T> = readonly T[] | 'all';

/**
 * The top rows of a view. The editor knows a row by its object: it stays the same while the row is there, and is drawn again
 * only when it changed, so that an action on it meets it.
 */
export class KeptRows<T extends { readonly id: string }> {
  private rows: readonly T[] = [];

  get all(): T[] {
    return [...this.rows];
  }

  /** Takes the rows as they are now. */
  take(next: readonly T[]): Redraw<T> {
    const before = this.rows;
    const known = new Map(before.map((row) => [row.id, row]));
    const changed: T[] = [];
    this.rows = next.map((row) => {
      const shown = known.get(row.id);
      if (shown === undefined) return row;
      if (!isDeepStrictEqual(shown, row)) changed.push(Object.assign(shown, row));
      return shown;
    });
    const same = this.rows.length === before.length && this.rows.every((row, index) => row === before[index]);
    return same ? changed : 'all';
  }
}
