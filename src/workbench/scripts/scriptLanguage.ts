import { languages, workspace, type TextDocument } from 'vscode';
import type { ScriptHelp } from '../../services/dicomedit/scriptHelp.js';
import { Disposable } from '../../services/support/disposable.js';
import { ScriptCompletion } from './scriptCompletion.js';
import { ScriptDiagnostics } from './scriptDiagnostics.js';
import { ScriptHover } from './scriptHover.js';

/** Language of DicomEdit scripts, files `.das`. */
export const scriptLanguage = 'dicomedit';

/** Editing help for DicomEdit scripts; loaded with the first script that is opened. */
export class ScriptLanguage extends Disposable {
  constructor(help: () => Promise<ScriptHelp>) {
    super();
    const diagnostics = this.register(new ScriptDiagnostics(help));
    this.register(languages.registerHoverProvider(scriptLanguage, new ScriptHover(help)));
    this.register(languages.registerCompletionItemProvider(scriptLanguage, new ScriptCompletion(help)));
    const check = (document: TextDocument): void => {
      if (document.languageId === scriptLanguage) diagnostics.check(document);
    };
    this.register(workspace.onDidOpenTextDocument(check));
    this.register(workspace.onDidChangeTextDocument(({ document }) => check(document)));
    this.register(workspace.onDidCloseTextDocument((document) => diagnostics.forget(document)));
    for (const document of workspace.textDocuments) check(document);
  }
}
