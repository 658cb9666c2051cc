import assert from 'node:assert/strict';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { writeSeries } from '../support/seriesFiles.js';
import { receiptOnScreen } from './support/receiptOnScreen.js';
import { Stage } from './support/stage.js';

describe('an upload before and after it is sent', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    stage.takeRequests();
  });
  afterEach(() => stage.close());

  it('says what becomes of the attributes', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    await stage.upload(stage.folder, { review: false });
    assert.match(
      stage.dialogs.questions[0]?.detail ?? '',
      /\nAttributes of 1 instance, one of each series: \d+ removed, \d+ emptied, \d+ replaced, [1-9]\d* with new UIDs, \d+ kept\. \d+ kept texts? to look over\./,
    );
  });

  it('waits while the person looks at the preview, and goes on when the person agrees', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    stage.dialogs.picks.push('GIFTDEMO', 'GIFTDEMO');
    for (const button of ['Cancel', 'Upload']) {
      stage.dialogs.confirms.push('look');
      stage.dialogs.presses.push([/^Anonymise and upload to project GIFTDEMO\?$/, button]);
      await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(stage.folder));
      assert.notEqual(stage.api.preview.html, undefined);
      if (button === 'Cancel') assert.deepEqual(stage.takeWrites(), []);
    }
    await stage.dialogs.notice(/Archived 2 instances/);
  });

  it('ends while it waits beside the preview when it is cancelled', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    stage.dialogs.picks.push('GIFTDEMO');
    stage.dialogs.confirms.push('look');
    // Nobody presses a button of the notification.
    let cancel = (): void => undefined;
    stage.dialogs.onProgress = (_, stop) => (cancel = stop);
    const notify = stage.dialogs.notify.bind(stage.dialogs);
    stage.dialogs.notify = async (...message) => {
      await notify(...message);
      cancel();
      return new Promise<undefined>(() => undefined);
    };
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(stage.folder));
    assert.deepEqual(stage.takeWrites(), []);
  });

  it('leaves a report of the de-identification, to be shown and filed with the data', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    await stage.upload(stage.folder, { review: true });
    await vscode.commands.executeCommand(commands.showReport);
    const text = await receiptOnScreen('giftcloud-report');
    assert.match(text, /^# De-identification report/);
    assert.match(
      text,
      /\| GIFTDEMO \| AutoUploadSubject00001 \| AutoUploadSubject00001-Study1 \| Series1 \| 2 \|/,
    );
    const folder = join(stage.folder, 'filed');
    await mkdir(folder);
    for (let round = 0; round < 2; round++) {
      stage.dialogs.folders.push([vscode.Uri.file(folder)]);
      await vscode.commands.executeCommand(commands.saveReport);
    }
    await stage.dialogs.notice(/^The report was saved as deidentification-report-/);
    await stage.dialogs.notice(/^The folder holds deidentification-report-\S+\.md already\./);
    const saved = await readdir(folder);
    assert.deepEqual(saved.map((name) => extname(name)).sort(), ['.json', '.md']);
    assert.equal(
      await readFile(join(folder, saved.find((name) => name.endsWith('.md')) ?? ''), 'utf8'),
      text,
    );
  });
});
