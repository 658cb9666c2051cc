import { env } from 'vscode';
import { GiftCloudError } from '../../services/support/errors.js';
import { settingNames } from '../../workbench/contributions.js';
import { isNothing } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { SettingsCalls } from './contract.js';
import type { Diagnosis } from './diagnosis.js';
import { problemText } from './fieldTexts.js';
import { isNodeForm, nodeOf } from './nodeCalls.js';
import type { SettingsDraft } from './settingsDraft.js';

type DiagnosisCalls = Pick<
  SettingsCalls,
  'testNode' | 'testPort' | 'diagnose' | 'stopDiagnosis' | 'copyDiagnosis'
>;

/** What the page asks about the connection, whole or in parts. */
export function diagnosisHandlers(diagnosis: Diagnosis, draft: SettingsDraft): Handlers<DiagnosisCalls> {
  return {
    testNode: { accepts: isNodeForm, run: (form) => diagnosis.testNode(nodeOf(form)) },
    testPort: { accepts: isNothing, run: () => diagnosis.testPort(portOf(draft)) },
    diagnose: {
      accepts: isNothing,
      run: async () => {
        await diagnosis.run();
        return null;
      },
    },
    stopDiagnosis: {
      accepts: isNothing,
      run: () => {
        diagnosis.stop();
        return null;
      },
    },
    copyDiagnosis: {
      accepts: isNothing,
      run: async () => {
        await env.clipboard.writeText(diagnosis.report());
        return null;
      },
    },
  };
}

/** The port as it is typed: it is tried before it is applied. @throws USAGE for what is none */
function portOf(draft: SettingsDraft): { readonly port: number; readonly bind: string } {
  const valid = (name: string): unknown => {
    const value = draft.value(name);
    if (value === undefined) throw new GiftCloudError('USAGE', problemText(draft.field(name).problem));
    return value;
  };
  return { port: Number(valid(settingNames.listenerPort)), bind: String(valid(settingNames.listenerBind)) };
}
