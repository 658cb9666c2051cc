import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RefusalCount } from '../../src/services/pipeline/types.js';
import { commands } from '../../src/workbench/contributions.js';
import { refusedLines } from '../../src/workbench/texts.js';
import { requireTrust } from '../../src/workbench/trust.js';
import { writeBytes, writeSeries, writeStructuredReport } from '../support/seriesFiles.js';
import { receiptOnScreen } from './support/receiptOnScreen.js';
import { Stage } from './support/stage.js';

const burnedIn = { tag: 0x00280301, vr: 'CS', value: 'YES' };
const first = 'AutoUploadSubject00001';

describe('an upload', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    stage.takeRequests();
  });
  afterEach(() => stage.close());

  it('is reviewed before anything is sent, and sends nothing when the person says no', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    await writeBytes(join(stage.folder, 'notes.txt'), 'nothing to see');
    await stage.upload(stage.folder, { review: false });
    const [question] = stage.dialogs.questions;
    assert.equal(question?.message, 'Anonymise and upload to project GIFTDEMO?');
    assert.match(question.detail, /^1 study, 1 series, 3 instances of 1 patient \(/);
    assert.match(question.detail, /De-identification profile: basic/);
    assert.match(question.detail, /Not sent:\n1 file skipped: The file is not a DICOM object\.$/);
    assert.deepEqual(stage.takeWrites(), []);
    assert.deepEqual(stage.dialogs.notices, []);
  });

  it('shows the new subject in the tree without a refresh, and its receipt', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    assert.deepEqual(await stage.texts('GIFTDEMO'), []);
    const changed = stage.nextChange();
    stage.dialogs.presses.push([/Archived/, 'Show Receipt']);
    await stage.upload(stage.folder, { review: true });
    assert.equal((await stage.dialogs.notice(/Archived/)).message, 'Archived 3 instances.');
    assert.equal(await changed, await stage.row('GIFTDEMO'));
    assert.deepEqual(await stage.texts('GIFTDEMO'), [first]);
    assert.equal(await stage.fileCount('GIFTDEMO', first), 3);
    const receipt = await receiptOnScreen();
    assert.match(receipt, /"subject": "AutoUploadSubject00001"/);
    assert.equal((JSON.parse(receipt) as { totals: { uploaded: number } }).totals.uploaded, 3);
  });

  it('leads to where the data is, also when nothing was new', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    await vscode.commands.executeCommand('workbench.view.explorer');
    for (const outcome of [/Archived 1 instance\./, /Nothing new/]) {
      stage.dialogs.presses.push([outcome, 'Show in Archive']);
      const asked = new Promise((done) => stage.api.uploads.onDidAskForSubject(done));
      await stage.upload(stage.folder, { review: true });
      await stage.dialogs.notice(outcome);
      assert.deepEqual(await asked, {
        project: 'GIFTDEMO',
        subject: first,
        experiment: `${first}-Study1`,
        scan: 'Series1',
      });
    }
  });

  it('says what it is doing', async () => {
    await writeSeries(stage.folder);
    await stage.upload(stage.folder, { review: true });
    const [title, ...texts] = stage.dialogs.progressTexts;
    assert.equal(title, 'Uploading to GIFTDEMO');
    for (const phase of ['looking for DICOM', 'waiting for your review', 'anonymising and sending'])
      assert.ok(texts.includes(phase), `${phase} is not among ${texts.join(' | ')}`);
  });

  it('of what is archived already says so, and creates nothing twice', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    await stage.upload(stage.folder, { review: true });
    stage.takeRequests();
    await stage.upload(stage.folder, { review: true });
    const notice = await stage.dialogs.notice(/Nothing new/);
    assert.equal(notice.message, 'Nothing new: 2 instances archived already.');
    assert.deepEqual(stage.takeWrites(), []);
    assert.deepEqual(await stage.texts('GIFTDEMO'), [first]);
  });

  it('says that the content of a report was replaced', async () => {
    await writeStructuredReport(join(stage.folder, 'report'), 'Nothing abnormal');
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/^Archived 1 instance\. The content of 1 report or document was replaced/);
  });

  it('names the files that were held back, when asked for them', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    const [held = ''] = await writeSeries(join(stage.folder, 'held'), {
      study: 2,
      instances: 1,
      change: [burnedIn],
    });
    stage.dialogs.presses.push([/Archived/, 'Show Files']);
    stage.dialogs.picks.push('GIFTDEMO', undefined);
    stage.dialogs.confirms.push(true);
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(stage.folder));
    const { message, severity } = await stage.dialogs.notice(/Archived/);
    assert.match(message, /^Archived 2 instances\. 1 file held back: The pixels may carry burned-in text/);
    assert.equal(severity, 'warning');
    assert.ok(!message.includes(held), 'a name in the message');
    const list = stage.dialogs.lists.find(({ title }) => title === 'Files That Were Not Sent');
    const [row] = list?.rows ?? [];
    assert.equal(list?.rows.length, 1);
    assert.equal(row?.heading, 'Held back');
    assert.ok(held.endsWith(join('held', row.label)));
    assert.match(row.detail ?? '', /Burned In Annotation says YES/);
  });

  it('of a folder without DICOM says why there is nothing to send', async () => {
    for (const name of ['a.txt', 'b.txt']) await writeFile(join(stage.folder, name), 'text');
    await stage.upload(stage.folder);
    const { message, severity, actions } = await stage.dialogs.notice(/nothing to upload/);
    assert.match(message, /2 files skipped: The file is not a DICOM object\.$/);
    assert.equal(severity, 'warning');
    assert.deepEqual(actions, ['Show Files']);
    assert.deepEqual(stage.dialogs.questions, []);
    assert.deepEqual(stage.takeWrites(), []);
  });

  it('of an empty folder says so', async () => {
    await stage.upload(stage.folder);
    assert.match((await stage.dialogs.notice(/nothing to upload/)).message, /No file was found/);
  });

  it('starts from the palette with a question for folders', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    stage.dialogs.folders.push([vscode.Uri.file(stage.folder)]);
    stage.dialogs.picks.push('FETALMRI');
    stage.dialogs.confirms.push(true);
    await vscode.commands.executeCommand(commands.uploadFolder);
    await stage.dialogs.notice(/Archived 1 instance\./);
    assert.deepEqual(await stage.texts('FETALMRI'), [first]);
  });

  it('takes nothing that is not a file of this machine', async () => {
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.parse('untitled:scan'));
    const { message, severity, actions } = await stage.dialogs.notice(/./);
    assert.match(message, /Only files and folders of this machine/);
    assert.deepEqual([severity, actions], ['warning', []]);
  });

  it('asks to sign in first where nobody is', async () => {
    await vscode.commands.executeCommand(commands.signOut);
    await writeSeries(stage.folder, { instances: 1 });
    stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'sandbox-alice');
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 1 instance\./);
  });
});

