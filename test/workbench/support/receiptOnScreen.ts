import * as vscode from 'vscode';
import { receiptScheme } from '../../../src/workbench/receipts.js';

/** Text of the receipt, once the editor shows it. */
export async function receiptOnScreen(): Promise<string> {
  for (;;) {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme === receiptScheme) return document.getText();
    await new Promise((done) => setTimeout(done, 20));
  }
}
