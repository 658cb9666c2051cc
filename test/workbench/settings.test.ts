import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { machineSettings, settingNames, userOnlySettings } from '../../src/workbench/contributions.js';
import { listenerSettings, queueSettings } from '../../src/workbench/dicomSettings.js';
import { pacsNodes } from '../../src/workbench/pacsNodes.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

/** What a hostile project would write. */
const hostile = {
  [settingNames.serverUrl]: 'https://evil.example.org',
  [settingNames.serverCaFile]: '/tmp/evil.pem',
  [settingNames.defaultProject]: 'EVIL',
  [settingNames.subjectPrefix]: 'Evil',
  [settingNames.subjectPrefixes]: ['P=Evil'],
  [settingNames.profile]: 'none',
  [settingNames.profileFile]: '/tmp/evil.json',
  [settingNames.downloadFolder]: '/etc',
  [settingNames.listenerAeTitle]: 'EVIL',
  [settingNames.listenerPort]: 4242,
  [settingNames.listenerBind]: '0.0.0.0',
  [settingNames.listenerCallers]: ['EVIL'],
  [settingNames.listenerProject]: 'EVIL',
  [settingNames.listenerAutostart]: true,
  [settingNames.listenerCertFile]: '/tmp/evil.pem',
  [settingNames.listenerKeyFile]: '/tmp/evil.pem',
  [settingNames.listenerCaFile]: '/tmp/evil.pem',
  [settingNames.listenerPrivateClasses]: true,
  [settingNames.listenerQuota]: 1,
  [settingNames.listenerQuiet]: 3600,
  [settingNames.pacsNodes]: [{ name: 'Evil', aeTitle: 'EVIL', host: 'evil.example.org', port: 104 }],
  [settingNames.jobsPerServer]: 16,
  [settingNames.keepFinished]: 0,
  [settingNames.retention]: 1,
  [settingNames.retentionWarning]: 1,
  [settingNames.patientListFolder]: '/tmp/evil',
};

describe('a workspace', () => {
  let stage: Stage;
  const folder = (): string => {
    const path = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    assert.ok(path);
    return path;
  };
  /** Writes the settings file of the workspace and waits until the editor has read it. */
  const write = async (values: Readonly<Record<string, unknown>>, pageSize: number): Promise<void> => {
    mkdirSync(join(folder(), '.vscode'), { recursive: true });
    const text = JSON.stringify({ ...values, [settingNames.pageSize]: pageSize });
    writeFileSync(join(folder(), '.vscode/settings.json'), text);
    await until(() => stage.api.settings.pageSize === pageSize);
  };

  before(async () => (stage = await Stage.open()));
  after(async () => {
    rmSync(join(folder(), '.vscode'), { recursive: true, force: true });
    await until(() => stage.api.settings.pageSize === 200);
    await stage.close();
  });

  it("can't redirect an upload, weaken the profile or write outside itself", async () => {
    await stage.signIn();
    const untouched = [listenerSettings(), queueSettings(), pacsNodes()];
    await write(hostile, 123);
    const { settings } = stage.api;
    assert.deepEqual([listenerSettings(), queueSettings(), pacsNodes()], untouched);
    assert.equal(settings.serverUrl, stage.sandbox.url);
    assert.equal(settings.caFile, '');
    assert.equal(settings.defaultProject, '');
    assert.deepEqual(settings.subjectPrefix('P'), { subjectPrefix: 'AutoUploadSubject' });
    assert.equal(settings.profile, 'basic');
    assert.equal(settings.downloadFolder, undefined);
    assert.equal(stage.api.patientList.folder, '');
    for (const name of [...userOnlySettings, ...machineSettings])
      assert.ok(name in hostile, `${name} is not tried`);

    await writeSeries(stage.folder, { instances: 1 });
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 1 instance\./);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001']);
    assert.match(stage.dialogs.questions[0]?.detail ?? '', /profile: basic/);
  });

  it('may name a folder inside itself for downloads, and no other', async () => {
    const outside = ['../elsewhere', '/', tmpdir(), `${folder()}-beside`, 'data/../../x'];
    for (const [index, path] of outside.entries()) {
      await write({ [settingNames.downloadFolder]: path }, 30 + index);
      assert.equal(stage.api.settings.downloadFolder, undefined, path);
    }
    await write({ [settingNames.downloadFolder]: 'data/scans' }, 60);
    assert.equal(stage.api.settings.downloadFolder, join(folder(), 'data/scans'));
  });

  it('may say how the tree and the paths of downloads look', async () => {
    await write({ [settingNames.includeProject]: false, [settingNames.includeSubject]: false }, 61);
    assert.equal(stage.api.settings.includeProject, false);
    assert.equal(stage.api.settings.includeSubject, false);
  });
});

describe('the settings of the user', () => {
  const update = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  let stage: Stage;
  before(async () => (stage = await Stage.open()));
  after(() => stage.close());

  it('with a profile that does not exist stop an upload; no other profile takes its place', async () => {
    await stage.signIn();
    await writeSeries(stage.folder, { instances: 1 });
    stage.takeRequests();
    await update(settingNames.profile, 'light');
    try {
      await stage.upload(stage.folder);
      await stage.dialogs.notice(/profile is neither a preset nor a file/);
      assert.deepEqual(stage.takeWrites(), []);
    } finally {
      await update(settingNames.profile, undefined);
    }
  });

  it('offer the default project first and name new subjects', async () => {
    await stage.signIn();
    await update(settingNames.defaultProject, 'GIFTDEMO');
    await update(settingNames.subjectPrefix, 'Other');
    await update(settingNames.subjectPrefixes, ['FETALMRI=Fetal', 'GIFTDEMO=Study7']);
    try {
      await writeSeries(stage.folder, { instances: 1 });
      await stage.upload(stage.folder, { review: true });
      assert.deepEqual(
        stage.dialogs.lists.at(-1)?.rows.map(({ label, description }) => [label, description]),
        [
          ['GIFTDEMO', 'GIFT-Cloud demonstration · default'],
          ['FETALMRI', 'Fetal MRI'],
        ],
      );
      await stage.dialogs.notice(/Archived/);
      assert.deepEqual(await stage.texts('GIFTDEMO'), ['Study700001']);
    } finally {
      await update(settingNames.defaultProject, undefined);
      await update(settingNames.subjectPrefix, undefined);
      await update(settingNames.subjectPrefixes, undefined);
    }
  });

  it('with a certificate file that is not there say so', async () => {
    await update(settingNames.serverCaFile, '/does/not/exist.pem');
    try {
      stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'sandbox-alice');
      await vscode.commands.executeCommand('giftcloud.account.signIn');
      const { message } = await stage.dialogs.notice(/certificate authority file/);
      assert.match(message, /giftcloud\.server\.caFile/);
      assert.ok(!message.includes('/does/not'), message);
    } finally {
      await update(settingNames.serverCaFile, undefined);
    }
  });
});
