import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startSandbox } from '../../src/sandbox/sandbox.js';
import { commands } from '../../src/workbench/contributions.js';
import { writeSeries } from '../support/seriesFiles.js';
import { asOffered } from './support/scriptedDialogs.js';
import { Stage } from './support/stage.js';

/** Where the sandbox of the extension is, unless another program has this port. */
const usual = 'http://127.0.0.1:18087';
const address = /runs at (\S+) until/;

describe('the local sandbox', () => {
  let stage: Stage;
  const samples = (): string =>
    join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'gift-cloud-samples');
  beforeEach(async () => (stage = await Stage.open()));
  afterEach(async () => {
    await vscode.commands.executeCommand(commands.stopSandbox);
    rmSync(samples(), { recursive: true, force: true });
    await stage.close();
  });

  const start = async (): Promise<string> => {
    await vscode.commands.executeCommand(commands.startSandbox);
    const { message } = await stage.dialogs.notice(address);
    return address.exec(message)?.[1] ?? '';
  };

  it('starts, says who may sign in, and keeps its address and data for the next start', async () => {
    stage.dialogs.presses.push([address, 'Sign In']);
    // Server and user are filled in; the person confirms them and types the password of the message.
    stage.dialogs.texts.push(asOffered, asOffered, 'sandbox-alice');
    const url = await start();
    const { message } = await stage.dialogs.notice(address);
    assert.match(message, /User: alice, password: sandbox-alice/);
    while (!stage.api.connection.session) await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(
      stage.dialogs.prompts.map(({ value }) => value),
      [url, 'alice', undefined],
    );
    assert.deepEqual(await stage.texts(), ['FETALMRI', 'GIFTDEMO']);
    const subjects = await stage.texts('GIFTDEMO');
    assert.ok(subjects.length > 0);

    await vscode.commands.executeCommand(commands.stopSandbox);
    await vscode.commands.executeCommand(commands.refresh);
    assert.match((await stage.texts()).join(), /^problem SERVER_/);

    stage.listenAnew();
    const again = await start();
    if (url === usual) assert.equal(again, usual);
    else await stage.signIn('alice', again);
    await vscode.commands.executeCommand(commands.refresh);
    assert.deepEqual(await stage.texts('GIFTDEMO'), subjects);
  });

  it('copies its sample studies into the workspace', async () => {
    stage.dialogs.presses.push([address, 'Copy Samples to Workspace']);
    await start();
    // It comes again, for the sign-in, when all is copied.
    const offers = (): unknown[] => stage.dialogs.notices.filter(({ message }) => address.test(message));
    while (offers().length < 2) await new Promise((done) => setTimeout(done, 20));
    assert.ok(existsSync(join(samples(), 'DICOMDIR')), JSON.stringify(stage.dialogs.notices));
  });

  it('says so when another window runs it', async () => {
    const folder = join(stage.api.storageFolder, 'sandbox', 'data');
    const other = await startSandbox({ dataFolder: folder, empty: true });
    try {
      await vscode.commands.executeCommand(commands.startSandbox);
      const { message } = await stage.dialogs.notice(/could not be started/);
      assert.match(message, /Another sandbox works on this data folder\. .*another window/);
    } finally {
      await other.close();
    }
    await start();
  });

  it('is one, however often it is started', async () => {
    const url = await start();
    stage.listenAnew();
    assert.equal(await start(), url);
  });

  it('may be stopped when it does not run', async () => {
    await vscode.commands.executeCommand(commands.stopSandbox);
    assert.deepEqual(stage.dialogs.notices, []);
  });
});

describe('a plain XNAT server', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open({ plainXnat: true, empty: false })));
  afterEach(() => stage.close());

  it('can be browsed', async () => {
    await stage.signIn();
    const [subject = ''] = await stage.texts('GIFTDEMO');
    const [experiment = ''] = await stage.texts('GIFTDEMO', subject);
    assert.deepEqual(await stage.texts('GIFTDEMO', subject, experiment), ['Series1']);
  });

  it('takes an upload, shows it at once and finds it present when it comes again', async () => {
    await stage.signIn();
    const before = await stage.texts('GIFTDEMO');
    await writeSeries(stage.folder, { instances: 2 });
    await stage.upload(stage.folder, { review: true });
    assert.equal((await stage.dialogs.notice(/Archived/)).message, 'Archived 2 instances.');
    const [added = ''] = (await stage.texts('GIFTDEMO')).filter((label) => !before.includes(label));
    assert.match(added, /^AutoUploadSubject\d{5}$/);
    assert.equal(await stage.fileCount('GIFTDEMO', added), 2);
    stage.listenAnew();
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Nothing new/);
  });
});
