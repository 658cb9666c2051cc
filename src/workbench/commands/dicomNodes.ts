import { env, l10n, type TreeView } from 'vscode';
import { isDicomNode, remoteRow, type DicomNode } from '../../tree/dicomNodes.js';
import type { CommandHandler } from '../commands.js';
import { listenerSettings } from '../dicomSettings.js';
import type { Dialogs } from '../dialogs.js';
import { sayResult, verdictOn } from '../findings.js';
import type { LazyServices } from '../lazyServices.js';
import type { ListenerDesk } from '../listenerDesk.js';
import type { NodeDesk } from '../nodeDesk.js';
import { scannerSetup } from '../scannerSetup.js';

export interface NodeCommandParts {
  readonly nodes: NodeDesk;
  readonly dialogs: Dialogs;
  readonly selection: () => readonly DicomNode[];
}

/** "Test Connection (C-ECHO)": of the chosen nodes, or of the one that is picked. */
export function echoNodeCommand(parts: NodeCommandParts): CommandHandler {
  return async (...args) => {
    const names = await chosenNames(args, parts, l10n.t('Node to test'));
    await parts.nodes.test(names);
    const [name] = names;
    const result = name !== undefined && names.length === 1 ? parts.nodes.result(name) : undefined;
    // Several say it in their rows.
    if (name !== undefined && result) void sayResult(result, name, parts.dialogs);
  };
}

/** "Add DICOM Node…": asks for it, and shows its row. */
export function addNodeCommand(nodes: NodeDesk, view: TreeView<DicomNode>): CommandHandler {
  return async () => {
    const node = await nodes.add();
    if (node && view.visible) await view.reveal(remoteRow(node, undefined), { focus: true });
  };
}

export function editNodeCommand(parts: NodeCommandParts): CommandHandler {
  return async (...args) => {
    const [name] = await chosenNames(args.slice(0, 1), parts, l10n.t('Node to change'));
    if (name !== undefined) await parts.nodes.edit(name);
  };
}

export function removeNodeCommand(parts: NodeCommandParts): CommandHandler {
  return async (...args) => {
    const names = await chosenNames(args, parts, l10n.t('Node to remove'));
    if (names.length > 0) await parts.nodes.remove(names);
  };
}

/** "Test Port": a C-ECHO to ourselves while we listen, else whether the port is free. */
export function testListenerCommand(
  services: LazyServices,
  listener: ListenerDesk,
  dialogs: Dialogs,
): CommandHandler {
  return async () => {
    const { aeTitle, port: wanted, bind, allowedCallers, certFile } = listenerSettings();
    const { state, reception } = listener.view;
    const listening = state === 'listening';
    const port = reception?.listener.port ?? wanted;
    // Over TLS we would have to be somebody else, who trusts our certificate.
    if (!listening || certFile !== '') {
      const what = { port, listening, ...(bind !== '' && { bind }) };
      void sayResult(await verdictOn(services, { listener: what }), '', dialogs);
      return;
    }
    const node = { aeTitle, host: bind === '' ? '127.0.0.1' : bind, port };
    const callingAe = allowedCallers[0] ?? aeTitle;
    const result = await verdictOn(services, { nodes: [{ name: aeTitle, node, callingAe }] });
    const hint = l10n.t('Other machines reach it only where the firewall lets TCP port {0} in.', port);
    const answers = {
      outcome: 'good' as const,
      text: l10n.t('The listener answers on port {0}.', port),
      hint,
    };
    void sayResult(result.outcome === 'good' ? answers : result, '', dialogs);
  };
}

/** "Copy Setup for a Scanner": everything that has to be entered there, as text. */
export function copySetupCommand(dialogs: Dialogs): CommandHandler {
  return async () => {
    await env.clipboard.writeText(scannerSetup(listenerSettings()));
    void dialogs.notify('info', l10n.t('What has to be set up on a scanner was copied.'), []);
  };
}

async function chosenNames(
  args: readonly unknown[],
  { nodes, dialogs, selection }: NodeCommandParts,
  placeholder: string,
): Promise<readonly string[]> {
  const [clicked, chosen] = args;
  // The row went while it was clicked: no other is meant.
  if (args.length > 0 && clicked === undefined) return [];
  const all = Array.isArray(chosen) ? chosen.filter(isDicomNode) : [];
  const rows = isDicomNode(clicked) ? (all.length > 0 ? all : [clicked]) : selection();
  const names = rows.flatMap((row) => (row.kind === 'remote' ? [row.node.name] : []));
  if (names.length > 0) return names;
  const picked = await dialogs.pick(
    { title: l10n.t('DICOM Nodes'), placeholder },
    nodes.nodes.map(({ name, aeTitle, host, port }) => ({
      label: name,
      description: `${aeTitle}@${host}:${port}`,
      value: name,
    })),
  );
  return picked === undefined ? [] : [picked];
}
