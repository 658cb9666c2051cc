import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { pseudonymOf } from '../../src/services/subjects/pseudonyms.js';
import { commands, settingNames, type CommandId } from '../../src/workbench/contributions.js';
import { filesOf, LeakSearch } from '../support/planted.js';
import { readList } from '../support/readList.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

const project = 'GIFTDEMO';
const subject = 'AutoUploadSubject00001';
const password = 'four yellow boats';
const patient = { patientName: 'Quendelstein^Wiborada', patientId: 'QWIB-4711' };

describe('the patient list', function () {
  this.timeout(120_000);
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    await writeSeries(join(stage.folder, 'in'), { ...patient, instances: 1 });
  });
  afterEach(async () => {
    await keepIn('');
    if (existsSync(state('patient-list', 'protected'))) await setPassword('');
    await stage.close();
  });

  const state = (...path: readonly string[]): string => join(stage.api.storageFolder, 'state', ...path);
  const folder = (): string => join(stage.folder, 'list');
  const list = (): string => join(folder(), 'GiftCloudPatientList.xlsx');
  const run = (id: CommandId): Thenable<unknown> => vscode.commands.executeCommand(id);
  const keepIn = async (path: string): Promise<void> => {
    await vscode.workspace
      .getConfiguration()
      .update(settingNames.patientListFolder, path, vscode.ConfigurationTarget.Global);
    await until(() => stage.api.patientList.folder === path);
  };
  const setPassword = async (text: string): Promise<void> => {
    stage.dialogs.texts.push(...(text === '' ? [text] : [text, text]));
    if (text === '') stage.dialogs.confirms.push(true);
    await run(commands.setListPassword);
  };
  const upload = async (): Promise<void> => {
    await stage.upload(join(stage.folder, 'in'), { review: true });
    await stage.dialogs.notice(/Archived|Nothing new/);
  };
  /** Patients of this test's project. The name of its sheet has the server's where other tests used another one. */
  const patients = async (file = list(), secret?: string): Promise<readonly (readonly string[])[]> => {
    const port = new URL(stage.sandbox.url).host.replace(':', '_');
    const sheets = await readList(file, secret);
    const own = Object.entries(sheets).find(([name]) => name === `${project} ${port}` || name === project);
    return own?.[1].slice(1) ?? [];
  };
  const row = [patient.patientName, patient.patientId, subject, pseudonymOf(patient.patientId)];

  it('is written by itself after an upload, and warned of while it is plain', async () => {
    await keepIn(folder());
    await stage.dialogs.notice(/patient list is not protected/);
    await upload();
    await until(() => existsSync(list()));
    await until(async () => (await patients()).length === 1);
    assert.deepEqual(await patients(), [row]);
  });

  it('is encrypted once it has a password, and what was plain, too', async () => {
    await keepIn(folder());
    await upload();
    await run(commands.exportPatientList);
    await stage.dialogs.notice(/The patient list was written/);
    await setPassword(password);
    await stage.dialogs.notice(/is protected from now on/);
    await run(commands.exportPatientList);
    assert.deepEqual(await patients(list(), password), [row]);
    for (const name of readdirSync(folder()))
      assert.ok(Object.keys(await readList(join(folder(), name), password)).length > 0, name);
    assert.ok(!stage.dialogs.screen.includes(password), 'the password is on the screen');
  });

  it('is not written into a git repository before somebody said so', async () => {
    await mkdir(join(stage.folder, '.git'));
    await keepIn(folder());
    await stage.dialogs.notice(/lies in a git repository/);
    await upload();
    await stage.api.patientList.flush();
    assert.equal(existsSync(list()), false);
    stage.dialogs.presses.push([/lies in a git repository/, 'Write There Anyway']);
    await stage.api.patientList.restart();
    await stage.api.patientList.flush();
    assert.deepEqual(await patients(), [row]);
  });

  it('says once that it is open elsewhere, and is written after it was closed', async () => {
    await mkdir(folder());
    const lock = join(folder(), '.~lock.GiftCloudPatientList.xlsx#');
    await writeFile(lock, '');
    await keepIn(folder());
    await upload();
    await stage.dialogs.notice(/open in another program/);
    await rm(lock);
    await until(() => existsSync(list()));
    const told = stage.dialogs.notices.filter(({ message }) => /open in another/.test(message));
    assert.equal(told.length, 1);
  });

  it('tells what is wrong with its folder', async () => {
    await keepIn('not/a/whole/path');
    await stage.dialogs.notice(/folder of the patient list needs its whole path/);
  });

  it('is exported into a folder where none is kept, plain only after a word', async () => {
    await upload();
    await mkdir(folder());
    stage.dialogs.folders.push([vscode.Uri.file(folder())]);
    stage.dialogs.confirms.push(false);
    await run(commands.exportPatientList);
    assert.deepEqual(readdirSync(folder()), []);
    stage.dialogs.folders.push([vscode.Uri.file(folder())]);
    stage.dialogs.confirms.push(true);
    await run(commands.exportPatientList);
    assert.deepEqual(await patients(), [row]);
  });

  it('answers who goes by a label, a pseudonym or an ID, on the screen and nowhere else', async () => {
    await upload();
    for (const term of [subject, pseudonymOf(patient.patientId) ?? '', ` ${patient.patientId} `]) {
      stage.dialogs.texts.push(term);
      stage.dialogs.picks.push(undefined);
      await run(commands.lookUpPatient);
      const rows = stage.dialogs.lists.at(-1)?.rows ?? [];
      // A sandbox of an earlier test may have had the same port, and the same label for its own first patient.
      const at = rows.findIndex(
        ({ heading, label }) =>
          heading?.endsWith(new URL(stage.sandbox.url).host) && label === patient.patientName,
      );
      assert.deepEqual(rows.slice(at, at + 2), [
        {
          heading: `${subject} in project ${project} on ${new URL(stage.sandbox.url).host}`,
          label: patient.patientName,
          description: `${patient.patientId} · 19700102`,
          detail: 'The server says the same.',
        },
        { label: `${subject}-Study1`, description: '20200102 · ACC123' },
      ]);
    }
    assert.ok(stage.dialogs.prompts.at(-1)?.password, 'what is typed can be read');
    const planted = Object.values(patient).map((text) => ({ what: text, text }));
    const outputs = [filesOf(stage.api.storageFolder, 'storage'), filesOf(stage.api.logFolder, 'log')].flat();
    assert.deepEqual(await new LeakSearch(planted).find(outputs), []);
  });

  it('says when nobody is known, and goes to the row of who is', async () => {
    await upload();
    stage.dialogs.texts.push('nobody');
    await run(commands.lookUpPatient);
    await stage.dialogs.notice(/Nobody is known here/);
    stage.dialogs.texts.push(patient.patientId);
    stage.dialogs.picks.push(patient.patientName);
    await run(commands.lookUpPatient);
  });

  it('takes over the list of the original client, and tells what it did not take', async () => {
    await upload();
    const file = join(stage.folder, 'GiftCloudPatientList.json');
    const alias = (id: string): object => ({
      ...{ PatientName: patient.patientName, PatientId: id },
      ...{ GiftCloudAlias: subject, GiftCloudPpid: pseudonymOf(id) },
    });
    const aliases = [alias(patient.patientId), alias('QWIB-0')];
    await writeFile(file, JSON.stringify({ ProjectList: [{ ProjectName: project, AliasList: aliases }] }));
    stage.dialogs.files.push(vscode.Uri.file(file));
    stage.dialogs.presses.push([/Not taken: 1/, 'Show What Was Not Taken']);
    stage.dialogs.picks.push(undefined);
    await run(commands.importPatientList);
    const notice = await stage.dialogs.notice(/Taken over/);
    assert.equal(notice.message, 'Taken over: 0. Known already: 1. Not taken: 1.');
    await until(() => stage.dialogs.lists.at(-1)?.title === 'Import Patient List');
    assert.deepEqual(
      stage.dialogs.lists.at(-1)?.rows.map(({ label }) => label),
      ['Entry 2'],
    );
    assert.ok(!stage.dialogs.screen.includes('QWIB-0'));
  });
});
