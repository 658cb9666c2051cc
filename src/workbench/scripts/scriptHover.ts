import { Hover, l10n, MarkdownString, type HoverProvider, type Position, type TextDocument } from 'vscode';
import type { ScriptHelp, TagFacts } from '../../services/dicomedit/scriptHelp.js';
import { statementHelp } from './statements.js';

/** Says what a function, a word of the language or an attribute is. */
export class ScriptHover implements HoverProvider {
  constructor(private readonly help: () => Promise<ScriptHelp>) {}

  async provideHover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const range = document.getWordRangeAtPosition(position);
    if (!range || isComment(document, position)) return undefined;
    const word = document.getText(range);
    const help = await this.help();
    const text = new MarkdownString();
    const statement = statementHelp().get(word);
    const facts = help.functionsOf(document.getText()).get(word);
    const tag = help.describeTag(word);
    if (facts) text.appendCodeblock(facts.signature, document.languageId).appendText(facts.summary);
    else if (statement) text.appendCodeblock(statement.form, document.languageId).appendText(statement.text);
    else if (tag) text.appendText(tagText(tag));
    else return undefined;
    return new Hover(text, range);
  }
}

function tagText({ name, action }: TagFacts): string {
  if (action === undefined) return name;
  return l10n.t('{0}. Table E.1-1 of the Basic Profile: {1}.', name, action);
}

/** Behind two slashes that are in no string. */
export function isComment(document: TextDocument, position: Position): boolean {
  const before = document.lineAt(position.line).text.slice(0, position.character);
  return before.replace(/"[^"]*("|$)/g, '').includes('//');
}
