import type { ToPage } from '../contract.js';
import { byId, make } from '../../shared/app/elements.js';

/** Counts, what is not sent, and the texts that stay. */
export function showSummary(summary: Extract<ToPage, { kind: 'summary' }>): void {
  byId('summary').hidden = false;
  byId('summary-title').textContent = summary.headline;
  byId('counts').replaceChildren(
    ...summary.counts.map(({ label, count }) => {
      const pair = make('div');
      pair.append(make('dt', label), make('dd', count));
      return pair;
    }),
  );
  byId('refused-part').hidden = summary.refused.length === 0;
  byId('refused').replaceChildren(...summary.refused.map((line) => make('li', line)));
  byId('texts-part').hidden = summary.texts.length === 0;
  byId('texts-title').textContent = summary.textsHeading;
  byId('texts').replaceChildren(
    ...summary.texts.map(({ name, text, objects }) => {
      const row = make('tr');
      row.append(make('td', name), make('td', text), make('td', objects, 'number'));
      return row;
    }),
  );
}
