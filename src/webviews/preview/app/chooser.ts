import type { PageTexts, PreviewChoice } from '../contract.js';
import { byId, filled, make } from '../../shared/app/elements.js';

/** Picks a series and one of its instances, by number. */
export class Chooser {
  private readonly choice = byId('choice', HTMLSelectElement);
  private readonly instance = byId('instance', HTMLInputElement);
  private choices: readonly PreviewChoice[] = [];

  constructor(
    private readonly texts: PageTexts,
    private readonly onChoose: (choice: number, instance: number) => void,
  ) {
    this.choice.addEventListener('change', () => onChoose(Number(this.choice.value), 0));
    this.instance.addEventListener('change', () => this.chooseInstance());
  }

  offer(choices: readonly PreviewChoice[]): void {
    this.choices = choices;
    const groups = new Map<string, HTMLOptGroupElement>();
    for (const [index, { group, label }] of choices.entries()) {
      const place = groups.get(group) ?? make('optgroup');
      place.label = group;
      const option = make('option', label);
      option.value = String(index);
      place.append(option);
      groups.set(group, place);
    }
    this.choice.replaceChildren(...groups.values());
  }

  /** What is shown now. */
  chosen(choice: number, instance: number): void {
    const count = this.choices[choice]?.instances ?? 1;
    this.choice.value = String(choice);
    this.instance.value = String(instance + 1);
    this.instance.max = String(count);
    byId('of-instances').textContent = filled(this.texts.ofInstances, count);
    byId('instances').hidden = count < 2;
  }

  private chooseInstance(): void {
    const choice = Number(this.choice.value);
    const count = this.choices[choice]?.instances ?? 1;
    const wanted = Math.trunc(Number(this.instance.value));
    this.onChoose(choice, Math.min(Math.max(wanted, 1), count) - 1);
  }
}
