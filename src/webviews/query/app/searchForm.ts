import { onPress } from '../../shared/app/buttons.js';
import { byId, make } from '../../shared/app/elements.js';
import type { FieldProblem, QuerySetup, SearchField, SearchFields, SearchForm } from '../contract.js';

const fieldNames: readonly SearchField[] = [
  ...(['patientName', 'patientId', 'from', 'to', 'accessionNumber'] as const),
  ...(['modality', 'studyDescription', 'studyUid', 'seriesUid'] as const),
];

export interface FormEvents {
  search(): void;
  /** Something was typed or chosen. */
  change(): void;
}

/** The form of the search: terms, node and information model. */
export class SearchFormView {
  private readonly node = byId('node', HTMLSelectElement);
  private readonly model = byId('model', HTMLSelectElement);
  private readonly preset = byId('preset', HTMLSelectElement);
  private wantedNode = '';

  constructor(private readonly events: FormEvents) {
    const form = byId('search-form', HTMLFormElement);
    // A form submits by itself only with a native button.
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('keydown', ({ key, target }) => {
      if (key === 'Enter' && target instanceof HTMLInputElement) events.search();
    });
    onPress('search', () => events.search());
    form.addEventListener('input', () => events.change());
    this.preset.addEventListener('change', () => this.applyPreset());
    onPress('clear', () => this.clear());
  }

  get value(): SearchForm {
    const fields = Object.fromEntries(fieldNames.map((name) => [name, input(name).value])) as {
      [K in SearchField]: string;
    } satisfies SearchFields;
    const model = this.model.value === 'patient' ? 'patient' : 'study';
    return { node: this.node.value, model, fields };
  }

  /** @returns whether there is a node to search. */
  offer({ nodes, history }: QuerySetup): boolean {
    const wanted = this.node.value === '' ? this.wantedNode : this.node.value;
    this.node.replaceChildren(
      ...nodes.map(({ name, description }) => {
        const option = make('option', name);
        option.value = name;
        option.title = description;
        return option;
      }),
    );
    if (nodes.some(({ name }) => name === wanted)) this.node.value = wanted;
    for (const name of fieldNames) {
      const list = document.getElementById(`${name}-history`);
      list?.replaceChildren(
        ...(history[name] ?? []).map((text) => {
          const option = make('option');
          option.value = text;
          return option;
        }),
      );
    }
    return nodes.length > 0;
  }

  /** What a page that was here before had chosen. */
  restore(node: string, model: string): void {
    this.wantedNode = node;
    this.node.value = node;
    if (model === 'patient') this.model.value = model;
  }

  /** Says at each field what is wrong with it. */
  complain(problems: readonly FieldProblem[]): void {
    for (const name of fieldNames) {
      const message = problems.find(({ field }) => field === name)?.message ?? '';
      const place = byId(`${name}-problem`);
      place.textContent = message;
      place.hidden = message === '';
      input(name).ariaInvalid = String(message !== '');
    }
  }

  focusOn(field: SearchField): void {
    input(field).focus();
  }

  private clear(): void {
    for (const name of fieldNames) input(name).value = '';
    this.preset.value = '';
    this.complain([]);
    this.focusOn('patientName');
    this.events.change();
  }

  /** Days are those of this computer's calendar. */
  private applyPreset(): void {
    const days = { today: [0, 0], yesterday: [1, 1], week: [6, 0], month: [29, 0] }[this.preset.value];
    input('from').value = days?.[0] === undefined ? '' : daysAgo(days[0]);
    input('to').value = days?.[1] === undefined ? '' : daysAgo(days[1]);
    this.events.change();
  }
}

function input(name: SearchField): HTMLInputElement {
  return byId(name, HTMLInputElement);
}

function daysAgo(days: number): string {
  const date = new Date();
  date.setDate(date.getDate() - days);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
