import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dragAcross, dropFile } from './pages/dragAndDrop.js';
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
    await quickInput.validation.filter({ hasText: /refused/ }).waitFor();
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
    await workbench.answerDialog('Upload');
    await workbench.showViews('GIFT-Cloud');
    await workbench.notifications
      .toast(/Uploading to GIFTDEMO: anonymising and sending|of \d+ instances/)
      .waitFor();
    await workbench.picture('upload-progress');
    await workbench.notifications.toast(/Archived \d+ instances?/).waitFor({ timeout: transferTimeout });
    await archive.row(/^Subject AutoUploadSubject/).waitFor();
    await workbench.picture('uploaded');
  });

  it('names the files that were not sent', async () => {
    await workbench.notifications.press(/Archived/, 'Show Files');
    await workbench.quickInput
      .rows(/burned-in text/)
      .first()
      .waitFor();
    await workbench.picture('files-not-sent');
    await workbench.quickInput.dismiss();
  });

  it('says that nothing is new when the folder is uploaded again', async () => {
    await upload(/samples/);
    await workbench.quickInput.pick('GIFTDEMO');
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.answerDialog('Upload');
    await workbench.notifications
      .toast(/Nothing new: \d+ instances? archived already/)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('uploaded-again');
    await workbench.notifications.press(/Nothing new/, 'Show Receipt');
    await workbench.page.locator('.tab', { hasText: 'Upload Receipt.json' }).waitFor();
    await workbench.picture('receipt');
  });

  it('takes a folder that is dragged from the Explorer onto a project', async () => {
    await workbench.notifications.closeAll();
    await workbench.showViews('Explorer');
    await dragAcross(
      workbench.page,
      workbench.explorer.row(/samples/),
      workbench.activityIcon('GIFT-Cloud'),
      archive.row(/^Project FETALMRI/),
    );
    await workbench.dialog.filter({ hasText: 'FETALMRI' }).waitFor({ timeout: transferTimeout });
    await workbench.picture('dropped-folder');
  });

  it('cancels an upload, and leaves nothing half-visible', async () => {
    await harness.sandbox.addFault({ action: 'delay', method: 'PUT', delayMs: 1500 });
    await workbench.answerDialog('Upload');
    const running = workbench.notifications.toast(/Uploading to FETALMRI/);
    await running.filter({ hasText: /of \d+ instances/ }).waitFor({ timeout: transferTimeout });
    await workbench.picture('upload-running');
    await workbench.notifications.press(/Uploading to FETALMRI/, 'Cancel');
    await running.waitFor({ state: 'hidden', timeout: transferTimeout });
    await harness.sandbox.clearFaults();
    assert.equal(await workbench.notifications.toast(/Archived/).count(), 0);
    await workbench.picture('cancelled');
  });

  it('completes the cancelled upload when it is repeated', async () => {
    await workbench.notifications.closeAll();
    await upload(/samples/);
    await workbench.quickInput.pick('FETALMRI');
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.answerDialog('Upload');
    const toast = workbench.notifications.toast(/Archived \d+ instances?/);
    await toast.waitFor({ timeout: transferTimeout });
    await workbench.showViews('GIFT-Cloud');
    await archive.row(/^Subject AutoUploadSubject00006/).waitFor();
    assert.deepEqual(
      (await archive.names()).filter((name) => name.includes('AutoUploadSubject00007')),
      [],
      'a subject too many',
    );
    await workbench.picture('repeated');
  });

  it('takes a file that is dropped from the desktop as bytes, on a subject', async () => {
    await workbench.notifications.closeAll();
    await archive.collapseAll();
    await archive.expand(/^Project GIFTDEMO/);
    const path = scanOf(join(harness.workspace, 'samples'));
    await dropFile(archive.row(/^Subject AutoUploadSubject00001/), 'scan.dcm', readFileSync(path));
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.picture('dropped-bytes');
    await workbench.answerDialog('Upload');
    // Whose it is decides the server: this file may be of another patient, and then it is held back.
    await workbench.notifications
      .toast(/Nothing new: 1 instance|1 file held back: The server knows this patient as subject/)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('dropped-bytes-done');
  });

  it('downloads a scan into the workspace', async () => {
    await workbench.notifications.closeAll();
    await archive.expand(/^Subject GIFTDEMO-0001/);
    await archive.expand(/^Experiment /);
    await archive.contextMenu(/^Scan /);
    await workbench.picture('context-menu');
    await workbench.pickFromMenu(/Download to Workspace/);
    await workbench.quickInput
      .rows(/workspace/)
      .first()
      .waitFor();
    await workbench.picture('download-folder');
    await workbench.quickInput.pick(/workspace/);
    await workbench.quickInput.rows(/Include project in path/).waitFor();
    await workbench.picture('download-choices');
    await workbench.quickInput.accept();
    await workbench.notifications.toast(/Downloaded \d+ files?/).waitFor({ timeout: transferTimeout });
    await workbench.picture('downloaded');
    const files = readdirSync(join(harness.workspace, 'GIFTDEMO/GIFTDEMO-0001'), {
      recursive: true,
      encoding: 'utf8',
    });
    assert.ok(
      files.some((name) => name.endsWith('.dcm')),
      files.join('\n'),
    );
    assert.ok(!files.some((name) => name.endsWith('.part')));
  });

  it('downloads several selected rows at once', async () => {
    await workbench.notifications.closeAll();
    await archive.select(/^Subject GIFTDEMO-0002/, /^Subject AutoUploadSubject00002/);
    await archive.contextMenu(/^Subject AutoUploadSubject00002/);
    await workbench.picture('context-menu-of-several');
    await workbench.pickFromMenu(/Download to Workspace/);
    await workbench.quickInput.pick(/workspace/);
    await workbench.quickInput.rows(/Include project in path/).waitFor();
    await workbench.quickInput.accept();
    await workbench.notifications.toast(/Downloaded \d+ files?/).waitFor({ timeout: transferTimeout });
    for (const subject of ['GIFTDEMO-0002', 'AutoUploadSubject00002'])
      assert.ok(existsSync(join(harness.workspace, 'GIFTDEMO', subject)), subject);
    await workbench.notifications.press(/Downloaded/, 'Show in Explorer');
    await workbench.explorer.row('GIFTDEMO').waitFor();
    await workbench.picture('downloaded-several');
  });

  it('signs out in the Accounts menu', async () => {
    await workbench.showViews('GIFT-Cloud');
    await workbench.activityIcon('Accounts').click();
    await workbench.menuItem(new RegExp(`${user.name}@`)).hover();
    await workbench.pickFromMenu('Sign Out');
    await workbench.answerDialog('Sign Out');
    await archive.welcomeButton(/Sign In/).waitFor();
    await workbench.picture('signed-out');
  });
});

/** Any scan of the sample studies. */
function scanOf(samples: string): string {
  const scan = readdirSync(samples, { recursive: true, encoding: 'utf8' }).find((name) =>
    /IM\d{4}$/.test(name),
  );
  assert.ok(scan, 'the samples hold no scan');
  return join(samples, scan);
}
