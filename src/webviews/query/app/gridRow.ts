import { filled, make } from '../../shared/app/elements.js';
import type { ColumnName, QueryTexts } from '../contract.js';
import type { ShownRow } from './rowStore.js';

export const rowHeight = 24;

/** One line of the table in its place among all lines. */
export function gridRow(
  shown: ShownRow,
  index: number,
  columns: readonly ColumnName[],
  chosen: boolean,
  active: boolean,
  texts: QueryTexts,
): HTMLElement {
  const { row, depth, expanded, below, position, siblings } = shown;
  const element = make('div', '', `row ${row.level}`);
  element.role = 'row';
  element.id = rowElementId(row.id);
  element.dataset['row'] = String(row.id);
  element.ariaLevel = String(depth);
  element.ariaPosInSet = String(position);
  element.ariaSetSize = String(siblings);
  element.ariaSelected = String(chosen);
  // The header is the first row.
  element.ariaRowIndex = String(index + 2);
  if (expanded !== undefined) element.ariaExpanded = String(expanded);
  element.classList.toggle('chosen', chosen);
  element.classList.toggle('active', active);
  element.style.top = `${index * rowHeight}px`;
  element.append(nameCell(shown, chosen, texts), ...columns.map((name) => cell(row.cells[name] ?? '', name)));
  if (below === 'asked') element.ariaBusy = 'true';
  return element;
}

/** For `aria-activedescendant`. */
export function rowElementId(row: number): string {
  return `row-${row}`;
}

function nameCell(
  { row, depth, expanded, below }: ShownRow,
  chosen: boolean,
  texts: QueryTexts,
): HTMLElement {
  const name = cell('', 'label');
  name.classList.add(`depth${depth}`);
  const twistie = make('span', '', 'twistie');
  twistie.ariaHidden = 'true';
  if (expanded !== undefined) twistie.classList.add(expanded ? 'open' : 'closed');
  const box = make('span', '', 'box');
  box.ariaHidden = 'true';
  box.classList.toggle('checked', chosen);
  const level = make('span', filled('{0}: ', texts.levels[row.level]), 'said');
  const label = make('span', row.label, 'text');
  name.append(twistie, box, level, label);
  if (below === 'asked') name.append(make('span', texts.loading, 'quiet'));
  name.title = row.label;
  return name;
}

function cell(text: string, column: ColumnName | 'label'): HTMLElement {
  const element = make('div', text, `cell ${column}`);
  element.role = 'gridcell';
  if (text !== '') element.title = text;
  return element;
}
