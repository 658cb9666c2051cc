import type { TestResult } from '../workbench/findings.js';
import type { PacsNode, PacsNodeProblem } from '../workbench/pacsNodes.js';
import type { ListenerView } from '../workbench/listenerDesk.js';
import { isNode } from './nodes.js';

/** Our own node: the listener. */
export interface OwnNode {
  readonly kind: 'own';
  readonly id: 'own';
}

/** One thing to know about the listener. */
export interface DetailNode {
  readonly kind: 'detail';
  readonly id: string;
  readonly parent: OwnNode;
  readonly label: string;
  readonly value: string;
  readonly icon: string;
}

/** A node of the settings. */
export interface RemoteRow {
  readonly kind: 'remote';
  readonly id: string;
  readonly node: PacsNode;
  readonly result: TestResult | undefined;
}

/** An entry of the settings that can't be used. */
export interface BrokenRow {
  readonly kind: 'broken';
  readonly id: string;
  readonly problem: PacsNodeProblem;
}

export type DicomNode = OwnNode | DetailNode | RemoteRow | BrokenRow;

export const ownNode: OwnNode = { kind: 'own', id: 'own' };

export function remoteRow(node: PacsNode, result: TestResult | undefined): RemoteRow {
  return { kind: 'remote', id: `node/${node.name}`, node, result };
}

/** What a person can do with a row; part of its context value, which the menus read. */
export const nodeActions = ['start', 'stop', 'test', 'copy', 'echo', 'edit', 'remove', 'settings'] as const;

export type NodeAction = (typeof nodeActions)[number];

export function nodeActionsOf(row: DicomNode, { state }: ListenerView): readonly NodeAction[] {
  switch (row.kind) {
    case 'own':
      if (state === 'stopped' || state === 'failed') return ['start', 'test', 'copy'];
      return state === 'listening' ? ['stop', 'test', 'copy'] : ['stop', 'copy'];
    case 'remote':
      return ['echo', 'edit', 'remove'];
    case 'broken':
      return ['settings'];
    case 'detail':
      return [];
  }
}

/** Commands get rows from the editor as anything. */
export function isDicomNode(value: unknown): value is DicomNode {
  return isNode(value);
}
