import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { dragAcross } from './pages/dragAndDrop.js';
import type { Tree } from './pages/tree.js';
import type { Workbench } from './pages/workbench.js';
import { Harness } from './harness.js';

/** Uploads and downloads of the sample studies on a machine whose two cores do other things too. */
const transferTimeout = 60_000;

describe('the main job, as a person does it', () => {
  let harness: Harness;
  let workbench: Workbench;
  let archive: Tree;
  let user: { readonly name: string; readonly password: string };

  before(async () => {
    harness = await Harness.start();
    workbench = harness.workbench;
    archive = workbench.view('Archive');
    user = harness.sandbox.user('owner');
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  async function upload(folder: RegExp): Promise<void> {
    await workbench.showViews('Explorer');
    await workbench.explorer.contextMenu(folder);
    await workbench.pickFromMenu(/Anonymise and Upload to GIFT-Cloud/);
  }

  async function subjects(): Promise<string[]> {
    return (await archive.names()).filter((name) => name.startsWith('Subject'));
  }

  it('welcomes a person who is signed out', async () => {
    await workbench.showViews('GIFT-Cloud');
    await archive.welcomeButton(/Sign In/).waitFor({ timeout: 60_000 });
    await workbench.picture('welcome');
  });

  it('says that a password is wrong, and keeps the question open', async () => {
    const { quickInput } = workbench;
    await archive.welcomeButton(/Sign In/).click();
    await quickInput.waitFor('Address of the server');
    await workbench.picture('sign-in-server');
    await quickInput.enter(harness.sandbox.ready.url);
    await quickInput.waitFor('User name');
    await quickInput.enter(user.name);
    await quickInput.waitFor(`Password of ${user.name}`);
    assert.equal(await quickInput.input.getAttribute('type'), 'password');
    await quickInput.enter('not-the-password');
    await quickInput.validation.filter({ hasText: /refused|password/i }).waitFor();
    await workbench.picture('sign-in-refused');
  });

  it('signs in and shows the projects', async () => {
    await workbench.quickInput.enter(user.password);
    await workbench.quickInput.widget.waitFor({ state: 'hidden' });
    for (const project of harness.sandbox.ready.projects) await archive.row(new RegExp(project)).waitFor();
    await workbench.picture('projects');
  });

  it('shows the account in the Accounts menu', async () => {
    await workbench.activityIcon('Accounts').click();
    await workbench.menuItem(new RegExp(`${user.name}@.*GIFT-Cloud`)).waitFor();
    await workbench.picture('accounts-menu');
    await workbench.page.keyboard.press('Escape');
  });

  it('expands down to resources', async () => {
    await archive.expand(/^Project GIFTDEMO/);
    for (const level of ['Subject', 'Experiment', 'Scan']) {
      await archive.row(new RegExp(`^${level} `)).waitFor();
      await archive.expand(new RegExp(`^${level} `));
    }
    await archive.row(/^Resource DICOM/).waitFor();
    await workbench.picture('tree-expanded');
  });

  it('reviews a folder before anything is sent', async () => {
    await upload(/samples/);
    await workbench.quickInput.rows('GIFTDEMO').first().waitFor();
    await workbench.picture('pick-project');
    await workbench.quickInput.pick('GIFTDEMO');
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.picture('review');
    const text = await workbench.dialog.innerText();
    assert.match(text, /\d+ stud(y|ies), \d+ series, \d+ instances? of \d+ patients?/);
    assert.match(text, /profile: basic/);
    assert.match(text, /skipped: /);
    assert.match(text, /held back: /);
    const sent = (await harness.sandbox.requests()).filter(({ method }) => method === 'PUT');
    assert.deepEqual(sent, [], 'something was written before the person agreed');
  });

  it('uploads, and the new subjects appear by themselves', async () => {
    await workbench.showViews('GIFT-Cloud');
    const before = await subjects();
    await workbench.answerDialog('Upload');
    await workbench.notifications.toast(/upload to GIFTDEMO/).waitFor();
    await workbench.picture('upload-progress');
    await workbench.notifications.toast(/Archived \d+ instances?/).waitFor({ timeout: transferTimeout });
    await archive.row(/^Subject AutoUploadSubject/).waitFor();
    assert.ok((await subjects()).length > before.length);
    await workbench.picture('uploaded');
  });

  it('says so when the same folder is uploaded again', async () => {
    await workbench.notifications.closeAll();
    await upload(/samples/);
    await workbench.quickInput.pick('GIFTDEMO');
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.answerDialog('Upload');
    await workbench.notifications
      .toast(/Nothing new: \d+ instances? archived already/)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('uploaded-again');
  });

  it('takes a folder dropped on a project', async () => {
    await workbench.notifications.closeAll();
    await workbench.showViews('Explorer');
    const project = archive.row(/^Project FETALMRI/);
    await dragAcross(
      workbench.page,
      workbench.explorer.row(/samples/),
      workbench.activityIcon('GIFT-Cloud'),
      project,
    );
    await workbench.dialog.filter({ hasText: 'FETALMRI' }).waitFor({ timeout: transferTimeout });
    await workbench.picture('dropped');
  });

  it('cancels an upload, and leaves nothing half-visible', async () => {
    await harness.sandbox.addFault({ action: 'delay', method: 'PUT', delayMs: 4000 });
    await workbench.answerDialog('Upload');
    await workbench.notifications.toast(/upload to FETALMRI/).waitFor();
    await workbench.picture('upload-running');
    await workbench.notifications.press(/upload to FETALMRI/, 'Cancel');
    await workbench.notifications
      .toast(/upload to FETALMRI/)
      .waitFor({ state: 'hidden', timeout: transferTimeout });
    await harness.sandbox.clearFaults();
    assert.equal(await workbench.notifications.toast(/Archived/).count(), 0);
    await workbench.picture('cancelled');
  });

  it('downloads a scan into the workspace', async () => {
    await archive.expand(/^Project GIFTDEMO/);
    await archive.contextMenu(/^Scan /);
    await workbench.pickFromMenu(/Download to Workspace/);
    await workbench.quickInput
      .rows(/workspace/)
      .first()
      .waitFor();
    await workbench.quickInput.pick(/workspace/);
    await workbench.quickInput.rows(/Include project in path/).waitFor();
    await workbench.picture('download-choices');
    await workbench.quickInput.accept();
    await workbench.notifications.toast(/Downloaded \d+ files?/).waitFor({ timeout: transferTimeout });
    await workbench.picture('downloaded');
    const files = readdirSync(harness.workspace, { recursive: true, encoding: 'utf8' });
    assert.ok(
      files.some((name) => !name.startsWith('samples') && name.includes('DICOM')),
      files.join('\n'),
    );
    assert.ok(!files.some((name) => name.endsWith('.part')));
    assert.ok(existsSync(join(harness.workspace, 'samples')));
  });
});
