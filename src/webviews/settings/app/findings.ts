import { button, onPress } from '../../shared/app/buttons.js';
import { byId, make } from '../../shared/app/elements.js';
import type { FindingLine } from '../contract.js';
import { answered, type Caller } from './page.js';

/** A finding in one line. */
export function findingText({ word, step, text, hint }: FindingLine): string {
  return `${word} · ${step}: ${text} ${hint}`.trim();
}

/** "Diagnose Connection": steps as they come. */
export class DiagnosisPart {
  constructor(caller: Caller) {
    onPress('diagnose', () => void answered(caller.ask('diagnose', null), 'diagnosis-problem'));
    onPress('stop-diagnosis', () => void caller.ask('stopDiagnosis', null));
    onPress('copy-diagnosis', () => void caller.ask('copyDiagnosis', null));
  }

  show(lines: readonly FindingLine[], running: boolean): void {
    button('diagnose').disabled = running;
    button('stop-diagnosis').disabled = !running;
    button('copy-diagnosis').disabled = running || lines.length === 0;
    const list = byId('findings');
    // Lines that stay are left alone, so that a screen reader reads the new ones.
    lines.forEach((line, at) => {
      const text = findingText(line);
      const before = list.children[at];
      if (before?.getAttribute('data-text') === text) return;
      const item = this.item(line, text);
      if (before) before.replaceWith(item);
      else list.append(item);
    });
    while (list.children.length > lines.length) list.lastElementChild?.remove();
  }

  private item(line: FindingLine, text: string): HTMLElement {
    const item = make('li', '', line.outcome);
    item.dataset['text'] = text;
    const said = make('span', line.text);
    item.append(make('span', line.word, 'outcome'), ' ', make('strong', line.step), ' ', said);
    if (line.hint !== '') item.append(make('p', line.hint, 'hint'));
    return item;
  }
}
