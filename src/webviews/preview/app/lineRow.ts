import type { PageTexts, PreviewLine } from '../contract.js';
import { filled, make } from '../../shared/app/elements.js';

const mask = '••••••';

/** One line of the table. */
export class LineRow {
  readonly element = make('tr');
  private readonly button: HTMLButtonElement | undefined;
  private revealed = false;
  private readonly text: string;

  constructor(
    readonly line: PreviewLine,
    readonly index: number,
    private readonly texts: PageTexts,
  ) {
    const { depth, tag, name, vr, state, stateText, rule, before, after } = line;
    const { element } = this;
    element.role = 'row';
    element.tabIndex = -1;
    element.className = this.isItem ? `${state} item` : state;
    element.dataset['index'] = String(index);
    const title = make('td', name, `name depth${Math.min(depth, 6)}`);
    const old = make('td', '', 'value before');
    if (before === 'hidden') old.append((this.button = this.makeButton()));
    else if (before === 'same') old.append(make('span', this.texts.same, 'quiet'));
    else if (before === 'empty') old.append(make('span', this.texts.empty, 'quiet'));
    const now = make('td', after ?? '', 'value after');
    if (after === '') now.append(make('span', this.texts.empty, 'quiet'));
    const what = make('td');
    if (!this.isItem || state !== 'kept') what.append(make('span', stateText, 'state'));
    const cells = [make('td', tag, 'tag'), title, make('td', vr), old, now, what, make('td', rule, 'rule')];
    for (const cell of cells) cell.role = 'gridcell';
    element.append(...cells);
    this.text = [tag, name, vr, after ?? '', stateText, rule].join(' ').toLowerCase();
  }

  get isItem(): boolean {
    return this.line.tag === '';
  }

  /** How deep the line lies; an item is between its sequence and its attributes. */
  get rank(): number {
    return this.line.depth * 2 - (this.isItem ? 1 : 0);
  }

  get canReveal(): boolean {
    return this.button !== undefined;
  }

  get isRevealed(): boolean {
    return this.revealed;
  }

  /** Whether all words stand in what is shown of the line without asking. */
  mentions(words: string): boolean {
    return words.split(/\s+/).every((word) => this.text.includes(word));
  }

  reveal(value: string): void {
    if (!this.button) return;
    this.revealed = true;
    this.button.textContent = value;
    this.button.removeAttribute('aria-label');
    this.button.setAttribute('aria-pressed', 'true');
  }

  hide(): void {
    if (!this.button) return;
    this.revealed = false;
    this.mask(this.button);
  }

  private makeButton(): HTMLButtonElement {
    const button = make('button', '', 'original');
    button.type = 'button';
    // The line has the focus, and its keys.
    button.tabIndex = -1;
    this.mask(button);
    return button;
  }

  private mask(button: HTMLButtonElement): void {
    button.textContent = mask;
    button.setAttribute('aria-label', filled(this.texts.showValue, this.line.name));
    button.setAttribute('aria-pressed', 'false');
  }
}
