import { byId, make } from '../../shared/app/elements.js';
import { answered, type Caller } from './page.js';

/** What profile and scripts mean, in words of the extension; asked for again whenever a choice changes. */
export class DeidPart {
  constructor(private readonly caller: Caller) {}

  async update(): Promise<void> {
    const words = await answered(this.caller.ask('words', null), 'words-problem');
    byId('words').replaceChildren(...(words?.lines ?? []).map((line) => make('li', line)));
  }

  async updateScripts(): Promise<void> {
    const lines = await answered(this.caller.ask('scripts', null), 'scripts-problem');
    byId('scripts').replaceChildren(...(lines ?? []).map((line) => make('li', line)));
  }
}
