import { l10n } from 'vscode';
import type { DiagnoseRequest, Finding } from '../services/diagnose/types.js';
import type { Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';

/** What a test of a node or port said, or that it runs. */
export type TestResult = Pick<Finding, 'outcome' | 'text' | 'hint'>;

/** Looks at one thing and gives the verdict. */
export async function verdictOn(
  services: LazyServices,
  what: Omit<DiagnoseRequest, 'proxies'>,
): Promise<TestResult> {
  const all = await services.get();
  let last: TestResult = { outcome: 'skipped', text: l10n.t('There was nothing to test.'), hint: '' };
  for await (const finding of all.diagnose({ ...what, proxies: {} })) last = finding;
  return last;
}

export async function sayResult(
  { outcome, text, hint }: TestResult,
  about: string,
  dialogs: Dialogs,
): Promise<void> {
  const said = [about === '' ? text : `${about}: ${text}`, hint].filter((part) => part !== '').join(' ');
  await dialogs.notify(outcome === 'bad' ? 'warning' : 'info', said, []);
}
