import type { TextField } from '@vscode/webview-ui-toolkit';
import { byId, show } from '../../shared/app/elements.js';
import { Refused, type PageCaller } from '../../shared/app/pageCaller.js';
import type { PageTexts, SettingsCalls, ToldSettings } from '../contract.js';

export type Caller = PageCaller<SettingsCalls, ToldSettings>;

export const texts = JSON.parse(document.querySelector('main')?.dataset['texts'] ?? '{}') as PageTexts;

/** A form control of the kit that the page has from the start. */
export function textField(id: string): TextField {
  return byId(id) as unknown as TextField;
}

/** Waits for an answer; a refusal stands in its place on the page, an answer clears it. */
export async function answered<T>(asked: Promise<T>, problemId: string): Promise<T | undefined> {
  try {
    const answer = await asked;
    show(problemId, '');
    return answer;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    show(problemId, error.message);
    return undefined;
  }
}
