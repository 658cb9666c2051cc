import { MarkdownString } from 'vscode';

const separator = ' · ';

/** Parts of a description, without the empty ones. */
export function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(separator);
}

/** A row as it is read out. */
export function spokenRow(name: string, description: string): string {
  return description === '' ? name : `${name}, ${description.replaceAll(separator, ', ')}`;
}

/** A table of what is known about a row, without the empty lines. */
export function tableTooltip(
  title: string,
  rows: readonly (readonly [name: string, value: string])[],
): MarkdownString {
  const table = rows
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`);
  return new MarkdownString([`**${cell(title)}**`, '', '| | |', '|---|---|', ...table].join('\n'));
}

/** Text of the server inside a Markdown table: nothing of it is markup, and it stays on its line. */
function cell(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-!~|<>]/g, '\\$&')
    .replaceAll('&', '&amp;');
}
