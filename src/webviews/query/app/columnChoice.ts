import type { Checkbox } from '@vscode/webview-ui-toolkit';
import { byId } from '../../shared/app/elements.js';
import type { ColumnName, QueryTexts } from '../contract.js';

const allColumns: readonly ColumnName[] = [
  ...(['patientId', 'birthDate', 'sex', 'date', 'time', 'modality'] as const),
  ...(['description', 'accession', 'series', 'instances'] as const),
];

/** Which columns are shown; a person chooses them. */
export class ColumnChoice {
  private readonly hidden = new Set<ColumnName>(['sex', 'time']);

  constructor(
    private readonly texts: QueryTexts,
    private readonly onChange: () => void,
  ) {}

  get columns(): readonly ColumnName[] {
    return allColumns.filter((name) => !this.hidden.has(name));
  }

  /** @param shown as it was remembered; what is no list of columns changes nothing. */
  begin(shown: unknown): void {
    if (Array.isArray(shown)) {
      for (const name of allColumns) {
        if (shown.includes(name)) this.hidden.delete(name);
        else this.hidden.add(name);
      }
    }
    byId('columns').replaceChildren(...allColumns.map((name) => this.box(name)));
  }

  private box(name: ColumnName): HTMLElement {
    const box = document.createElement('vscode-checkbox') as unknown as Checkbox & HTMLElement;
    box.textContent = this.texts.columns[name];
    box.checked = !this.hidden.has(name);
    box.addEventListener('change', () => {
      if (box.checked) this.hidden.delete(name);
      else this.hidden.add(name);
      this.onChange();
    });
    return box;
  }
}
