import type { QuerySetup, SearchField, SearchFields } from './contract.js';

const longest = 10;

/** What was searched for, for the length of this window: terms name patients, so nothing of it goes to disk. */
export class TermHistory {
  private readonly kept = new Map<SearchField, readonly string[]>();

  get terms(): QuerySetup['history'] {
    return Object.fromEntries(this.kept);
  }

  note(fields: SearchFields): void {
    for (const [name, text] of Object.entries(fields) as [SearchField, string][]) {
      const term = text.trim();
      if (term === '') continue;
      const others = (this.kept.get(name) ?? []).filter((other) => other !== term);
      this.kept.set(name, [term, ...others].slice(0, longest));
    }
  }
}
