import type { Panels } from '@vscode/webview-ui-toolkit';
import { onPress } from '../../shared/app/buttons.js';
import { byId, show } from '../../shared/app/elements.js';
import { PageCaller } from '../../shared/app/pageCaller.js';
import { registerToolkit } from '../../shared/app/toolkit.js';
import type { AccountState, SettingsCalls, ToldSettings } from '../contract.js';
import { AccountPart } from './account.js';
import { DeidPart } from './deid.js';
import { Fields } from './fields.js';
import { DiagnosisPart, findingText } from './findings.js';
import { NodesPart } from './nodes.js';
import { answered } from './page.js';
import { PatientListPart } from './patientList.js';

registerToolkit();

const caller = new PageCaller<SettingsCalls, ToldSettings>(hear);
const sections = byId('sections') as unknown as Panels;
const deid = new DeidPart(caller);
const fields = new Fields(caller, (name) => {
  if (name.startsWith('giftcloud.deidentification.')) void deid.update();
  if (name === 'giftcloud.upload.defaultProject') void deid.updateScripts();
});
const account = new AccountPart(caller);
const nodes = new NodesPart(caller);
const patientList = new PatientListPart(caller);
const diagnosis = new DiagnosisPart(caller);

onPress('understood', () => {
  byId('disclaimer').hidden = true;
  void caller.ask('understood', null);
});
onPress('test-port', () => void testPort());
// The open section is all that is kept.
sections.addEventListener('change', () =>
  caller.remember({ section: sections.activeid.replace('tab-', '') }),
);
void begin();

async function begin(): Promise<void> {
  const state = await caller.ask('ready', null);
  const remembered = (caller.remembered as { readonly section?: unknown } | undefined)?.section;
  open(state.section ?? remembered);
  byId('disclaimer').hidden = !state.disclaimer;
  showAccount(state.account);
  fields.show(state.fields);
  nodes.show(state.nodes);
  diagnosis.show(state.diagnosis, state.diagnosing);
  byId('listener-state').textContent = state.listener;
  await patientList.update();
  await deid.update();
}

function hear(told: ToldSettings): void {
  switch (told.kind) {
    case 'fields':
      fields.show(told.fields);
      break;
    case 'account':
      showAccount(told.account);
      break;
    case 'nodes':
      nodes.show(told.nodes);
      break;
    case 'listener':
      byId('listener-state').textContent = told.text;
      break;
    case 'diagnosis':
      diagnosis.show(told.lines, told.running);
      break;
    case 'section':
      open(told.section);
      break;
  }
}

function showAccount(state: AccountState): void {
  account.show(state);
  fields.offer(state.projects);
  void deid.updateScripts();
}

function open(section: unknown): void {
  const tab = typeof section === 'string' ? document.getElementById(`tab-${section}`) : null;
  if (tab) sections.activeid = tab.id;
}

async function testPort(): Promise<void> {
  const finding = await answered(caller.ask('testPort', null), 'port-finding');
  if (finding) show('port-finding', findingText(finding));
}
