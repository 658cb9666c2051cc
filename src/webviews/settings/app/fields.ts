import type { Dropdown } from '@vscode/webview-ui-toolkit';
import { button, onPress } from '../../shared/app/buttons.js';
import { byId, make } from '../../shared/app/elements.js';
import type { FieldsState, FieldState, Project } from '../contract.js';
import { describe, isCheckbox, setValue, valueOf, type Control } from './controls.js';
import { texts, type Caller } from './page.js';

/** The controls of all settings. What is typed is judged by the extension at once; its answer stands below the control. */
export class Fields {
  private readonly all = new Map<string, Field>();

  constructor(
    private readonly caller: Caller,
    private readonly onEdit: (name: string) => void,
  ) {
    for (const element of document.querySelectorAll<HTMLElement>('[data-setting]')) {
      const name = element.dataset['setting'] ?? '';
      this.all.set(
        name,
        new Field(
          element,
          (value) => void this.edit(name, value),
          () => void this.browse(name),
        ),
      );
    }
    onPress('apply', () => void this.apply());
    onPress('discard', () => void caller.ask('discard', null).then((state) => this.show(state)));
  }

  /** Everything as the extension has it. */
  show(state: FieldsState): void {
    for (const [name, field] of Object.entries(state.fields)) this.all.get(name)?.show(field);
    this.judge(state);
  }

  /** Fills the lists of projects; undefined while there is no list. */
  offer(projects: readonly Project[] | undefined): void {
    for (const field of this.all.values()) field.offer(projects);
  }

  private async edit(name: string, value: string | boolean): Promise<void> {
    this.judge(await this.caller.ask('edit', { name, value }));
    this.onEdit(name);
  }

  /** Leaves in the controls what stands there: the person is typing. */
  private judge({ fields, changes, canApply, canDiscard }: FieldsState): void {
    for (const [name, field] of Object.entries(fields)) this.all.get(name)?.judge(field);
    button('apply').disabled = !canApply;
    button('discard').disabled = !canDiscard;
    byId('changes').textContent = changes;
  }

  private async apply(): Promise<void> {
    this.show(await this.caller.ask('apply', null));
    byId('changes').textContent = texts.applied;
  }

  private async browse(name: string): Promise<void> {
    try {
      this.show(await this.caller.ask('browse', name));
      this.onEdit(name);
    } catch {
      // Given up: everything stays.
    }
  }
}

class Field {
  private readonly control: Control;

  constructor(
    private readonly element: HTMLElement,
    onEdit: (value: string | boolean) => void,
    onBrowse: () => void,
  ) {
    this.control = element.querySelector<HTMLElement>(
      'vscode-text-field, vscode-text-area, vscode-dropdown, vscode-checkbox',
    ) as unknown as Control;
    const event = isCheckbox(this.control) || this.isList ? 'change' : 'input';
    this.control.addEventListener(event, () => onEdit(valueOf(this.control)));
    element.querySelector('.browse')?.addEventListener('click', onBrowse);
  }

  private get isList(): boolean {
    return this.control.localName === 'vscode-dropdown';
  }

  show(field: FieldState): void {
    if (this.isList) this.include(String(field.value));
    setValue(this.control, field.value);
  }

  judge({ problem, note, changed }: FieldState): void {
    const place = this.element.querySelector('.problem');
    // The same words again would be read out at each key.
    if (place && place.textContent !== problem) place.textContent = problem;
    const noted = this.element.querySelector<HTMLElement>('.note');
    if (noted) {
      noted.textContent = note;
      noted.hidden = note === '';
    }
    this.element.classList.toggle('changed', changed);
    const description = this.element.querySelector('.description')?.textContent ?? '';
    describe(this.control, description, problem);
  }

  offer(projects: readonly Project[] | undefined): void {
    if (this.control.localName !== 'vscode-dropdown' || !this.element.hasAttribute('data-projects')) return;
    const list = this.control as Dropdown;
    const chosen = list.value;
    list.disabled = projects === undefined;
    const none = { id: '', label: texts.noProject };
    list.replaceChildren(...[none, ...(projects ?? [])].map(({ id, label }) => option(id, label)));
    this.include(chosen);
    setValue(list, chosen);
  }

  /** A value that the list does not have is shown all the same: it is what the settings say. */
  private include(value: string): void {
    const list = this.control as Dropdown;
    const has = [...list.querySelectorAll('vscode-option')].some(
      (item) => item.getAttribute('value') === value,
    );
    if (!has) list.append(option(value, value));
  }
}

function option(value: string, label: string): HTMLElement {
  const item = make('vscode-option' as 'option', label);
  item.setAttribute('value', value);
  return item;
}
