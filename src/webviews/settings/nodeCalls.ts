import { l10n } from 'vscode';
import { cancelled, GiftCloudError } from '../../services/support/errors.js';
import type { Dialogs } from '../../workbench/dialogs.js';
import {
  aeTitleProblem,
  hostProblem,
  newPacsNode,
  nodeNameProblem,
  pacsNodes,
  portProblem,
  removePacsNode,
  savePacsNode,
  type PacsNode,
} from '../../workbench/pacsNodes.js';
import { isFlag, isText, shape, type Guard } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { NodeEdit, NodeForm, NodeRow, SettingsCalls } from './contract.js';

type NodeCalls = Pick<SettingsCalls, 'checkNode' | 'saveNode' | 'removeNode'>;

export const isNodeForm: Guard<NodeForm> = shape({
  ...{ name: isText, aeTitle: isText, host: isText, port: isText, callingAe: isText, retrieve: isText },
  ...{ timeoutSeconds: isText, tls: isFlag, caFile: isText, certFile: isText, keyFile: isText },
});

const isNodeEdit: Guard<NodeEdit> = shape({ node: isNodeForm, replaced: isText });

/** The nodes of the settings, one at a time; each is written when it is saved. */
export class NodeTable {
  constructor(private readonly dialogs: Dialogs) {}

  readonly handlers: Handlers<NodeCalls> = {
    checkNode: { accepts: isNodeEdit, run: (edit) => problemsOf(edit) },
    saveNode: {
      accepts: isNodeEdit,
      run: async (edit) => {
        const [problem] = Object.values(problemsOf(edit));
        if (problem !== undefined) throw new GiftCloudError('USAGE', problem);
        await savePacsNode(nodeOf(edit.node), edit.replaced === '' ? undefined : edit.replaced);
        return nodeRows();
      },
    },
    removeNode: { accepts: isText, run: (name) => this.remove(name) },
  };

  private async remove(name: string): Promise<readonly NodeRow[]> {
    const sure = await this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Delete the PACS node {0}?', name),
      detail: l10n.t('Only its entry in the settings goes; nothing changes on the node itself.'),
      action: l10n.t('Delete'),
    });
    if (!sure) throw cancelled();
    await removePacsNode(name);
    return nodeRows();
  }
}

/** Those that can be used, then those that can't, with the reason. */
export function nodeRows(): readonly NodeRow[] {
  const { nodes, problems } = pacsNodes();
  const unusable = problems.map(({ name, reason }) => ({
    ...formOf({ ...newPacsNode, name }),
    problem: reason,
  }));
  return [...nodes.map((node) => ({ ...formOf(node), problem: '' })), ...unusable];
}

/** The node that a form describes; numbers that are none become 0, which no rule takes. */
export function nodeOf(form: NodeForm): PacsNode {
  const text = (part: Exclude<keyof NodeForm, 'tls'>): string => form[part].trim();
  return {
    ...{ name: text('name'), aeTitle: text('aeTitle'), host: text('host'), callingAe: text('callingAe') },
    ...{ port: wholeNumber(form.port), timeoutSeconds: wholeNumber(form.timeoutSeconds) },
    ...{ retrieve: form.retrieve === 'get' ? 'get' : 'move', tls: form.tls },
    ...{ caFile: text('caFile'), certFile: text('certFile'), keyFile: text('keyFile') },
  };
}

function formOf(node: PacsNode): NodeForm {
  return { ...node, port: String(node.port), timeoutSeconds: String(node.timeoutSeconds) };
}

function problemsOf({ node: form, replaced }: NodeEdit): Readonly<Record<string, string>> {
  const node = nodeOf(form);
  const others = pacsNodes().nodes.filter(({ name }) => name !== replaced);
  const seconds = node.timeoutSeconds >= 1 && node.timeoutSeconds <= 3600;
  const found: Readonly<Record<string, string | undefined>> = {
    name: nodeNameProblem(node.name, others),
    aeTitle: aeTitleProblem(node.aeTitle),
    host: hostProblem(node.host),
    port: portProblem(node.port),
    callingAe: node.callingAe === '' ? undefined : aeTitleProblem(node.callingAe),
    timeoutSeconds: seconds ? undefined : l10n.t('Enter a number from {0} to {1}.', 1, 3600),
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([part, why]) => (why === undefined ? [] : [[part, why]])),
  );
}

function wholeNumber(text: string): number {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : 0;
}
