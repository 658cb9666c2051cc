import { byId, make } from '../../shared/app/elements.js';
import type { ColumnName, QueryTexts } from '../contract.js';
import type { SortKey, Sorting } from './rowStore.js';

/** The columns of the table; a press sorts by one. */
export class GridHead {
  private readonly element = byId('grid-head');
  private keys: readonly SortKey[] = [];
  private sorting: Sorting | undefined;

  constructor(
    private readonly texts: QueryTexts,
    private readonly onSort: (sorting: Sorting | undefined) => void,
  ) {}

  get height(): number {
    return this.element.offsetHeight;
  }

  show(columns: readonly ColumnName[]): void {
    this.keys = ['label', ...columns];
    this.draw();
  }

  private draw(): void {
    this.element.replaceChildren(
      ...this.keys.map((key) => {
        const header = make('div', '', `cell ${key}`);
        header.role = 'columnheader';
        if (this.sorting?.key === key) header.ariaSort = this.sorting.descending ? 'descending' : 'ascending';
        const button = make('button', this.texts.columns[key]);
        button.type = 'button';
        button.addEventListener('click', () => this.sortBy(key));
        header.append(button);
        return header;
      }),
    );
  }

  /** Ascending, descending, as it came. */
  private sortBy(key: SortKey): void {
    const { sorting } = this;
    if (sorting?.key !== key) this.sorting = { key, descending: false };
    else this.sorting = sorting.descending ? undefined : { key, descending: true };
    this.draw();
    this.element.querySelectorAll('button')[this.keys.indexOf(key)]?.focus();
    this.onSort(this.sorting);
  }
}
