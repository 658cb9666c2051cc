import { byId, filled, show } from '../../shared/app/elements.js';
import type { ColumnName, PageRow, QueryTexts } from '../contract.js';
import { GridHead } from './gridHead.js';
import { gridRow, rowElementId, rowHeight } from './gridRow.js';
import { RowStore } from './rowStore.js';
import { Selection } from './selection.js';

export interface GridEvents {
  /** What lies below a row is wanted. */
  expand(row: number): void;
  choose(count: number): void;
}

/** Lines that are drawn above and below those that can be seen. */
const margin = 10;

/**
 * The results as a tree grid (WAI-ARIA APG "Treegrid"): the grid has the focus, and names the active row. Only lines that can be
 * seen are in the page, so that thousands stay fluid.
 */
export class Grid {
  private readonly element = byId('grid');
  private readonly head: GridHead;
  private readonly body = byId('grid-body');
  private readonly rows = new RowStore();
  private readonly selection = new Selection();
  private columns: readonly ColumnName[] = [];
  private isDrawing = false;

  constructor(
    private readonly texts: QueryTexts,
    private readonly events: GridEvents,
  ) {
    this.head = new GridHead(texts, (sorting) => {
      this.rows.sort(sorting);
      this.changed();
    });
    this.element.addEventListener('scroll', () => this.draw());
    this.element.addEventListener('keydown', (event) => this.press(event));
    this.body.addEventListener('click', (event) => this.click(event));
    this.body.addEventListener('dblclick', (event) => this.doubleClick(event));
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  show(columns: readonly ColumnName[]): void {
    this.columns = columns;
    this.element.ariaColCount = String(columns.length + 1);
    this.head.show(columns);
    this.draw();
  }

  clear(): void {
    this.rows.clear();
    this.selection.clear();
    this.element.scrollTop = 0;
    this.changed();
  }

  add(rows: readonly PageRow[]): void {
    this.rows.add(rows);
    this.changed();
  }

  filled(row: number, failed: boolean): void {
    this.rows.filled(row, failed);
    this.changed();
  }

  filter(text: string): void {
    this.rows.filter(text);
    this.changed();
  }

  get chosen(): readonly number[] {
    return this.selection.chosen;
  }

  private get ids(): readonly number[] {
    return this.rows.shown.map(({ row }) => row.id);
  }

  private changed(): void {
    show(
      'row-count',
      this.rows.size === 0 ? '' : filled(this.texts.shown, this.rows.shown.length, this.rows.size),
    );
    this.events.choose(this.selection.size);
    this.draw();
  }

  /** At most once a frame. */
  private draw(): void {
    if (this.isDrawing) return;
    this.isDrawing = true;
    requestAnimationFrame(() => {
      this.isDrawing = false;
      this.drawNow();
    });
  }

  private drawNow(): void {
    const { shown } = this.rows;
    const { scrollTop, clientHeight } = this.element;
    const first = Math.max(0, Math.floor(scrollTop / rowHeight) - margin);
    const last = Math.ceil((scrollTop + clientHeight) / rowHeight) + margin;
    const { active } = this.selection;
    this.body.style.height = `${shown.length * rowHeight}px`;
    this.element.ariaRowCount = String(shown.length + 1);
    this.body.replaceChildren(
      ...shown
        .slice(first, last)
        .map((line, at) =>
          gridRow(
            line,
            first + at,
            this.columns,
            this.selection.has(line.row.id),
            line.row.id === active,
            this.texts,
          ),
        ),
    );
    const isDrawn = active !== undefined && document.getElementById(rowElementId(active)) !== null;
    if (isDrawn) this.element.setAttribute('aria-activedescendant', rowElementId(active));
    else this.element.removeAttribute('aria-activedescendant');
  }

  private press(event: KeyboardEvent): void {
    if (event.target !== this.element) return;
    const { ids } = this;
    const { active } = this.selection;
    const at = active === undefined ? -1 : ids.indexOf(active);
    const page = Math.max(1, Math.floor(this.element.clientHeight / rowHeight) - 2);
    const { key } = event;
    const many = event.ctrlKey || event.metaKey;
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: ids.length }[key]; // prettier-ignore
    if (target !== undefined) this.move(ids, target, event.shiftKey, many);
    else if (key === 'ArrowRight' && active !== undefined) this.openOrGoIn(active);
    else if (key === 'ArrowLeft' && active !== undefined) this.closeOrGoOut(active);
    else if (key === ' ' && active !== undefined) this.choose(() => this.selection.toggle(active));
    else if (key === 'Enter' && active !== undefined) this.toggleOpen(active);
    else if (key === 'a' && many) this.choose(() => this.selection.all(ids));
    else if (key === 'Escape' && this.selection.size > 0) this.choose(() => this.selection.none());
    else return;
    event.preventDefault();
  }

  private move(ids: readonly number[], target: number, extend: boolean, keep: boolean): void {
    const id = ids[Math.min(Math.max(target, 0), ids.length - 1)];
    if (id === undefined) return;
    this.choose(() => {
      if (extend) this.selection.extend(id, ids);
      else if (keep) this.selection.focus(id);
      else this.selection.only(id);
    });
    this.reveal(id);
  }

  private click(event: MouseEvent): void {
    const id = rowAt(event);
    if (id === undefined) return;
    const { target } = event;
    const hit = (name: string): boolean => target instanceof Element && target.classList.contains(name);
    if (hit('twistie')) {
      this.selection.focus(id);
      this.toggleOpen(id);
    } else
      this.choose(() => {
        if (event.shiftKey) this.selection.extend(id, this.ids);
        else if (event.ctrlKey || event.metaKey || hit('box')) this.selection.toggle(id);
        else this.selection.only(id);
      });
  }

  private doubleClick(event: MouseEvent): void {
    const id = rowAt(event);
    const { target } = event;
    if (id !== undefined && target instanceof Element && !target.matches('.twistie, .box'))
      this.toggleOpen(id);
  }

  private choose(act: () => void): void {
    act();
    this.events.choose(this.selection.size);
    this.draw();
  }

  private toggleOpen(id: number): void {
    const line = this.rows.shown[this.rows.positionOf(id)];
    if (line?.expanded !== undefined) this.open(id, !line.expanded);
  }

  private open(id: number, expanded: boolean): void {
    if (this.rows.open(id, expanded)) this.events.expand(id);
    this.changed();
  }

  private openOrGoIn(id: number): void {
    const at = this.rows.positionOf(id);
    const line = this.rows.shown[at];
    if (line?.expanded === false) this.open(id, true);
    else if (line?.expanded) this.goTo(this.rows.shown[at + 1]?.row.id);
  }

  private closeOrGoOut(id: number): void {
    const line = this.rows.shown[this.rows.positionOf(id)];
    if (line?.expanded) this.open(id, false);
    else this.goTo(line?.row.parent);
  }

  private goTo(id: number | undefined): void {
    if (id === undefined) return;
    this.choose(() => this.selection.only(id));
    this.reveal(id);
  }

  /** Scrolls no further than needed; the header covers the first line. */
  private reveal(id: number): void {
    const top = this.rows.positionOf(id) * rowHeight;
    const { scrollTop, clientHeight } = this.element;
    const visible = clientHeight - this.head.height;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + rowHeight > scrollTop + visible) this.element.scrollTop = top + rowHeight - visible;
    this.draw();
  }
}

function rowAt({ target }: MouseEvent): number | undefined {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return element ? Number(element.dataset['row']) : undefined;
}
