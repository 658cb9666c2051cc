import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { plantPatients, type PlantedPatients } from './support/patients.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

describe('previewing de-identification', () => {
  let stage: Stage;
  let patients: PlantedPatients;
  before(async () => {
    stage = await Stage.open();
    patients = await plantPatients(stage.folder);
  });
  beforeEach(() => {
    stage.listenAnew();
  });
  after(() => stage.close());

  const preview = (...paths: readonly string[]): Thenable<unknown> => {
    const uris = paths.map((path) => vscode.Uri.file(path));
    return vscode.commands.executeCommand(commands.preview, uris[0], uris);
  };
  const tabs = (): vscode.Tab[] =>
    vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview);

  it('opens one panel, without a sign-in and without a file name in its title', async () => {
    await preview(patients.folder);
    await preview(join(patients.folder, 'disc'), join(patients.folder, '팽선우 PAENG'));
    // The editor tells of tabs some moments later.
    await until(() => tabs().length === 1);
    assert.deepEqual(
      tabs().map(({ label }) => label),
      ['De-identification Preview'],
    );
    assert.deepEqual(stage.takeRequests(), []);
    assert.equal(stage.dialogs.screen, '[[],[],[],[],[],[],[]]');
  });

  it('asks for folders when it comes from the palette', async () => {
    stage.dialogs.folders.push([vscode.Uri.file(patients.folder)]);
    await vscode.commands.executeCommand(commands.preview);
    await until(() => tabs().length === 1);
  });

  it('takes nothing that lies on no disk', async () => {
    await vscode.commands.executeCommand(commands.preview, vscode.Uri.parse('untitled:scan'));
    await stage.dialogs.notice(/Only files and folders of this machine can be previewed/);
  });

  it('loads its own program and style sheet, and nothing else', async () => {
    await preview(patients.folder);
    const html = stage.api.preview.html ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    assert.match(policy ?? '', /^default-src 'none'; style-src [^;]+; script-src 'nonce-[\w-]{32}'$/);
    assert.doesNotMatch(policy ?? '', /unsafe|\*(?!\.vscode)/);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.equal(html.match(/<link/g)?.length, 2);
    assert.doesNotMatch(html, /\son\w+=|javascript:|setState/);
    const nonce = /nonce="([\w-]+)"/.exec(html)?.[1];
    await preview(patients.folder);
    assert.notEqual(/nonce="([\w-]+)"/.exec(stage.api.preview.html ?? '')?.[1], nonce);
  });

  it('leaves nothing of a patient in its page, its files or the log', async () => {
    await preview(patients.folder);
    const search = new LeakSearch(patients.planted);
    const outputs = [
      textOutput('the page', stage.api.preview.html ?? ''),
      textOutput('the titles', JSON.stringify(tabs().map(({ label }) => label))),
      textOutput('the screen', stage.dialogs.screen),
      // A preview alone writes nothing there: the folder may not exist.
      ...(existsSync(stage.api.storageFolder) ? filesOf(stage.api.storageFolder, 'the storage') : []),
      ...filesOf(stage.api.logFolder, 'the log'),
    ];
    assert.deepEqual(await search.find(outputs), []);
  });

  it('is gone with its tab', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until(() => stage.api.preview.html === undefined);
  });
});
