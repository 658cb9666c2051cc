import type { ColumnName, PageRow } from '../contract.js';

export type SortKey = ColumnName | 'label';

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

/** Whether what lies below a row is there. */
export type BelowState = 'unknown' | 'asked' | 'there';

/** A row in its place: what a line of the table shows. */
export interface ShownRow {
  readonly row: PageRow;
  /** From 1. */
  readonly depth: number;
  /** Undefined where nothing can lie below. */
  readonly expanded: boolean | undefined;
  readonly below: BelowState;
  readonly position: number;
  readonly siblings: number;
}

interface Kept {
  row: PageRow;
  readonly children: number[];
  expanded: boolean;
  below: BelowState;
}

/** Natural order: "Image 9" before "Image 10". */
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** The rows of one search as a tree that can be sorted, filtered, opened and closed. Knows nothing of the page. */
export class RowStore {
  private readonly kept = new Map<number, Kept>();
  private readonly roots: number[] = [];
  private sorting: Sorting | undefined;
  private words: readonly string[] = [];
  private list: readonly ShownRow[] | undefined;

  get size(): number {
    return this.kept.size;
  }

  clear(): void {
    this.kept.clear();
    this.roots.length = 0;
    this.list = undefined;
  }

  /** Adds rows; one that is there already is told anew and stays where it is. Studies come with their patient. */
  add(rows: readonly PageRow[]): void {
    for (const row of rows) {
      const known = this.kept.get(row.id);
      if (known) {
        known.row = row;
        continue;
      }
      const above = row.parent === undefined ? undefined : this.kept.get(row.parent);
      if (above?.row.level === 'patient') above.below = 'there';
      (above?.children ?? this.roots).push(row.id);
      this.kept.set(row.id, { row, children: [], expanded: row.level === 'patient', below: 'unknown' });
    }
    this.list = undefined;
  }

  row(id: number): PageRow | undefined {
    return this.kept.get(id)?.row;
  }

  /** Opens or closes a row. Gives whether what lies below has to be asked for. */
  open(id: number, expanded: boolean): boolean {
    const kept = this.kept.get(id);
    if (!kept || kept.row.level === 'image') return false;
    kept.expanded = expanded;
    this.list = undefined;
    if (!expanded || kept.below !== 'unknown') return false;
    kept.below = 'asked';
    return true;
  }

  /** Everything below a row is there, or (`failed`) has to be asked for again. */
  filled(id: number, failed: boolean): void {
    const kept = this.kept.get(id);
    if (!kept) return;
    kept.below = failed ? 'unknown' : 'there';
    if (failed) kept.expanded = false;
    this.list = undefined;
  }

  sort(sorting: Sorting | undefined): void {
    this.sorting = sorting;
    this.list = undefined;
  }

  /** Shows rows in which all words stand, with what they lie in and what lies below them. */
  filter(text: string): void {
    this.words = text.toLowerCase().split(/\s+/).filter(Boolean);
    this.list = undefined;
  }

  /** The lines of the table, top down. */
  get shown(): readonly ShownRow[] {
    if (this.list) return this.list;
    const list: ShownRow[] = [];
    this.collect(this.roots, 1, false, list);
    return (this.list = list);
  }

  /** Position of a row among the lines; -1 where it is not shown. */
  positionOf(id: number): number {
    return this.shown.findIndex(({ row }) => row.id === id);
  }

  private collect(ids: readonly number[], depth: number, within: boolean, list: ShownRow[]): void {
    const kept = ids.flatMap((id) => this.kept.get(id) ?? []);
    const fitting = this.words.length === 0 || within ? kept : kept.filter((entry) => this.fits(entry));
    const ordered = this.sorting ? this.ordered(fitting, this.sorting) : fitting;
    for (const [position, { row, children, expanded, below }] of ordered.entries()) {
      const isLeaf = row.level === 'image';
      list.push({
        ...{ row, depth, below, position: position + 1, siblings: ordered.length },
        expanded: isLeaf ? undefined : expanded,
      });
      if (expanded) this.collect(children, depth + 1, within || this.mentions(row), list);
    }
  }

  private fits(entry: Kept): boolean {
    if (this.mentions(entry.row)) return true;
    return entry.children.some((id) => {
      const child = this.kept.get(id);
      return child !== undefined && this.fits(child);
    });
  }

  private mentions(row: PageRow): boolean {
    if (this.words.length === 0) return true;
    const text = [row.label, ...Object.values(row.cells)].join(' ').toLowerCase();
    return this.words.every((word) => text.includes(word));
  }

  private ordered(entries: readonly Kept[], { key, descending }: Sorting): readonly Kept[] {
    const text = ({ row }: Kept): string => (key === 'label' ? row.label : (row.cells[key] ?? ''));
    const sign = descending ? -1 : 1;
    return entries.toSorted((a, b) => sign * collator.compare(text(a), text(b)));
  }
}
