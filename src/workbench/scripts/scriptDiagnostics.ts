import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument } from 'vscode';
import type { ScriptHelp } from '../../services/dicomedit/scriptHelp.js';
import { Disposable } from '../../services/support/disposable.js';

/** Typing goes on this long without a check. */
const quietMs = 250;

/** Shows what is wrong with a script where it is wrong: the same check as before an upload, and advice. */
export class ScriptDiagnostics extends Disposable {
  private readonly collection = this.register(languages.createDiagnosticCollection('GIFT-Cloud'));
  private readonly waiting = new Map<string, NodeJS.Timeout>();

  constructor(private readonly help: () => Promise<ScriptHelp>) {
    super();
    this.register({
      dispose: () => {
        for (const timer of this.waiting.values()) clearTimeout(timer);
      },
    });
  }

  check(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    const timer = setTimeout(() => {
      this.waiting.delete(key);
      void this.show(document);
    }, quietMs);
    this.waiting.set(key, timer);
  }

  forget(document: TextDocument): void {
    const key = document.uri.toString();
    clearTimeout(this.waiting.get(key));
    this.waiting.delete(key);
    this.collection.delete(document.uri);
  }

  private async show(document: TextDocument): Promise<void> {
    const { version } = document;
    const help = await this.help();
    if (document.isClosed || document.version !== version) return;
    const found = help.lint(document.getText()).map(({ at, length, message, severity }) => {
      const line = at.line - 1;
      const range = new Range(line, at.column - 1, line, at.column - 1 + length);
      const { Error, Warning } = DiagnosticSeverity;
      const diagnostic = new Diagnostic(range, message, severity === 'error' ? Error : Warning);
      diagnostic.source = 'DicomEdit';
      return diagnostic;
    });
    this.collection.set(document.uri, found);
  }
}
