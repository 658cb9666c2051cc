import { commands as editorCommands, l10n } from 'vscode';
import { settingNames } from './contributions.js';
import { back, type Dialogs, type TextQuestion } from './dialogs.js';
import {
  aeTitleProblem,
  hostProblem,
  newPacsNode,
  nodeNameProblem,
  portProblem,
  type PacsNode,
} from './pacsNodes.js';

type Field = 'name' | 'aeTitle' | 'host' | 'port' | 'callingAe';

/** What a node can't be without, in the order of the questions. */
const needed: readonly Field[] = ['name', 'aeTitle', 'host', 'port'];

/** Asks for a node in native boxes; Back works. Undefined when the person gave up. */
export async function askNewNode(
  others: readonly PacsNode[],
  dialogs: Dialogs,
): Promise<PacsNode | undefined> {
  let node = newPacsNode;
  for (let step = 0; step < needed.length;) {
    const field = needed[step] ?? 'name';
    const answer = await dialogs.askText({
      ...questionOn(field, node, others),
      title: l10n.t('Add DICOM Node'),
      ...{ step: step + 1, totalSteps: needed.length, canGoBack: step > 0 },
    });
    if (answer === undefined) return undefined;
    if (answer === back) step -= 1;
    else {
      node = withAnswer(node, field, answer);
      step += 1;
    }
  }
  return node;
}

/** Asks what of a node shall change, and for the new value. Undefined when nothing changed here. */
export async function changeNode(
  node: PacsNode,
  others: readonly PacsNode[],
  dialogs: Dialogs,
): Promise<PacsNode | undefined> {
  const { retrieve } = node;
  const field = await dialogs.pick<Field | 'retrieve' | 'settings'>(
    { title: l10n.t('Change DICOM Node {0}', node.name), placeholder: l10n.t('What shall change?') },
    [
      { label: l10n.t('Name'), description: node.name, value: 'name' },
      { label: l10n.t('AE title of the node'), description: node.aeTitle, value: 'aeTitle' },
      { label: l10n.t('Computer'), description: node.host, value: 'host' },
      { label: l10n.t('Port'), description: String(node.port), value: 'port' },
      {
        label: l10n.t('Our AE title'),
        description: node.callingAe === '' ? l10n.t('that of the listener') : node.callingAe,
        value: 'callingAe',
      },
      { label: l10n.t('How images are fetched'), description: retrieveText(retrieve), value: 'retrieve' },
      { label: l10n.t('TLS, time limit and more in the settings'), value: 'settings' },
    ],
  );
  if (field === undefined) return undefined;
  if (field === 'settings') {
    await openSetting(settingNames.pacsNodes);
    return undefined;
  }
  if (field === 'retrieve') return { ...node, retrieve: retrieve === 'move' ? 'get' : 'move' };
  const title = l10n.t('Change DICOM Node {0}', node.name);
  const answer = await dialogs.askText({ ...questionOn(field, node, others), title });
  return typeof answer === 'string' ? withAnswer(node, field, answer) : undefined;
}

export async function openSetting(name: string): Promise<void> {
  await editorCommands.executeCommand('workbench.action.openSettings', name);
}

export function retrieveText(retrieve: PacsNode['retrieve']): string {
  return retrieve === 'move'
    ? l10n.t('sent to our listener (C-MOVE)')
    : l10n.t('on the same connection (C-GET)');
}

function questionOn(field: Field, node: PacsNode, others: readonly PacsNode[]): Omit<TextQuestion, 'title'> {
  const value = field === 'port' ? String(node.port) : node[field];
  const trimmed = (check: (text: string) => string | undefined) => (text: string) => check(text.trim());
  switch (field) {
    case 'name':
      return {
        ...{ value, prompt: l10n.t('Name that you know the node by'), placeholder: 'PACS' },
        validate: trimmed((text) => nodeNameProblem(text, others)),
      };
    case 'aeTitle':
      return {
        ...{
          value,
          prompt: l10n.t('AE title of the node; upper and lower case count'),
          placeholder: 'ARCHIVE',
        },
        validate: trimmed(aeTitleProblem),
      };
    case 'host':
      return {
        ...{ value, prompt: l10n.t('Name or address of its computer'), placeholder: 'pacs.example.org' },
        validate: trimmed(hostProblem),
      };
    case 'port':
      return {
        ...{ value, prompt: l10n.t('Port of the node') },
        validate: trimmed((text) => portProblem(Number(text))),
      };
    case 'callingAe':
      return {
        ...{ value, prompt: l10n.t('Our AE title in front of this node; that of the listener when empty') },
        validate: trimmed((text) => (text === '' ? undefined : aeTitleProblem(text))),
      };
  }
}

function withAnswer(node: PacsNode, field: Field, answer: string): PacsNode {
  const text = answer.trim();
  return { ...node, [field]: field === 'port' ? Number(text) : text };
}
