import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands, settingNames } from '../../src/workbench/contributions.js';
import type { Node } from '../../src/tree/nodes.js';
import { Stage } from './support/stage.js';

const workspaceFolder = (): string => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';

function filesBelow(folder: string): string[] {
  return (
    readdirSync(folder, { recursive: true, withFileTypes: true })
      // Beside what was downloaded lies a record for resuming.
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
      .sort()
  );
}

describe('the rows of the tree', () => {
  let stage: Stage;
  let subject: string;
  let experiment: string;
  before(async () => {
    stage = await Stage.open({ empty: false });
    await stage.signIn();
    [subject = ''] = await stage.texts('GIFTDEMO');
    [experiment = ''] = await stage.texts('GIFTDEMO', subject);
  });
  beforeEach(() => stage.listenAnew());
  afterEach(() => {
    for (const name of readdirSync(workspaceFolder()))
      rmSync(join(workspaceFolder(), name), { recursive: true });
  });
  after(() => stage.close());

  /** Answers: into the workspace folder, with these options unticked. */
  const download = async (nodes: readonly Node[], unticked: readonly string[] = []): Promise<void> => {
    stage.dialogs.picks.push('workspace');
    stage.dialogs.unticks.push(unticked);
    await vscode.commands.executeCommand(commands.download, nodes[0], nodes);
  };

  it('are downloaded into the workspace, with project and subject in the path', async () => {
    const scan = await stage.row('GIFTDEMO', subject, experiment, 'Series1');
    await download([scan]);
    await stage.dialogs.notice(/^Downloaded \d+ files \(/);
    const files = filesBelow(join(workspaceFolder(), 'GIFTDEMO', subject));
    assert.ok(
      files.every((name) => name.startsWith(join(experiment, 'scans', 'Series1'))),
      files.join(),
    );
    assert.ok(
      files.some((name) => readFileSync(join(workspaceFolder(), 'GIFTDEMO', subject, name)).includes('DICM')),
    );
  });

  it('are downloaded without project and subject in the path when these are unticked', async () => {
    await download(
      [await stage.row('GIFTDEMO', subject, experiment)],
      ['Include project in path', 'Include subject in path'],
    );
    await stage.dialogs.notice(/^Downloaded/);
    assert.deepEqual(readdirSync(workspaceFolder()), [experiment]);
  });

  it('offer their scan types and resources, and leave out what is unticked', async () => {
    await download([await stage.row('GIFTDEMO', subject)], ['SNAPSHOTS']);
    const rows = stage.dialogs.lists.at(-1)?.rows ?? [];
    assert.deepEqual(
      rows.map(({ heading }) => heading).filter((heading) => heading !== undefined),
      ['Folders', 'Scan types', 'Resources'],
    );
    await stage.dialogs.notice(/^Downloaded/);
    const files = filesBelow(workspaceFolder());
    assert.ok(files.some((name) => name.includes('DICOM')));
    assert.ok(!files.some((name) => name.includes('SNAPSHOTS')), files.join());
  });

  it('are downloaded together, each once, also when one lies below another', async () => {
    const whole = await stage.row('GIFTDEMO', subject);
    const part = await stage.row('GIFTDEMO', subject, experiment);
    const other = await stage.row('GIFTDEMO', (await stage.texts('GIFTDEMO'))[1] ?? '');
    await download([part, whole, other]);
    const notice = await stage.dialogs.notice(/^Downloaded/);
    const names = filesBelow(join(workspaceFolder(), 'GIFTDEMO'));
    assert.match(notice.message, new RegExp(`^Downloaded ${names.length} files`));
    assert.equal(new Set(names.map((name) => name.split('/')[0])).size, 2);
  });

  it('that are there already are not downloaded again', async () => {
    const scan = await stage.row('GIFTDEMO', subject, experiment, 'Series1');
    await download([scan]);
    await stage.dialogs.notice(/^Downloaded/);
    stage.listenAnew();
    await download([scan]);
    assert.match((await stage.dialogs.notice(/Already there/)).message, /^Already there: \d+ files\.$/);
  });

  it('with everything unticked say that nothing was chosen', async () => {
    await download([await stage.row('GIFTDEMO', subject, experiment, 'Series1')], ['DICOM', 'SNAPSHOTS']);
    const { severity } = await stage.dialogs.notice(/Nothing was chosen/);
    assert.equal(severity, 'warning');
    assert.deepEqual(readdirSync(workspaceFolder()), []);
  });

  it('are not downloaded when the person gives up, and nothing is said about it', async () => {
    stage.dialogs.picks.push(undefined);
    await vscode.commands.executeCommand(commands.download, await stage.row('GIFTDEMO', subject));
    stage.dialogs.picks.push('workspace');
    stage.dialogs.unticks.push(undefined);
    await vscode.commands.executeCommand(commands.download, await stage.row('GIFTDEMO', subject));
    assert.deepEqual(stage.dialogs.notices, []);
    assert.deepEqual(readdirSync(workspaceFolder()), []);
  });

  it('stop downloading at Cancel and leave no half file', async () => {
    stage.sandbox.faults.add({ action: 'delay', method: 'GET', pathPattern: '/files/', delayMs: 200 });
    stage.dialogs.onProgress = (message, cancel) => {
      if (message !== 'Downloading') cancel();
    };
    try {
      await download([await stage.row('GIFTDEMO', subject)]);
    } finally {
      stage.sandbox.faults.clear();
    }
    assert.deepEqual(stage.dialogs.notices, []);
    assert.ok(!filesBelow(workspaceFolder()).some((name) => name.endsWith('.part')));
    stage.dialogs.onProgress = () => undefined;
    await download([await stage.row('GIFTDEMO', subject)]);
    await stage.dialogs.notice(/^Downloaded/);
  });

  it('go where the settings say, without a question', async () => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update(settingNames.downloadFolder, stage.folder, vscode.ConfigurationTarget.Global);
    try {
      stage.dialogs.unticks.push([]);
      const scan = await stage.row('GIFTDEMO', subject, experiment, 'Series1');
      await vscode.commands.executeCommand(commands.download, scan);
      await stage.dialogs.notice(/^Downloaded/);
      assert.ok(existsSync(join(stage.folder, 'GIFTDEMO', subject, experiment)));
    } finally {
      await settings.update(settingNames.downloadFolder, undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('give their labels to the clipboard, one a line', async () => {
    const [one, two] = await stage.rows('GIFTDEMO');
    await vscode.commands.executeCommand(commands.copyLabel, one, [one, two]);
    assert.equal(
      await vscode.env.clipboard.readText(),
      (await stage.texts('GIFTDEMO')).slice(0, 2).join('\n'),
    );
    // A click outside the selection is about the clicked row alone.
    await vscode.commands.executeCommand(commands.copyLabel, await stage.row('FETALMRI'), [one, two]);
    assert.equal(await vscode.env.clipboard.readText(), 'FETALMRI');
  });

  it('are found by their label, also on a page that is not shown', async () => {
    stage.sandbox.addSubjects('FETALMRI', 1000, 'Many');
    await vscode.commands.executeCommand(commands.refresh);
    assert.equal((await stage.rows('FETALMRI')).length, 201);
    const all = (await stage.api.tree.subjects('FETALMRI')).length;
    stage.dialogs.picks.push('FETALMRI', 'Many00777');
    await vscode.commands.executeCommand(commands.goToSubject);
    assert.equal(stage.dialogs.lists.at(-1)?.rows.length, all);
    assert.deepEqual(stage.dialogs.notices, []);
    const shown = await stage.texts('FETALMRI');
    assert.ok(shown.includes('Many00777'));
    assert.equal(shown.at(-1), `more 800/${all}`);
  });

  it('say more in a tooltip', async () => {
    for (const node of [
      await stage.row('GIFTDEMO'),
      await stage.row('GIFTDEMO', subject),
      await stage.row('GIFTDEMO', subject, experiment),
      await stage.row('GIFTDEMO', subject, experiment, 'Series1'),
    ]) {
      const item = stage.api.tree.resolveTreeItem(stage.api.tree.getTreeItem(node), node);
      const { tooltip } = item;
      assert.ok(tooltip instanceof vscode.MarkdownString);
      assert.match(
        tooltip.value,
        /^\*\*(Project|Subject|Experiment|Scan)\*\*\n\n\| \| \|\n\|---\|---\|\n\| Label \|/,
      );
    }
  });
});
