import * as vscode from 'vscode';

/** Text of the receipt, or of another document of finished uploads, once the editor shows it. */
export async function receiptOnScreen(scheme = 'giftcloud-receipt'): Promise<string> {
  for (;;) {
    const document = vscode.window.activeTextEditor?.document;
    if (document?.uri.scheme === scheme) return document.getText();
    await new Promise((done) => setTimeout(done, 20));
  }
}
