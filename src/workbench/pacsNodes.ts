import { ConfigurationTarget, l10n, workspace } from 'vscode';
import { isAeTitle, isHost, isPort } from '../services/dimse/addresses.js';
import { settingNames } from './contributions.js';
import { userValue } from './settings.js';

/** An entry of `giftcloud.pacs.nodes`; texts that were left out are empty. */
export interface PacsNode {
  /** What the person calls it; each once. */
  readonly name: string;
  readonly aeTitle: string;
  readonly host: string;
  readonly port: number;
  /** Our AE title for this node; that of the listener where it is empty. */
  readonly callingAe: string;
  readonly retrieve: 'move' | 'get';
  readonly timeoutSeconds: number;
  readonly tls: boolean;
  /** Absolute paths of PEM files. */
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
}

/** An entry that can't be used, and why. */
export interface PacsNodeProblem {
  /** Position in the setting, from 0. */
  readonly index: number;
  readonly name: string;
  readonly reason: string;
}

export const newPacsNode: PacsNode = {
  ...{ name: '', aeTitle: '', host: '', port: 104, callingAe: '', retrieve: 'move', timeoutSeconds: 30 },
  ...{ tls: false, caFile: '', certFile: '', keyFile: '' },
};

/** The nodes of the settings of the user; what can't be used is told beside them. */
export function pacsNodes(): {
  readonly nodes: readonly PacsNode[];
  readonly problems: readonly PacsNodeProblem[];
} {
  const nodes: PacsNode[] = [];
  const problems: PacsNodeProblem[] = [];
  for (const [index, entry] of entries().entries()) {
    const node = nodeOf(entry);
    const reason = pacsNodeProblem(node, nodes);
    if (reason === undefined) nodes.push(node);
    else problems.push({ index, name: node.name, reason });
  }
  return { nodes, problems };
}

/** Adds a node, or puts it in the place of the one of another name. Entries that can't be used stay as they are. */
export async function savePacsNode(node: PacsNode, replaced = node.name): Promise<void> {
  const before = entries();
  const at = before.findIndex((entry) => nodeOf(entry).name === replaced);
  const entry = entryOf(node);
  await write(at < 0 ? [...before, entry] : before.with(at, entry));
}

export async function removePacsNode(name: string): Promise<void> {
  await write(entries().filter((entry) => nodeOf(entry).name !== name));
}

/** Why a node can't be used, if it can't. @param others whose names are taken. */
export function pacsNodeProblem(node: PacsNode, others: readonly PacsNode[]): string | undefined {
  return (
    nodeNameProblem(node.name, others) ??
    aeTitleProblem(node.aeTitle) ??
    hostProblem(node.host) ??
    portProblem(node.port) ??
    (node.callingAe === '' ? undefined : aeTitleProblem(node.callingAe))
  );
}

export function nodeNameProblem(name: string, others: readonly PacsNode[]): string | undefined {
  if (name === '') return l10n.t('Enter a name.');
  if (others.some((other) => other.name === name)) return l10n.t('Another node has this name.');
  return undefined;
}

export function aeTitleProblem(text: string): string | undefined {
  if (isAeTitle(text)) return undefined;
  return l10n.t(
    'An AE title has 1 to 16 characters of ASCII, without a backslash and without spaces around it.',
  );
}

export function hostProblem(text: string): string | undefined {
  return isHost(text)
    ? undefined
    : l10n.t('Enter the name or address of the computer, without a port or slashes.');
}

export function portProblem(port: number): string | undefined {
  return isPort(port) ? undefined : l10n.t('A port is a number from 1 to 65535.');
}

function entries(): readonly unknown[] {
  const value = userValue(settingNames.pacsNodes);
  return Array.isArray(value) ? value : [];
}

async function write(value: readonly unknown[]): Promise<void> {
  await workspace.getConfiguration().update(settingNames.pacsNodes, value, ConfigurationTarget.Global);
}

function nodeOf(entry: unknown): PacsNode {
  const fields = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  const { port, timeoutSeconds, tls, retrieve } = fields;
  return {
    ...{ name: text('name'), aeTitle: text('aeTitle'), host: text('host'), callingAe: text('callingAe') },
    port: typeof port === 'number' ? port : 0,
    retrieve: retrieve === 'get' ? 'get' : 'move',
    timeoutSeconds:
      typeof timeoutSeconds === 'number' && timeoutSeconds >= 1 ? timeoutSeconds : newPacsNode.timeoutSeconds,
    tls: tls === true,
    ...{ caFile: text('caFile'), certFile: text('certFile'), keyFile: text('keyFile') },
  };
}

/** What is as it is without a word stays unsaid. */
function entryOf(node: PacsNode): Partial<PacsNode> {
  const { name, aeTitle, host, port, ...rest } = node;
  const said = Object.entries(rest).filter(
    ([field, value]) => value !== newPacsNode[field as keyof PacsNode],
  );
  return { name, aeTitle, host, port, ...Object.fromEntries(said) };
}
