import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settingNames } from '../../src/workbench/contributions.js';
import { back } from '../../src/workbench/dialogs.js';
import { freePort } from '../support/freePort.js';
import { forgetNetwork, nodeRows, setUpListener, setUser } from './support/network.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

describe('the view DICOM Nodes', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open()));
  afterEach(async () => {
    await forgetNetwork(stage.api);
    await stage.close();
  });

  const entries = (): unknown => vscode.workspace.getConfiguration().get(settingNames.pacsNodes);
  const row = async (label: string) => {
    const found = (await nodeRows(stage.api)).find((one) => one.label === label);
    assert.ok(found, `no row ${label}`);
    return found;
  };
  const run = (command: string, { node }: { readonly node: unknown }): Thenable<unknown> =>
    vscode.commands.executeCommand(command, node, [node]);

  it('adds, changes and removes nodes, in the settings', async () => {
    stage.dialogs.texts.push(
      'PACS',
      'A title that is too long',
      back,
      'Archive',
      'ARCHIVE',
      'pacs.example.org',
      '104',
    );
    await vscode.commands.executeCommand(commands.addNode);
    assert.match(stage.dialogs.problems.join(), /1 to 16 characters/);
    const first = { name: 'Archive', aeTitle: 'ARCHIVE', host: 'pacs.example.org', port: 104 };
    await until(() => JSON.stringify(entries()) === JSON.stringify([first]));
    assert.equal((await row('Archive')).description, 'ARCHIVE@pacs.example.org:104');
    assert.equal((await row('Archive')).context, 'remote;echo;edit;remove;');

    stage.dialogs.picks.push('Port');
    stage.dialogs.texts.push('70000', '11112');
    await run(commands.editNode, await row('Archive'));
    stage.dialogs.picks.push('How images are fetched');
    await run(commands.editNode, await row('Archive'));
    const changed = { ...first, port: 11112, retrieve: 'get' };
    await until(() => JSON.stringify(entries()) === JSON.stringify([changed]));

    stage.dialogs.texts.push('Archive', 'Other', 'OTHER', '10.0.0.7', '4242');
    await vscode.commands.executeCommand(commands.addNode);
    assert.match(stage.dialogs.problems.join(), /Another node has this name/);
    for (const answer of [false, true]) {
      stage.dialogs.confirms.push(answer);
      await run(commands.removeNode, await row('Archive'));
    }
    await until(() => (entries() as readonly unknown[]).length === 1);
    assert.equal((await row('Other')).description, 'OTHER@10.0.0.7:4242');
  });

  it('says of an entry that can not be used why, and keeps the others', async () => {
    await setUser(settingNames.pacsNodes, [
      { name: 'Good', aeTitle: 'GOOD', host: 'good.example.org', port: 104 },
      { name: 'Bad', aeTitle: 'BAD', host: 'http://bad.example.org', port: 104 },
      7,
    ]);
    await until(() => Array.isArray(entries()) && (entries() as readonly unknown[]).length === 3);
    assert.deepEqual(
      (await nodeRows(stage.api))
        .filter(({ context }) => context.startsWith('broken'))
        .map(({ label, description }) => [label, description]),
      [
        ['Bad', 'Enter the name or address of the computer, without a port or slashes.'],
        ['Entry 3 of the settings', 'Enter a name.'],
      ],
    );
    assert.equal((await row('Good')).context, 'remote;echo;edit;remove;');
  });

  it('tests nodes with C-ECHO and says what a person understands', async () => {
    const port = await setUpListener('GIFTDEMO');
    await setUser(settingNames.listenerCallers, ['FRIEND']);
    await stage.signIn();
    await vscode.commands.executeCommand(commands.startListener);
    await until(() => stage.api.listener.view.state === 'listening');
    const at = { host: '127.0.0.1', port, aeTitle: 'GIFTCLOUD' };
    await setUser(settingNames.pacsNodes, [
      { name: 'good', ...at, callingAe: 'FRIEND' },
      { name: 'not us', ...at, callingAe: 'STRANGER' },
      { name: 'not it', ...at, aeTitle: 'OTHER', callingAe: 'FRIEND' },
      { name: 'nobody', ...at, port: await freePort() },
      { name: 'secure', ...at, callingAe: 'FRIEND', tls: true },
    ]);
    await until(async () => (await nodeRows(stage.api)).some(({ label }) => label === 'secure'));
    const rows = (await nodeRows(stage.api)).filter(({ context }) => context.startsWith('remote'));
    await vscode.commands.executeCommand(
      commands.echoNode,
      rows[0]?.node,
      rows.map(({ node }) => node),
    );
    const said = new Map((await nodeRows(stage.api)).map(({ label, description }) => [label, description]));
    assert.match(said.get('good') ?? '', /The node answered C-ECHO and knows us as FRIEND/);
    assert.match(said.get('not us') ?? '', /does not know our AE title/);
    assert.match(said.get('not it') ?? '', /does not answer to this AE title/);
    assert.match(said.get('nobody') ?? '', /Nothing listens there/);
    assert.match(said.get('secure') ?? '', /TLS/);

    await run(commands.echoNode, await row('not us'));
    await stage.dialogs.notice(/^not us: The DICOM node does not know our AE title\./);
  });
});
