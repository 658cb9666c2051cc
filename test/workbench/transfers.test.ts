import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { defaultQueuePace } from '../../src/services/queue/retries.js';
import { commands, type CommandId } from '../../src/workbench/contributions.js';
import { queueOf, uploadTools } from '../support/uploadTools.js';
import { writeSeries } from '../support/seriesFiles.js';
import { receiptOnScreen } from './support/receiptOnScreen.js';
import { Stage } from './support/stage.js';
import { transferRows, type ShownRow } from './support/transferRows.js';
import { until } from './support/until.js';

const burnedIn = { tag: 0x00280301, vr: 'CS', value: 'YES' };

describe('the view Transfers', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    const queue = await stage.api.transfers.queue();
    await queue.discard(queue.jobs().map(({ id }) => id));
    await stage.signIn();
    await vscode.commands.executeCommand('giftcloud.transfers.focus');
  });
  afterEach(() => stage.close());

  const jobs = (): ShownRow[] => transferRows(stage.api);
  const only = async (fits: (row: ShownRow) => boolean): Promise<ShownRow> => {
    await until(() => jobs().length === 1 && fits(jobs()[0]!));
    return jobs()[0]!;
  };
  const run = (command: CommandId, row: ShownRow): Thenable<unknown> =>
    vscode.commands.executeCommand(command, row.node, [row.node]);
  const queue = () => stage.api.transfers.queue();

  it('shows a job with its studies and series, its receipt, and lets it go', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    await writeSeries(stage.folder, { instances: 2, series: 2 });
    await stage.upload(stage.folder, { review: true });
    const row = await only(({ description }) => /^archived/.test(description));
    assert.equal(row.label, 'Upload → GIFTDEMO');
    assert.match(row.description, /^archived · 5 instances · \d/);
    assert.equal(row.context, 'job;forget;receipt;');
    assert.match(row.tooltip, /alice@/);
    assert.match(row.spoken, /^Upload to GIFTDEMO, archived, 5 instances/);
    const [study] = row.below;
    assert.deepEqual(
      [study?.label, study?.description],
      ['AutoUploadSubject00001-Study1', 'CT · 2 series · 5 instances'],
    );
    assert.deepEqual(
      study?.below.map(({ label, description }) => [label, description]),
      [
        ['Series1', 'CT · archived · 3 of 3 instances'],
        ['Series2', 'CT · archived · 2 of 2 instances'],
      ],
    );
    await run(commands.showTransferReceipt, study.below[0]!);
    assert.match(await receiptOnScreen(), /"subject": "AutoUploadSubject00001"/);
    await vscode.commands.executeCommand(commands.clearTransfers);
    await until(() => jobs().length === 0);
    assert.equal(stage.api.transferView.view.badge, undefined);
  });

  it('says why files are held and what to do, counts what needs a person, and discards only when asked', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    await writeSeries(stage.folder, { instances: 1, series: 2, change: [burnedIn] });
    await stage.upload(stage.folder, { review: true });
    const row = await only(({ description }) => /^1 held back/.test(description));
    assert.match(row.description, /^1 held back · 2 archived · /);
    assert.equal(row.context, 'job;release;discard;receipt;');
    const [held] = row.below;
    assert.deepEqual([held?.label, held?.context], ['1 file held back', 'refused']);
    assert.match(held?.description ?? '', /burned-in text/);
    assert.match(held?.below[0]?.label ?? '', /Upload a copy without the text/);
    await until(() => stage.api.transferView.view.badge?.value === 1);
    assert.equal(stage.api.transferView.view.badge?.tooltip, '1 transfer needs you');

    await run(commands.releaseTransfer, row);
    await until(async () => (await queue()).jobs()[0]?.state !== 'held');
    await only(({ description }) => /^1 held back/.test(description));

    for (const answer of [false, true]) {
      stage.dialogs.confirms.push(answer);
      await run(commands.discardTransfer, row);
      assert.equal((await queue()).jobs().length, answer ? 0 : 1);
    }
    assert.match(stage.dialogs.questions.at(-1)?.detail ?? '', /files on your disk stay/);
    await until(() => stage.api.transferView.view.badge === undefined);
  });

  it('pauses an upload under way and goes on with it in the background', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    stage.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const uploading = stage.upload(stage.folder, { review: true });
    const sending = await only(({ description }) => /^sending/.test(description));
    assert.match(sending.context, /;pause;cancel;/);
    await run(commands.pauseTransfer, sending);
    await uploading;
    const paused = await only(({ description }) => /^paused/.test(description));
    assert.match(paused.context, /;resume;cancel;/);
    assert.deepEqual(
      stage.dialogs.notices.map(({ message }) => message),
      [],
    );
    stage.sandbox.faults.clear();
    await vscode.commands.executeCommand(commands.resumeTransfers);
    await only(({ description }) => /^archived/.test(description));
    assert.equal(await stage.fileCount('GIFTDEMO', 'AutoUploadSubject00001'), 3);
  });

  it('cancels a job, keeps it, and tries it again when asked', async () => {
    await writeSeries(stage.folder, { instances: 3 });
    stage.sandbox.faults.add({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    const uploading = stage.upload(stage.folder, { review: true });
    await run(commands.cancelTransfer, await only(({ description }) => /^sending/.test(description)));
    await uploading;
    const row = await only(({ description }) => /^cancelled/.test(description));
    assert.equal(row.context, 'job;retry;discard;');
    stage.sandbox.faults.clear();
    await run(commands.retryTransfer, row);
    await only(({ description }) => /^archived/.test(description));
  });

  it('says what went wrong with the next attempt, and what to do', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    await (
      await queue()
    ).add(await account(stage), { inputs: [stage.folder], project: 'NOSUCH', profile: basicProfile });
    const row = await only(({ description }) => /^failed/.test(description));
    const [failure] = row.below;
    assert.equal(failure?.context, 'failure');
    assert.ok(row.description.endsWith(failure.label));
    assert.ok((failure.below[0]?.label ?? '').length > 10);
    await until(() => stage.api.transferView.view.badge?.value === 1);
  });

  it('says once what goes on in the background that an earlier window left', async () => {
    // As a window that has just opened.
    await until(() => stage.api.background.lead === undefined);
    await writeSeries(stage.folder, { instances: 1 });
    await writeSeries(join(stage.folder, '2'), { study: 2, patientId: 'P2', instances: 1 });
    const hourAgo = (): number => Date.now() - 3_600_000;
    const stateFolder = join(stage.api.storageFolder, 'state');
    const earlier = queueOf(uploadTools(stateFolder), { pace: { ...defaultQueuePace, now: hourAgo } });
    for (const inputs of [[stage.folder], [join(stage.folder, '2')]]) {
      const id = await earlier.add(await account(stage), {
        inputs,
        project: 'GIFTDEMO',
        profile: basicProfile,
      });
      // Its process was killed a moment ago: until its leases run out it seems to be at work.
      await writeFile(join(stateFolder, 'queue', id, 'job-1.lease'), 'of a dead process');
    }
    earlier.dispose();
    stage.dialogs.presses.push([/goes on in the background/, 'Show Transfers']);
    const { message } = await stage.dialogs.notice(/not finished/);
    assert.equal(message, 'An upload that was not finished goes on in the background.');
    await until(
      () => jobs().length === 2 && jobs().every(({ description }) => /^archived/.test(description)),
    );
    assert.equal(stage.dialogs.notices.filter((notice) => /not finished/.test(notice.message)).length, 1);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001', 'AutoUploadSubject00002']);
  });

  it('shows an entry that can not be read, and does nothing with it', async () => {
    const folder = join(stage.api.storageFolder, 'state/queue/damaged-entry');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'order.json'), '{');
    const row = await only(({ label }) => /can not be read/.test(label));
    assert.match(row.description, /damaged/);
    assert.equal(row.context, 'unreadable;discard;');
    stage.dialogs.texts.push('no', 'Discard');
    await run(commands.discardTransfer, row);
    assert.match(stage.dialogs.problems.join(), /Type "discard"/);
    await until(() => jobs().length === 0);
  });

  it('says that a sign-in is missing, and asks for one when a job shall go on', async () => {
    const to = await account(stage);
    await vscode.commands.executeCommand(commands.signOut);
    await writeSeries(stage.folder, { instances: 1 });
    const id = await (
      await queue()
    ).add(to, { inputs: [stage.folder], project: 'GIFTDEMO', profile: basicProfile });
    await (await queue()).pause([id]);
    const row = await only(({ description }) => /^paused/.test(description));
    stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'sandbox-alice');
    await run(commands.resumeTransfer, row);
    await only(({ description }) => /^archived/.test(description));
  });
});

async function account(stage: Stage): Promise<{ readonly server: string; readonly user: string }> {
  const archive = await stage.api.connection.session?.archive();
  assert.ok(archive);
  return { server: archive.serverUrl, user: archive.userName };
}
