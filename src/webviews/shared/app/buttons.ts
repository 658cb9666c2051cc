import type { Button } from '@vscode/webview-ui-toolkit';
import { byId } from './elements.js';

/** A button of the kit that the page has from the start. */
export function button(id: string): Button {
  return byId(id) as unknown as Button;
}

export function onPress(id: string, then: () => void): void {
  byId(id).addEventListener('click', then);
}
