import assert from 'node:assert/strict';
import { Harness } from './harness.js';
import type { Tree } from './pages/tree.js';
import { loadTimeout, type Workbench } from './pages/workbench.js';
import { soon } from './soon.js';

describe('a server with a certificate of its own, in a workspace that is not trusted', () => {
  let harness: Harness;
  let workbench: Workbench;
  let archive: Tree;

  before(async () => {
    harness = await Harness.start({ sandbox: ['--tls'], workspaceTrust: true });
    workbench = harness.workbench;
    archive = workbench.view('Archive');
    await workbench.showViews('GIFT-Cloud');
    await archive.welcomeButton(/Sign In/).waitFor({ timeout: loadTimeout });
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  it('shows the fingerprint of the certificate, and stays signed out when it is not confirmed', async () => {
    await archive.welcomeButton(/Sign In/).click();
    await harness.signIn('dave', 'sandbox-dave');
    await workbench.dialog.filter({ hasText: 'SHA-256 fingerprint' }).waitFor();
    await workbench.picture('certificate');
    await soon(async () => {
      assert.match(await workbench.dialog.innerText(), /([0-9A-F]{2}:){31}[0-9A-F]{2}/);
    });
    await workbench.answerDialog('Cancel');
    await workbench.quickInput.widget.waitFor({ state: 'hidden' });
    await archive.welcomeButton(/Sign In/).waitFor();
    assert.equal(await workbench.notifications.toast(/./).count(), 0);
    await workbench.picture('certificate-refused');
  });

  it('tells an account without a project whom to ask', async () => {
    await archive.welcomeButton(/Sign In/).click();
    await harness.signIn('dave', 'sandbox-dave');
    await workbench.dialog.filter({ hasText: 'SHA-256 fingerprint' }).waitFor();
    await workbench.answerDialog('Trust');
    await archive.welcome.filter({ hasText: 'your account has no project' }).waitFor();
    await workbench.picture('no-project');
  });

  it('takes another account without asking for the certificate again', async () => {
    await workbench.palette('GIFT-Cloud: Sign In');
    await harness.signIn('alice', 'sandbox-alice');
    await archive.row(/^Project GIFTDEMO/).waitFor();
    await soon(async () => {
      assert.equal(await workbench.dialog.count(), 0);
    });
  });

  it('asks to trust the workspace before anything is uploaded', async () => {
    await workbench.notifications.closeAll();
    await workbench.showViews('Explorer');
    await workbench.explorer.contextMenu(/samples/);
    await workbench.pickFromMenu(/Anonymise and Upload to GIFT-Cloud/);
    await workbench.dialog.filter({ hasText: 'trusted workspace' }).waitFor();
    await workbench.picture('not-trusted');
    await workbench.answerDialog('Manage Workspace Trust');
    const trust = workbench.page
      .locator('.workspace-trust-editor')
      .getByRole('button', { name: 'Trust', exact: true });
    await trust.waitFor();
    await workbench.picture('manage-trust');
    await trust.click();
    await workbench.statusItem('workspaceTrust').waitFor({ state: 'hidden' });
    await workbench.page.locator('.monaco-modal-editor-block a[aria-label^="Close"]').click();
    await workbench.explorer.contextMenu(/samples/);
    await workbench.pickFromMenu(/Anonymise and Upload to GIFT-Cloud/);
    await workbench.quickInput.rows('GIFTDEMO').first().waitFor({ timeout: loadTimeout });
    await workbench.quickInput.dismiss();
  });

  it('shows a problem in the place of the rows when the server is gone', async () => {
    await workbench.showViews('GIFT-Cloud');
    await archive.row(/^Project GIFTDEMO/).waitFor();
    await harness.sandbox.stop();
    await archive.titleAction('Refresh Archive');
    const problem = archive.row(/can't be reached|refused|does not answer|connection/i);
    await problem.waitFor({ timeout: loadTimeout });
    await problem.hover();
    await workbench.picture('problem');
    await archive.contextMenu(/can't be reached|refused|does not answer|connection/i);
    await workbench.picture('problem-menu');
    await workbench.page.keyboard.press('Escape');
    assert.equal(await workbench.notifications.toast(/./).count(), 0, 'a toast besides the row');
  });

  it('goes on with Retry when the server is back', async () => {
    await harness.restartSandbox();
    await archive.inlineAction(/can't be reached|refused|does not answer|connection/i, 'Retry');
    await archive.row(/^Project GIFTDEMO/).waitFor();
    await workbench.picture('retried');
  });
});

describe('without a server at hand', () => {
  let harness: Harness;
  let workbench: Workbench;
  let archive: Tree;

  before(async () => {
    harness = await Harness.start();
    workbench = harness.workbench;
    archive = workbench.view('Archive');
    await workbench.showViews('GIFT-Cloud');
    await archive.welcomeButton(/Sign In/).waitFor({ timeout: loadTimeout });
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  it('starts a sandbox of its own from the palette', async () => {
    await workbench.palette('GIFT-Cloud: Start Local Sandbox');
    await workbench.notifications.toast(/The sandbox runs at/).waitFor({ timeout: loadTimeout });
    await workbench.picture('sandbox-started');
  });

  it('signs in to it with what the message says', async () => {
    const message = await workbench.notifications.message(/The sandbox runs at/);
    const { user = '', password = '' } =
      /User: (?<user>\S+), password: (?<password>\S+)/.exec(message)?.groups ?? {};
    await workbench.notifications.press(/The sandbox runs at/, 'Sign In');
    const { quickInput } = workbench;
    await quickInput.waitFor('Address of the server');
    await soon(async () => {
      assert.match(await quickInput.input.inputValue(), /^http:\/\/127\.0\.0\.1:/);
    });
    await quickInput.input.press('Enter');
    await quickInput.waitFor('User name');
    await soon(async () => {
      assert.equal(await quickInput.input.inputValue(), user);
    });
    await quickInput.input.press('Enter');
    await quickInput.waitFor(`Password of ${user}`);
    await quickInput.enter(password);
    await archive.row(/^Project GIFTDEMO/).waitFor();
    await workbench.picture('sandbox-signed-in');
  });

  it('stops it again', async () => {
    await workbench.palette('GIFT-Cloud: Stop Local Sandbox');
    await archive.titleAction('Refresh Archive');
    await archive
      .row(/can't be reached|refused|does not answer|connection/i)
      .waitFor({ timeout: loadTimeout });
  });
});
