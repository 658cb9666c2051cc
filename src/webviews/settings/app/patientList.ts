import { onPress } from '../../shared/app/buttons.js';
import { byId } from '../../shared/app/elements.js';
import { answered, type Caller } from './page.js';

/** Whether the patient list has a password, and what can be done with it. */
export class PatientListPart {
  constructor(private readonly caller: Caller) {
    onPress('set-list-password', () => void this.show(caller.ask('setListPassword', null)));
    onPress('export-list', () => void this.show(caller.ask('exportList', null)));
  }

  update(): Promise<void> {
    return this.show(this.caller.ask('listState', null));
  }

  private async show(asked: Promise<string>): Promise<void> {
    const text = await answered(asked, 'list-problem');
    if (text !== undefined) byId('list-state').textContent = text;
  }
}
