import { Diagnostics, type Diagnostic } from './syntax/diagnostics.js';

/** Values of `lookup[table, key]`, by `table/key`. */
export type LookupTable = ReadonlyMap<string, string>;

/**
 * Reads the lines `table/key = value` of a lookup file; `//` begins a comment. What is wrong with a line is told without
 * its text, which names patients.
 */
export function parseLookupTable(text: string): {
  readonly table: LookupTable;
  readonly diagnostics: readonly Diagnostic[];
} {
  const diagnostics = new Diagnostics();
  const table = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const content = line.replace(/\/\/.*$/, '');
    if (content.trim() === '') continue;
    const parts = /^([^=/]*)\/([^=/]*)=([^=/]*)$/.exec(content);
    if (parts)
      table.set(lookupKey(parts[1]?.trim() ?? '', parts[2]?.trimEnd() ?? ''), parts[3]?.trim() ?? '');
    else
      diagnostics.error({ line: index + 1, column: 1 }, 'A line of the lookup table is: table/key = value.');
  }
  return { table, diagnostics: diagnostics.found };
}

export function lookupKey(table: string, key: string): string {
  return `${table}/${key}`;
}
