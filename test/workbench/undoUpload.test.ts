import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';

describe('taking an upload back', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  const uploaded = async (user: string): Promise<void> => {
    await stage.signIn(user);
    await writeSeries(stage.folder, { instances: 2, patientName: 'Zwetschge^Anna' });
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 2 instances/);
    stage.takeRequests();
    // Receipts of other tests are of other servers.
    const { dialogs } = stage;
    const pick = dialogs.pick.bind(dialogs);
    dialogs.pick = (question, choices) => {
      dialogs.picks.push(choices[0]?.label);
      return pick(question, choices);
    };
  };

  it('removes for an owner what it put there, after a typed word', async () => {
    await uploaded('alice');
    stage.dialogs.confirms.push(true);
    stage.dialogs.texts.push('delete', 'remove');
    await vscode.commands.executeCommand(commands.undoUpload);
    await stage.dialogs.notice(/^Removed 2 files and 3 scans, experiments and subjects\.$/);
    assert.match(
      stage.dialogs.questions.at(-1)?.detail ?? '',
      /AutoUploadSubject00001\/\S+\/Series1 \(2 files\)/,
    );
    assert.equal(stage.dialogs.problems.length, 1);
    assert.deepEqual(await stage.texts('GIFTDEMO'), []);
    assert.ok(!stage.dialogs.screen.includes('Zwetschge'));
  });

  it('removes nothing when the word is not typed', async () => {
    await uploaded('alice');
    stage.dialogs.confirms.push(true);
    stage.dialogs.texts.push(undefined);
    await vscode.commands.executeCommand(commands.undoUpload);
    assert.deepEqual(stage.takeWrites(), []);
  });

  it('writes a request to an owner for a member', async () => {
    await uploaded('bob');
    stage.dialogs.presses.push([/Only an owner/, 'Copy Request']);
    await vscode.commands.executeCommand(commands.undoUpload);
    const text = vscode.window.activeTextEditor?.document.getText() ?? '';
    assert.match(text, /^Please remove/);
    assert.match(text, /\| AutoUploadSubject00001 \|/);
    assert.ok(!/Zwetschge|HOSP0001/.test(text));
    assert.equal(await vscode.env.clipboard.readText(), text);
    assert.deepEqual(stage.takeWrites(), []);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });
});
