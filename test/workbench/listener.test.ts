import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands, settingNames } from '../../src/workbench/contributions.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { selfSigned } from '../support/selfSigned.js';
import { writeSeries } from '../support/seriesFiles.js';
import { storescu } from '../support/storescu.js';
import { queueOf, uploadTools } from '../support/uploadTools.js';
import { forgetNetwork, nodeRows, setUpListener, setUser } from './support/network.js';
import { plantPatients } from './support/patients.js';
import { Stage } from './support/stage.js';
import { transferRows, type ShownRow } from './support/transferRows.js';
import { until } from './support/until.js';

const burnedIn = { tag: 0x00280301, vr: 'CS', value: 'YES' };

describe('the listener of the editor', function () {
  this.timeout(90_000);
  let stage: Stage;
  let port: number;
  beforeEach(async () => {
    stage = await Stage.open();
    const queue = await stage.api.transfers.queue();
    await queue.discard(queue.jobs().map(({ id }) => id));
  });
  afterEach(async () => {
    await forgetNetwork(stage.api);
    await stage.close();
  });

  const state = (): string => stage.api.listener.view.state;
  const jobs = (): ShownRow[] => transferRows(stage.api);
  const job = async (fits: RegExp): Promise<ShownRow> => {
    await until(() => jobs().length > 0 && fits.test(jobs()[0]?.description ?? ''));
    return jobs()[0]!;
  };
  const own = async () => (await nodeRows(stage.api))[0];
  const spooled = async (): Promise<number> => (await (await stage.api.transfers.open()).spool.use()).objects;
  const listening = async (project = 'GIFTDEMO'): Promise<void> => {
    port = await setUpListener(project);
    await stage.signIn();
    await vscode.commands.executeCommand(commands.startListener);
    await until(() => state() === 'listening');
  };

  it('is not there until somebody sets it up', async () => {
    await stage.signIn();
    assert.deepEqual(await nodeRows(stage.api), []);
    assert.equal(state(), 'stopped');
  });

  it('asks for the project, receives, and what came ends in the archive and nowhere else', async () => {
    port = await setUpListener();
    await stage.signIn();
    stage.dialogs.picks.push('GIFTDEMO');
    await vscode.commands.executeCommand(commands.startListener);
    await until(() => state() === 'listening');
    await until(() => stage.api.nodesView.status.item.text === `$(radio-tower) GIFTCLOUD :${port}`);
    assert.equal((await own())?.description, `listening on port ${port}`);
    assert.equal((await own())?.context, 'own;stop;test;copy;');
    await vscode.commands.executeCommand(commands.testListener);
    await stage.dialogs.notice(new RegExp(`The listener answers on port ${port}\\.`));

    await writeSeries(stage.folder, { instances: 3 });
    await storescu(port, [stage.folder]);
    const row = await job(/^archived/);
    assert.equal(row.label, 'SCANNER1 → GIFTDEMO');
    assert.match(row.description, /^archived · 3 instances/);
    assert.equal(await stage.fileCount('GIFTDEMO', 'AutoUploadSubject00001'), 3);
    assert.equal(await spooled(), 0);
    const details = (await nodeRows(stage.api)).map(({ label, description }) => `${label}: ${description}`);
    assert.ok(
      details.some((text) => text.startsWith('Received: 3 instances')),
      details.join('\n'),
    );

    await vscode.commands.executeCommand(commands.stopListener);
    await until(() => state() === 'stopped');
    await assert.rejects(storescu(port, [stage.folder]));
  });

  it('follows its settings while it runs', async () => {
    await listening();
    await writeSeries(stage.folder, { instances: 1 });
    await setUser(settingNames.listenerCallers, ['OTHER']);
    await setUser(settingNames.listenerAeTitle, 'RENAMED');
    await until(() => stage.api.listener.view.reception?.settings?.listener.aeTitle === 'RENAMED');
    await until(() => stage.api.listener.view.reception?.settings?.listener.allowedCallers?.[0] === 'OTHER');
    await assert.rejects(
      storescu(port, [stage.folder], { calling: 'OTHER' }),
      /Called AE Title Not Recognized/i,
    );
    await assert.rejects(
      storescu(port, [stage.folder], { called: 'RENAMED' }),
      /Calling AE Title Not Recognized/i,
    );
    await storescu(port, [stage.folder], { called: 'RENAMED', calling: 'OTHER' });
    await job(/^archived/);
  });

  it('takes over TLS what those send whom it trusts, and nothing in plain', async () => {
    await mkdir(stage.folder, { recursive: true });
    const own = selfSigned(stage.folder, 'listener');
    await setUser(settingNames.listenerCertFile, own.cert);
    await setUser(settingNames.listenerKeyFile, own.key);
    await setUser(settingNames.listenerCaFile, own.cert);
    await listening();
    const study = join(stage.folder, 'study');
    await writeSeries(study, { instances: 1 });
    await assert.rejects(storescu(port, [study]));
    const stranger = selfSigned(stage.folder, 'stranger');
    await assert.rejects(storescu(port, [study], { tls: { ...stranger, trusted: own.cert } }));
    await storescu(port, [study], { tls: { ...own, trusted: own.cert } });
    assert.match((await job(/^archived/)).description, /^archived · 1 instance/);
    await setUser(settingNames.listenerKeyFile, join(stage.folder, 'missing.pem'));
    await stage.dialogs.notice(/certificate or key file/);
    // It goes on with what it had.
    assert.equal(state(), 'listening');
  });

  it('starts by itself only where the setting says so', async () => {
    port = await setUpListener('GIFTDEMO');
    await stage.signIn();
    assert.equal(state(), 'stopped');
    await vscode.commands.executeCommand(commands.signOut);
    await setUser(settingNames.listenerAutostart, true);
    await stage.signIn();
    await until(() => state() === 'listening');
    await writeSeries(stage.folder, { instances: 1 });
    await storescu(port, [stage.folder]);
    await job(/^archived/);
  });

  it('says that its port is taken, and starts when it is free', async () => {
    const server = createServer();
    port = await setUpListener('GIFTDEMO');
    await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
    await stage.signIn();
    await vscode.commands.executeCommand(commands.startListener);
    const { message } = await stage.dialogs.notice(/port/i);
    await until(() => state() === 'failed');
    assert.ok(message.startsWith((await own())?.description ?? '-'), message);
    await new Promise((done) => server.close(done));
    await vscode.commands.executeCommand(commands.startListener);
    await until(() => state() === 'listening');
  });

  it('waits while another program leads the queue, and says so', async () => {
    port = await setUpListener('GIFTDEMO');
    await stage.signIn();
    await until(() => stage.api.background.lead === undefined);
    const other = queueOf(uploadTools(join(stage.api.storageFolder, 'state')));
    const lead = await other.lead();
    await vscode.commands.executeCommand(commands.startListener);
    await stage.dialogs.notice(/Another window or program runs the transfers/);
    assert.equal(state(), 'elsewhere');
    assert.match((await own())?.description ?? '', /^waits: another window or program/);
    await lead.release();
    other.dispose();
    await until(() => state() === 'listening');
  });

  it('keeps what is held until a person types that it may go', async () => {
    await listening();
    await writeSeries(stage.folder, { instances: 1, change: [burnedIn] });
    await storescu(port, [stage.folder]);
    const held = await job(/^1 held back/);
    assert.deepEqual(held.context, 'job;release;discard;receipt;');
    stage.dialogs.texts.push('yes', undefined);
    await vscode.commands.executeCommand(commands.discardTransfer, held.node, [held.node]);
    assert.equal(jobs().length, 1);
    assert.equal(await spooled(), 1);
    stage.dialogs.texts.push('discard');
    await vscode.commands.executeCommand(commands.discardTransfer, held.node, [held.node]);
    await until(() => jobs().length === 0);
    assert.equal(await spooled(), 0);
  });

  it('warns before the retention setting deletes what waits, and deletes it after that', async () => {
    await listening();
    await writeSeries(stage.folder, { instances: 1, change: [burnedIn] });
    await storescu(port, [stage.folder]);
    await job(/^1 held back/);
    const second = 1 / (24 * 60 * 60);
    await setUser(settingNames.retentionWarning, 3 * second);
    await setUser(settingNames.retention, second);
    try {
      stage.dialogs.presses.push([/waits for a person/, 'Show Transfers']);
      const { message, severity } = await stage.dialogs.notice(/retentionDays/);
      assert.match(message, /^Received data for GIFTDEMO waits for a person\./);
      assert.equal(severity, 'warning');
      await until(() => jobs().length === 0);
      assert.equal(await spooled(), 0);
    } finally {
      await setUser(settingNames.retention, undefined);
      await setUser(settingNames.retentionWarning, undefined);
    }
  });

  it('names no patient: not in rows, messages, log, state or spool', async () => {
    const { folder, planted } = await plantPatients(stage.folder);
    await listening();
    await storescu(port, [folder], { halt: false });
    await until(() => jobs().length > 0 && jobs().every(({ context }) => /;(release|forget);/.test(context)));
    const held = jobs().find(({ context }) => context.includes(';release;'));
    assert.ok(held, 'nothing is held');
    await vscode.commands.executeCommand(commands.openLog);
    const outputs = [
      textOutput('the transfers', JSON.stringify(jobs())),
      textOutput('the nodes', JSON.stringify(await nodeRows(stage.api))),
      textOutput('the screen', stage.dialogs.screen),
      ...filesOf(stage.api.logFolder, 'the log'),
      ...filesOf(stage.api.storageFolder, 'the storage'),
    ];
    assert.ok(outputs.some(({ where }) => where.includes('spool')));
    assert.deepEqual(await new LeakSearch(planted).find(outputs), []);
    const queue = await stage.api.transfers.queue();
    await queue.discard(queue.jobs().map(({ id }) => id));
  });

  it('tells somebody at a scanner what to enter', async () => {
    port = await setUpListener('GIFTDEMO');
    await mkdir(stage.folder, { recursive: true });
    await vscode.commands.executeCommand(commands.copySetup);
    await stage.dialogs.notice(/was copied/);
    const text = await vscode.env.clipboard.readText();
    for (const line of ['AE title: GIFTCLOUD (upper', 'Address: 127.0.0.1', `Port: ${port}`, 'TLS: no'])
      assert.ok(text.includes(line), text);
  });
});
