import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../support/freePort.js';
import { writeSeries } from '../support/seriesFiles.js';
import { storescu } from '../support/storescu.js';
import { Harness } from './harness.js';
import type { Tree } from './pages/tree.js';
import { loadTimeout, type Workbench, themes } from './pages/workbench.js';
import { soon } from './soon.js';

const transferTimeout = 60_000;
const burnedIn = { tag: 0x00280301, vr: 'CS', value: 'YES' };

describe('receiving from a scanner, and the transfers that follow', () => {
  let harness: Harness;
  let workbench: Workbench;
  let transfers: Tree;
  let nodes: Tree;
  let port: number;
  let study = 0;

  before(async () => {
    port = await freePort();
    harness = await Harness.start({
      machineSettings: {
        'giftcloud.listener.port': port,
        'giftcloud.listener.bind': '127.0.0.1',
        'giftcloud.listener.quietSeconds': 1,
      },
    });
    workbench = harness.workbench;
    transfers = workbench.view('Transfers');
    nodes = workbench.view('DICOM Nodes');
    await workbench.showViews('GIFT-Cloud');
    await workbench
      .view('Archive')
      .welcomeButton(/Sign In/)
      .waitFor({ timeout: loadTimeout });
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  /** A scanner pushes a new study of a new patient. */
  async function push(
    options: { instances?: number; change?: readonly (typeof burnedIn)[] } = {},
  ): Promise<void> {
    study += 1;
    const folder = join(harness.server.folder, `push${study}`);
    await writeSeries(folder, { study, patientId: `P${study}`, instances: 3, ...options });
    await storescu(port, [folder]);
    await rm(folder, { recursive: true });
  }

  it('says what the empty views are for', async () => {
    await transfers.welcome.filter({ hasText: 'No transfers' }).waitFor();
    await nodes.header.click();
    await nodes.welcomeButton(/Start DICOM Listener/).waitFor();
    await workbench.picture('network-welcome');
  });

  it('starts the listener, and shows it in the view and in the status bar', async () => {
    await nodes.welcomeButton(/Start DICOM Listener/).click();
    await harness.signIn('alice', 'sandbox-alice');
    await workbench.quickInput.waitFor('Start the DICOM Listener');
    await workbench.quickInput.pick('GIFTDEMO');
    await nodes.row(new RegExp(`^GIFTCLOUD, listening on port ${port}`)).waitFor();
    const item = workbench.statusItem('giftcloud.listener');
    await item.filter({ hasText: `GIFTCLOUD :${port}` }).waitFor();
    await nodes.expand(/^GIFTCLOUD/);
    await nodes.row(/^Project, GIFTDEMO/).waitFor();
    await workbench.picture('listener-on');
    await item.click();
    await nodes.inlineAction(/^GIFTCLOUD/, 'Copy Setup');
    await workbench.notifications.toast(/was copied/).waitFor();
  });

  it('receives a study, sends it, and shows it in the archive by itself', async () => {
    await workbench.notifications.closeAll();
    const archive = workbench.view('Archive');
    await archive.expand(/^Project GIFTDEMO/);
    await harness.sandbox.addFault({
      action: 'delay',
      method: 'PUT',
      pathPattern: '\\.zip',
      delayMs: 3000,
      times: 1,
    });
    await push();
    await transfers
      .row(/^From SCANNER1 to GIFTDEMO, (sending|anonymising|checking)/)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('transfer-sending');
    await transfers
      .row(/^From SCANNER1 to GIFTDEMO, archived, 3 instances/)
      .waitFor({ timeout: transferTimeout });
    await transfers.expand(/^From SCANNER1/);
    await transfers.expand(/^AutoUploadSubject\d+-Study1/);
    await transfers.row(/^Series1, CT, archived, 3 of 3 instances/).waitFor();
    await archive.row(/^Subject AutoUploadSubject00001/).waitFor();
    await workbench.picture('transfer-archived');
  });

  it('pauses a transfer and lets it go on', async () => {
    await harness.sandbox.addFault({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
    await push();
    await transfers.row(/^From SCANNER1 to GIFTDEMO, sending/).waitFor({ timeout: transferTimeout });
    await transfers.inlineAction(/, sending/, 'Pause');
    await transfers.row(/^From SCANNER1 to GIFTDEMO, paused/).waitFor();
    await workbench.picture('transfer-paused');
    await harness.sandbox.clearFaults();
    await transfers.inlineAction(/, paused/, 'Resume');
    await transfers.row(/, paused/).waitFor({ state: 'detached' });
    await transfers
      .row(/, (sending|waiting|anonymising|checking)/)
      .waitFor({ state: 'detached', timeout: transferTimeout });
  });

  it('waits while the server is gone, says so, and tries again when asked', async () => {
    await harness.sandbox.stop();
    await push();
    await transfers
      .row(/^From SCANNER1 to GIFTDEMO, waiting.*again at .*server/i)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('transfer-waiting');
    await harness.restartSandbox();
    await transfers.inlineAction(/, waiting/, 'Try Again Now');
    await transfers.row(/, waiting/).waitFor({ state: 'detached', timeout: transferTimeout });
  });

  it('keeps what is held, says why and what to do, and counts it', async () => {
    await push({ instances: 1, change: [burnedIn] });
    await transfers.row(/^From SCANNER1 to GIFTDEMO, 1 held back/).waitFor({ timeout: transferTimeout });
    await transfers.expand(/, 1 held back/);
    await transfers.expand(/^1 file held back, .*burned-in text/);
    await transfers.row(/Upload a copy without the text/).waitFor();
    await workbench.page.locator('.activitybar .badge[aria-label*="1 transfer needs you"]').waitFor();
    await workbench.picture('transfer-held');
    await transfers.contextMenu(/, 1 held back/);
    await workbench.picture('transfer-menu');
    await workbench.pickFromMenu(/Discard/);
    await workbench.quickInput.waitFor('deleted for good');
    await workbench.picture('transfer-discard');
    await workbench.quickInput.dismiss();
    await transfers.row(/, 1 held back/).waitFor();
  });

  it('adds a node and says what its test said', async () => {
    await nodes.collapse(/^GIFTCLOUD/);
    await nodes.titleAction('Add DICOM Node');
    for (const [prompt, answer] of [
      ['Name that you know', 'Archive'],
      ['AE title of the node', 'NOTUS'],
      ['Name or address', '127.0.0.1'],
      ['Port of the node', String(port)],
    ] as const) {
      await workbench.quickInput.waitFor(prompt);
      await workbench.quickInput.enter(answer);
    }
    await nodes.inlineAction(/^Archive, NOTUS@127\.0\.0\.1/, 'Test Connection');
    await nodes.row(/^Archive, .*does not answer to this AE title/).waitFor();
    await workbench.picture('node-tested');
  });

  for (const theme of themes) {
    it(`can be read in ${theme}`, async () => {
      await workbench.notifications.closeAll();
      await workbench.useTheme(theme);
      await workbench.picture(`network-${theme}`);
    });
  }

  it('is used with the keyboard alone', async () => {
    const { keyboard } = workbench.page;
    await workbench.palette('GIFT-Cloud: Focus on Transfers View');
    await transfers.pane.locator('.monaco-list:focus').waitFor();
    await keyboard.press('Home');
    await transfers.pane.locator('.monaco-list-row.focused').waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Delete');
    await workbench.quickInput.waitFor('deleted for good');
    await workbench.quickInput.enter('discard');
    await transfers.row(/, 1 held back/).waitFor({ state: 'detached' });
    await workbench.palette('GIFT-Cloud: Clear Finished Transfers');
    await transfers.welcome.filter({ hasText: 'No transfers' }).waitFor();
  });

  it('names no patient anywhere in the window', async () => {
    const text = await workbench.page.locator('body').innerText();
    assert.doesNotMatch(text, /\bP[1-9]\b|1\.2\.826/);
  });

  it('stops the listener', async () => {
    await nodes.inlineAction(/^GIFTCLOUD/, 'Stop DICOM Listener');
    await nodes.row(/^GIFTCLOUD, stopped/).waitFor();
    await workbench.picture('listener-off');
  });

  it('goes on with an upload that a closed window left, and says so', async () => {
    // For as long as the closed window lives: it must not finish the upload.
    await harness.sandbox.addFault({ action: 'hang', method: 'PUT', pathPattern: '\\.zip' });
    await workbench.showViews('Explorer');
    await workbench.explorer.contextMenu(/samples/);
    await workbench.pickFromMenu(/Anonymise and Upload to GIFT-Cloud/);
    await workbench.quickInput.pick('GIFTDEMO');
    await workbench.dialog.waitFor({ timeout: transferTimeout });
    await workbench.answerDialog('Upload');
    await workbench.showViews('GIFT-Cloud');
    await transfers.row(/^Upload to GIFTDEMO, sending/).waitFor({ timeout: transferTimeout });
    const closed = harness.server.extensionHosts;
    assert.equal(closed.length, 1);
    await workbench.open(harness.server.url(harness.workspace));
    for (const host of closed) endProcess(host);
    await workbench.showViews('GIFT-Cloud');
    // This editor keeps secrets no longer than its page.
    await workbench
      .view('Archive')
      .welcomeButton(/Sign In/)
      .click({ timeout: loadTimeout });
    await harness.sandbox.clearFaults();
    await harness.signIn('alice', 'sandbox-alice');
    await workbench.notifications
      .toast(/An upload that was not finished goes on in the background/)
      .waitFor({ timeout: transferTimeout });
    await workbench.picture('goes-on');
    await transfers
      .row(/^Upload to GIFTDEMO, \d+ held back, .*\d+ archived/)
      .waitFor({ timeout: transferTimeout });
  });
});

describe('a listener with autostart', () => {
  let harness: Harness;
  before(async () => {
    harness = await Harness.start({
      machineSettings: {
        'giftcloud.listener.port': await freePort(),
        'giftcloud.listener.bind': '127.0.0.1',
        'giftcloud.listener.project': 'GIFTDEMO',
        'giftcloud.listener.autostart': true,
      },
    });
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  it('listens as soon as somebody is signed in, with nothing in the queue', async () => {
    const { workbench } = harness;
    const item = workbench.statusItem('giftcloud.listener');
    await item.filter({ hasText: 'GIFTCLOUD' }).waitFor({ timeout: loadTimeout });
    await soon(async () => {
      assert.match((await item.locator('a').getAttribute('aria-label')) ?? '', /GIFTCLOUD: stopped/);
    });
    await workbench.showViews('GIFT-Cloud');
    await workbench
      .view('Archive')
      .welcomeButton(/Sign In/)
      .click({ timeout: loadTimeout });
    await harness.signIn('alice', 'sandbox-alice');
    await item.locator('a[aria-label*="listening on port"]').waitFor();
    await workbench.picture('autostart');
  });
});

/** It may have ended by itself. */
function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
