import * as vscode from 'vscode';
import { settingNames } from '../../../src/workbench/contributions.js';
import type { TestApi } from '../../../src/workbench/testApi.js';
import { freePort } from '../../support/freePort.js';

export function setUser(name: string, value: unknown): Thenable<void> {
  return vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
}

/** Settings of a listener of this machine alone, on a free port; gives the port. */
export async function setUpListener(project = ''): Promise<number> {
  const port = await freePort();
  await setUser(settingNames.listenerPort, port);
  await setUser(settingNames.listenerBind, '127.0.0.1');
  await setUser(settingNames.listenerQuiet, 1);
  await setUser(settingNames.listenerProject, project === '' ? undefined : project);
  return port;
}

/** As if nobody had ever set anything up. */
export async function forgetNetwork({ listener }: TestApi): Promise<void> {
  await listener.stop();
  for (const name of Object.values(settingNames).filter((name) => /^giftcloud\.(listener|pacs)\./.test(name)))
    await setUser(name, undefined);
}

/** What the editor gets of the rows of the view DICOM Nodes. */
export async function nodeRows(api: TestApi): Promise<
  readonly {
    readonly label: string;
    readonly description: string;
    readonly context: string;
    readonly node: unknown;
  }[]
> {
  const { tree } = api.nodesView;
  const rows = await tree.getChildren();
  const below = (await Promise.all(rows.map((row) => tree.getChildren(row)))).flat();
  return [...rows, ...below].map((node) => {
    const { label, description, contextValue = '' } = tree.getTreeItem(node);
    return {
      label: typeof label === 'string' ? label : '',
      description: typeof description === 'string' ? description : '',
      context: contextValue,
      node,
    };
  });
}
