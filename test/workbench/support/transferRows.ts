import * as vscode from 'vscode';
import type { TransferNode } from '../../../src/tree/transferNodes.js';
import type { TestApi } from '../../../src/workbench/testApi.js';

/** What the editor gets of a row. */
export interface ShownRow {
  readonly node: TransferNode;
  readonly label: string;
  readonly description: string;
  readonly context: string;
  readonly tooltip: string;
  readonly spoken: string;
  readonly below: readonly ShownRow[];
}

/** The rows of the view Transfers below one of them, or all. */
export function transferRows(api: TestApi, parent?: TransferNode): ShownRow[] {
  const { tree } = api.transferView;
  return tree.getChildren(parent).map((node) => {
    const item = tree.getTreeItem(node);
    const { tooltip = '' } = tree.resolveTreeItem(item, node);
    return {
      node,
      label: typeof item.label === 'string' ? item.label : '',
      description: typeof item.description === 'string' ? item.description : '',
      context: item.contextValue ?? '',
      tooltip: tooltip instanceof vscode.MarkdownString ? tooltip.value : tooltip,
      spoken: item.accessibilityInformation?.label ?? '',
      below: transferRows(api, node),
    };
  });
}
