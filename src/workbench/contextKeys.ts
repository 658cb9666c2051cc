import { commands as editorCommands } from 'vscode';
import type { ContextKey } from './contributions.js';

/** Sets a context key that the `when` clauses of the manifest read; unchanged values are not sent again. */
export class ContextKeys {
  private readonly values = new Map<ContextKey, boolean>();

  async set(key: ContextKey, value: boolean): Promise<void> {
    if (this.values.get(key) === value) return;
    this.values.set(key, value);
    await editorCommands.executeCommand('setContext', key, value);
  }
}
