import {
  CompletionItem,
  CompletionItemKind,
  SnippetString,
  type CompletionItemProvider,
  type Position,
  type TextDocument,
} from 'vscode';
import type { ScriptHelp } from '../../services/dicomedit/scriptHelp.js';
import { isComment } from './scriptHover.js';
import { statementHelp } from './statements.js';

/** Offers the functions of the version that the script is of, the words of the language, and its own variables. */
export class ScriptCompletion implements CompletionItemProvider {
  constructor(private readonly help: () => Promise<ScriptHelp>) {}

  async provideCompletionItems(document: TextDocument, position: Position): Promise<CompletionItem[]> {
    const line = document.lineAt(position.line).text.slice(0, position.character);
    const inString = (line.match(/"/g)?.length ?? 0) % 2 === 1;
    if (inString || isComment(document, position)) return [];
    const text = document.getText();
    const help = await this.help();
    return [...functions(help, text), ...statements(), ...variables(text)];
  }
}

function functions(help: ScriptHelp, text: string): CompletionItem[] {
  return [...help.functionsOf(text).values()].map(({ name, signature, summary, args }) => {
    const item = new CompletionItem(name, CompletionItemKind.Function);
    item.detail = signature;
    item.documentation = summary;
    item.insertText = new SnippetString(args[1] === 0 ? `${name}[]` : `${name}[$0]`);
    return item;
  });
}

function statements(): CompletionItem[] {
  return [...statementHelp()].map(([word, help]) => {
    const item = new CompletionItem(word, CompletionItemKind.Keyword);
    item.detail = help.form;
    item.documentation = help.text;
    return item;
  });
}

function variables(text: string): CompletionItem[] {
  const names = [...text.matchAll(/^\s*([A-Za-z_]\w*)\s*:=/gm)].flatMap((match) => match[1] ?? []);
  return [...new Set(names)].map((name) => new CompletionItem(name, CompletionItemKind.Variable));
}
