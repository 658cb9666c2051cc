import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settingNames } from '../../src/workbench/contributions.js';
import { nodeTooltip } from '../../src/tree/nodeItem.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

describe('the archive tree', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open()));
  const setPageSize = async (size: number): Promise<void> => {
    const settings = vscode.workspace.getConfiguration();
    await settings.update(settingNames.pageSize, size, vscode.ConfigurationTarget.Global);
    await until(() => stage.api.settings.pageSize === size);
  };
  afterEach(async () => {
    await setPageSize(200);
    await stage.close();
  });

  it('lists 10,000 subjects with two requests, a page at a time', async () => {
    stage.sandbox.addSubjects('GIFTDEMO', 10_000, 'Many');
    await stage.signIn();
    const rows = await stage.texts('GIFTDEMO');
    assert.deepEqual(
      [rows.length, rows[0], rows[199], rows[200]],
      [201, 'Many00001', 'Many00200', 'more 200/10000'],
    );
    const requests = stage.takeRequests();
    for (const list of [/\/projects$/, /\/GIFTDEMO\/subjects$/]) {
      const asked = requests.filter((request) => list.test(request.split('?')[0] ?? ''));
      assert.equal(asked.length, 1, requests.join('\n'));
    }
    await vscode.commands.executeCommand(commands.loadMore, await stage.row('GIFTDEMO', 'more 200/10000'));
    assert.equal((await stage.texts('GIFTDEMO')).at(-1), 'more 400/10000');
    assert.deepEqual(stage.takeRequests(), []);
  });

  it('has no "Load more" where a page fits exactly', async () => {
    stage.sandbox.addSubjects('GIFTDEMO', 12, 'Few');
    await setPageSize(12);
    await stage.signIn();
    assert.equal((await stage.rows('GIFTDEMO')).length, 12);
    await setPageSize(11);
    assert.equal((await stage.texts('GIFTDEMO')).at(-1), 'more 11/12');
  });

  it('shows a problem with Retry in the place of what could not be listed', async () => {
    stage.sandbox.addSubjects('GIFTDEMO', 2);
    await stage.signIn();
    stage.sandbox.faults.add({ action: 'status', status: 500, pathPattern: '/GIFTDEMO/subjects' });
    await vscode.commands.executeCommand(commands.refresh);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['problem SERVER_ERROR']);
    const problem = await stage.row('GIFTDEMO', 'problem SERVER_ERROR');
    const item = stage.api.tree.getTreeItem(problem);
    assert.equal(item.contextValue, 'problem');
    assert.deepEqual(stage.dialogs.notices, [], 'a toast besides the row');
    stage.sandbox.faults.clear();
    await vscode.commands.executeCommand(commands.retry, problem);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001', 'AutoUploadSubject00002']);
  });

  it('shows a problem when the server is gone', async () => {
    await stage.signIn();
    await stage.sandbox.close();
    await vscode.commands.executeCommand(commands.refresh);
    assert.match((await stage.texts()).join(), /^problem SERVER_/);
  });

  it('refreshes one row without asking for the others', async () => {
    await stage.signIn();
    await stage.rows('GIFTDEMO');
    await stage.rows('FETALMRI');
    stage.sandbox.addSubjects('GIFTDEMO', 1);
    stage.takeRequests();
    const changed = stage.nextChange();
    const project = await stage.row('GIFTDEMO');
    await vscode.commands.executeCommand(commands.refreshNode, project);
    assert.equal(await changed, project);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001']);
    assert.deepEqual(await stage.texts('FETALMRI'), []);
    assert.equal(stage.takeRequests().length, 1);
  });

  it('keeps the ids of its rows over a refresh', async () => {
    stage.sandbox.addSubjects('GIFTDEMO', 3);
    await stage.signIn();
    const before = (await stage.rows('GIFTDEMO')).map(({ id }) => id);
    stage.sandbox.addSubjects('GIFTDEMO', 5, 'AAA');
    await vscode.commands.executeCommand(commands.refresh);
    const after = (await stage.rows('GIFTDEMO')).map(({ id }) => id);
    assert.equal(new Set(after).size, 8);
    assert.deepEqual(
      before.filter((id) => !after.includes(id)),
      [],
    );
  });

  it('reads nothing of the server as markup', () => {
    const row = { id: 'P', name: 'a | [x](command:evil) <b>', description: 'two\nlines `code`' };
    const tooltip = nodeTooltip({ kind: 'project', id: 'project/P', row });
    assert.ok(tooltip instanceof vscode.MarkdownString);
    assert.notEqual(tooltip.isTrusted, true);
    assert.ok(!/[^\\](\[x\]|<b>|`code)/.test(tooltip.value), tooltip.value);
    assert.ok(!tooltip.value.includes('two\n'), tooltip.value);
  });

  it('speaks each row with its level', async () => {
    await stage.signIn();
    const item = stage.api.tree.getTreeItem(await stage.row('GIFTDEMO'));
    assert.match(item.accessibilityInformation?.label ?? '', /^Project GIFTDEMO, GIFT-Cloud demonstration/);
  });
});
