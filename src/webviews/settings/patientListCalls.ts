import { l10n } from 'vscode';
import type { ListPassword } from '../../workbench/listPassword.js';
import type { PatientListDesk } from '../../workbench/patientListDesk.js';
import { isNothing } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { SettingsCalls } from './contract.js';

export interface PatientListTools {
  readonly patientList: PatientListDesk;
  readonly listPassword: ListPassword;
}

type PatientListCalls = Pick<SettingsCalls, 'listState' | 'setListPassword' | 'exportList'>;

/**
 * The patient list from the page. Its password is asked for in the editor's own boxes, with what a change of it means: the
 * page learns no more than whether there is one.
 */
export function patientListHandlers({
  patientList,
  listPassword,
}: PatientListTools): Handlers<PatientListCalls> {
  const state = async (): Promise<string> =>
    (await listPassword.read()) === undefined
      ? l10n.t('The list has no password: everybody who may read its folder can read it.')
      : l10n.t('The list is protected by a password.');
  return {
    listState: { accepts: isNothing, run: state },
    setListPassword: {
      accepts: isNothing,
      run: async () => {
        await patientList.setPassword();
        return state();
      },
    },
    exportList: {
      accepts: isNothing,
      run: async () => {
        await patientList.export();
        return state();
      },
    },
  };
}
