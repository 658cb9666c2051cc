import type { FromPage, PageTexts, PreviewLine } from '../contract.js';
import { byId, filled, show } from '../../shared/app/elements.js';
import { LineRow } from './lineRow.js';

/**
 * The lines of one object. Values before are not in the page until somebody asks for them, and leave it again when they
 * are hidden. One line has the focus; arrow keys move it, Enter shows its value.
 */
export class LineTable {
  private readonly body = byId('lines').querySelector('tbody');
  private readonly filter = byId('filter', HTMLSelectElement);
  private readonly search = byId('search', HTMLInputElement);
  private readonly revealAll = byId('reveal-all', HTMLButtonElement);
  private object = -1;
  private rows: readonly LineRow[] = [];
  private active: LineRow | undefined;

  constructor(
    private readonly texts: PageTexts,
    private readonly ask: (message: FromPage) => void,
  ) {
    this.filter.addEventListener('change', () => this.narrow());
    this.search.addEventListener('input', () => this.narrow());
    this.revealAll.addEventListener('click', () => this.toggleAll());
    this.body?.addEventListener('keydown', (event) => this.press(event));
    this.body?.addEventListener('click', (event) => this.click(event));
    document.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 'f') {
        event.preventDefault();
        this.search.focus();
      }
    });
  }

  show(object: number, lines: readonly PreviewLine[]): void {
    this.object = object;
    this.rows = lines.map((line, index) => new LineRow(line, index, this.texts));
    this.body?.replaceChildren(...this.rows.map(({ element }) => element));
    this.active = undefined;
    this.say('');
    this.sayWhetherAll(false);
    this.narrow();
  }

  reveal(object: number, values: readonly (readonly [number, string])[]): void {
    if (object !== this.object) return;
    for (const [index, text] of values) this.rows[index]?.reveal(text);
    this.say(this.texts.shown);
  }

  private get shown(): readonly LineRow[] {
    return this.rows.filter(({ element }) => !element.hidden);
  }

  /** Lines that fit; a changed line brings along the sequences and items that it is in. */
  private narrow(): void {
    const words = this.search.value.trim().toLowerCase();
    const filter = this.filter.value;
    /** The last line of each rank: sequences and items that the next line may be in. */
    const above: (LineRow | undefined)[] = [];
    for (const row of this.rows) {
      above.length = row.rank;
      const isChanged = row.line.state !== 'kept';
      const fits = (filter === 'all' || (filter === 'changed') === isChanged) && row.mentions(words);
      row.element.hidden = !fits;
      if (fits) for (const parent of above) if (parent) parent.element.hidden = false;
      above[row.rank] = row;
    }
    const { shown } = this;
    show('line-count', filled(this.texts.lines, shown.length, this.rows.length));
    if (!this.active || this.active.element.hidden) this.focusOn(shown[0], false);
  }

  private press(event: KeyboardEvent): void {
    const { shown, active } = this;
    const at = active ? shown.indexOf(active) : -1;
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 15, PageUp: at - 15, Home: 0, End: shown.length }[event.key]; // prettier-ignore
    if (target !== undefined) {
      this.focusOn(shown[Math.min(Math.max(target, 0), shown.length - 1)], true);
      event.preventDefault();
    } else if ((event.key === 'Enter' || event.key === ' ') && active) {
      this.toggle(active);
      event.preventDefault();
    }
  }

  private click({ target }: MouseEvent): void {
    const element = target instanceof Element ? target.closest('tr') : null;
    const row = this.rows[Number(element?.dataset['index'])];
    if (!row) return;
    this.focusOn(row, true);
    if (target instanceof Element && target.closest('button')) this.toggle(row);
  }

  private focusOn(row: LineRow | undefined, really: boolean): void {
    if (this.active) this.active.element.tabIndex = -1;
    this.active = row;
    if (!row) return;
    row.element.tabIndex = 0;
    if (really) row.element.focus();
  }

  private toggle(row: LineRow): void {
    if (row.isRevealed) {
      row.hide();
      this.say(this.texts.hidden);
    } else if (row.canReveal) this.ask({ kind: 'reveal', object: this.object, lines: [row.index] });
  }

  private toggleAll(): void {
    const all = this.revealAll.getAttribute('aria-pressed') !== 'true';
    this.sayWhetherAll(all);
    if (all) {
      const lines = this.rows.filter(({ canReveal }) => canReveal).map(({ index }) => index);
      this.ask({ kind: 'reveal', object: this.object, lines });
    } else {
      for (const row of this.rows) row.hide();
      this.say(this.texts.hidden);
    }
  }

  private sayWhetherAll(all: boolean): void {
    this.revealAll.setAttribute('aria-pressed', String(all));
    this.revealAll.textContent = all ? this.texts.hideAll : this.texts.showAll;
  }

  /** For screen readers; never a value. */
  private say(text: string): void {
    byId('said').textContent = text;
  }
}