describe('an upload to a subject', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    for (const patient of [1, 2]) {
      const folder = join(stage.folder, `patient${patient}`);
      await writeSeries(folder, { study: patient, patientId: `P${patient}`, instances: 1 });
    }
    await stage.upload(join(stage.folder, 'patient1'), { review: true });
    await stage.dialogs.notice(/Archived/);
    stage.listenAnew();
    stage.takeRequests();
  });
  afterEach(() => stage.close());

  const uploadHere = async (folder: string): Promise<void> => {
    stage.dialogs.folders.push([vscode.Uri.file(join(stage.folder, folder))]);
    stage.dialogs.confirms.push(true);
    await vscode.commands.executeCommand(commands.uploadHere, await stage.row('GIFTDEMO', first));
  };

  it('takes data of the same patient', async () => {
    await writeSeries(join(stage.folder, 'patient1'), { study: 7, patientId: 'P1', instances: 2 });
    await uploadHere('patient1');
    await stage.dialogs.notice(/Archived 2 instances; 1 were there already/);
    assert.equal((await stage.texts('GIFTDEMO', first)).length, 2);
  });

  it('holds data of somebody else, and says why', async () => {
    await uploadHere('patient2');
    const [question] = stage.dialogs.questions;
    assert.equal(question?.message, `Anonymise and upload to subject ${first} of project GIFTDEMO?`);
    assert.match(question.detail, /Data of anybody else than AutoUploadSubject00001 will be held back/);
    const { message, severity } = await stage.dialogs.notice(/Nothing was uploaded/);
    assert.match(message, /1 file held back: The server does not know this patient as subject/);
    assert.equal(severity, 'warning');
    assert.deepEqual(stage.takeWrites(), []);
    assert.deepEqual(await stage.texts('GIFTDEMO'), [first]);
  });
});

describe('the list of reasons', () => {
  it('starts with what a person can do something about', () => {
    const reason = (status: RefusalCount['status'], count: number): RefusalCount => ({
      status,
      code: 'INTERNAL',
      reason: 'Because.',
      count,
    });
    assert.deepEqual(
      refusedLines([reason('skipped', 9), reason('failed', 1), reason('failed', 2), reason('held', 1)]),
      [
        '1 file held back: Because.',
        '2 files failed: Because.',
        '1 file failed: Because.',
        '9 files skipped: Because.',
      ],
    );
  });

  it('stays short enough for a screen', () => {
    const refused = Array.from({ length: 30 }, (_, index) => ({
      status: 'failed' as const,
      code: 'DICOM_DAMAGED' as const,
      reason: `Damage ${index}.`,
      count: 2,
    }));
    const lines = refusedLines(refused);
    assert.equal(lines.length, 9);
    assert.equal(lines.at(-1), '44 files for other reasons');
  });
});

describe('a workspace that is not trusted', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open()));
  afterEach(() => stage.close());

  it('uploads nothing and offers to manage trust', async () => {
    stage.dialogs.confirms.push(false);
    await assert.rejects(requireTrust(false, stage.dialogs), { code: 'CANCELLED' });
    assert.match(stage.dialogs.questions[0]?.message ?? '', /trusted workspace/);
    await requireTrust(true, stage.dialogs);
    assert.equal(stage.dialogs.questions.length, 1);
  });
});
