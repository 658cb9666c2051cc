/* Long, and one file all the same: a stage for it takes half a minute to set up, and its steps go on from each other. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pacs } from '../interop/support/pacs.js';
import { freePort } from '../support/freePort.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { Harness } from './harness.js';
import { SettingsPage } from './pages/settingsPage.js';
import { loadTimeout, type Workbench, themes } from './pages/workbench.js';
import { soon } from './soon.js';

const sections = [
  'Account',
  'De-identification',
  'DICOM Listener',
  'PACS Nodes',
  'Patient List',
  'Upload and Download',
  'Diagnosis',
];

describe('the settings page, as a person uses it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-settings-'));
  let pacs: Pacs;
  let harness: Harness;
  let workbench: Workbench;
  let page: SettingsPage;

  before(async () => {
    pacs = await Pacs.dcmqrscp(folder, [], await freePort());
    harness = await Harness.start();
    workbench = harness.workbench;
    page = new SettingsPage(workbench.page);
    await workbench.showViews('GIFT-Cloud');
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(async () => {
    await harness.stop();
    await pacs.stop();
    rmSync(folder, { recursive: true });
  });

  /** What the settings files of user and machine say together. */
  const saved = (): Record<string, unknown> =>
    Object.assign(
      {},
      ...readdirSync(harness.server.folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => /^(user|srv)\/.*settings\.json$/.test(name))
        .map((name) => JSON.parse(readFileSync(join(harness.server.folder, name), 'utf8')) as object),
    ) as Record<string, unknown>;
  const untilSaved = async (name: string, value: unknown): Promise<void> => {
    const wanted = JSON.stringify(value);
    for (let looks = 0; JSON.stringify(saved()[name]) !== wanted; looks++) {
      if (looks > 50) assert.deepEqual(saved()[name], value);
      await workbench.page.waitForTimeout(100);
    }
  };
  const clean = async (what: string): Promise<void> => {
    assert.deepEqual(await page.violations(), [], what);
  };

  it('opens from the gear of the view, with the disclaimer the first time', async () => {
    const { pane } = workbench.view('Archive');
    await pane.hover();
    await pane.getByRole('button', { name: 'Open Settings' }).click({ timeout: loadTimeout });
    const { frame } = page;
    await frame.getByRole('heading', { name: 'Before you begin' }).waitFor({ timeout: loadTimeout });
    assert.match(
      await frame.locator('#disclaimer').innerText(),
      /For research only.*never be used for diagnosis/,
    );
    await workbench.picture('settings-first');
    await clean('the first page');
    await page.button('I Understand').click();
    await frame.locator('#disclaimer').waitFor({ state: 'hidden' });
  });

  it('says at the field what is wrong with an address while it is typed', async () => {
    const address = page.text('Address of the server');
    await address.fill('http://example.org');
    await page.frame.getByText('Use https: plain http is taken only for a server on this machine.').waitFor();
    await page.frame.locator('#server-url.invalid').waitFor();
    await soon(async () => {
      assert.equal(await address.getAttribute('aria-invalid'), 'true');
    });
    await address.fill(harness.sandbox.ready.url);
    await page.frame.locator('#server-url-problem').waitFor({ state: 'hidden' });
    await soon(async () => {
      assert.equal(await address.getAttribute('aria-invalid'), 'false');
    });
  });

  it('says that a password is wrong, does not try it twice, and lets it be corrected in place', async () => {
    await page.text('User name').fill('alice');
    const password = page.text('Password');
    await password.fill('wrong');
    await password.press('Enter');
    const problem = page.frame.locator('#sign-in-problem');
    await problem.filter({ hasText: /refused|password/ }).waitFor();
    await workbench.picture('settings-wrong-password');
    await clean('a wrong password');
    await soon(async () => {
      assert.equal(await password.inputValue(), '');
    });
    await soon(async () => {
      assert.equal(await page.frame.locator('#project-part').isVisible(), false);
    });
    await soon(async () => {
      assert.equal(await page.text('User name').inputValue(), 'alice');
    });
    await password.fill('wrong');
    await page.button('Sign In').click();
    await problem.filter({ hasText: 'The server refused this password.' }).waitFor();
    await password.fill('sandbox-alice');
    await password.press('Enter');
    await page.frame.getByText(/^Signed in to 127\.0\.0\.1:\d+ as alice\.$/).waitFor();
    await problem.waitFor({ state: 'hidden' });
    await workbench
      .view('Archive')
      .row(/^Project GIFTDEMO/)
      .waitFor();
  });

  it('offers the projects of the server then, and applies the one that is chosen', async () => {
    await page.choose('Project for uploads', 'GIFTDEMO');
    await page.frame.getByText('1 change is not applied yet.').waitFor();
    await workbench.picture('settings-project');
    await clean('the projects');
    await page.button('Apply').click();
    await page.frame.getByText('The settings were applied.').waitFor();
    await untilSaved('giftcloud.upload.defaultProject', 'GIFTDEMO');
  });

  it('says in words what a profile does, and what the script of the server means', async () => {
    await page.open('De-identification');
    await page.frame.getByText('Script of the server: the usual one').waitFor();
    await page.choose('Profile', 'Research MR');
    await page.frame.getByText('Keeps sex, age (over 89: 090Y), size and weight.').waitFor();
    await workbench.picture('settings-profile');
    await clean('the profile');
    await page.text('Own profile file').fill('profile.json');
    await page.frame.getByText('Enter the whole path, from the root folder on.').waitFor();
    await soon(async () => {
      assert.equal(await page.button('Apply').isDisabled(), true);
    });
    await page.button('Discard').click();
    await page.holds('Own profile file', '');
    await page.holds('Profile', 'basic');
  });

  it('refuses a port that is none with the reason, tells one in use, and saves a good one', async () => {
    await page.open('DICOM Listener');
    const port = page.text('Port');
    for (const [typed, reason] of [
      ['99999', 'Enter a number from 1 to 65535.'],
      ['0', 'Enter a number from 1 to 65535.'],
      ['11a', 'Enter a whole number.'],
    ] as const) {
      await port.fill(typed);
      await page.problem('giftcloud.listener.port').filter({ hasText: reason }).waitFor();
      await soon(async () => {
        assert.equal(await page.button('Apply').isDisabled(), true, typed);
      });
    }
    await workbench.picture('settings-bad-port');
    await clean('a bad port');
    await port.fill(String(pacs.node.port));
    await page.button('Test Port').click();
    await page.frame.getByText(/The port of the DICOM listener is in use\. Another program/).waitFor();
    const free = await freePort();
    await port.fill(String(free));
    await page.button('Test Port').click();
    await page.frame
      .getByText(new RegExp(`Port ${free} is free for the listener\\. Other machines.*firewall`))
      .waitFor();
    await page.text('AE title').fill('MR\\1');
    await page.problem('giftcloud.listener.aeTitle').filter({ hasText: /16/ }).waitFor();
    await page.text('AE title').fill('OURLISTENER');
    await page.text(/Allowed calling AE titles/).fill('SCANNER1\nSCANNER2');
    await page.button('Apply').click();
    await untilSaved('giftcloud.listener.port', free);
    await untilSaved('giftcloud.listener.aeTitle', 'OURLISTENER');
    await untilSaved('giftcloud.listener.allowedCallers', ['SCANNER1', 'SCANNER2']);
  });

  it('adds a PACS node with the reasons at its fields, tests it with C-ECHO, changes and deletes it', async () => {
    await page.open('PACS Nodes');
    await page.button('Add Node').click();
    const { frame } = page;
    await clean('the form of a node');
    await page.text('Name').fill('Archive');
    await page.text('AE title of the node').fill('NOBODY');
    await page.text('Port').fill('104104');
    await page.button('Save Node').click();
    await frame.getByText('A port is a number from 1 to 65535.').waitFor();
    await frame.getByText('Enter the name or address of the computer, without a port or slashes.').waitFor();
    await workbench.picture('settings-node-problems');
    await page.text('Host').fill('127.0.0.1');
    await page.text('Port').fill(String(pacs.node.port));
    await page.button('Test with C-ECHO').click();
    await frame
      .getByText(/Problem · PACS node Archive: The DICOM node does not answer to this AE title/)
      .waitFor();
    await page.button('Save Node').click();
    await frame.getByRole('rowheader', { name: 'Archive' }).waitFor();

    await page.button('Edit Archive').click();
    await page.text('AE title of the node').fill('QRSCP');
    await page.button('Save Node').click();
    await frame.getByRole('cell', { name: 'QRSCP' }).waitFor();
    await page.button('Test Archive').click();
    await frame
      .getByText(/Good · PACS node Archive: The node answered C-ECHO and knows us as OURLISTENER/)
      .waitFor();
    await workbench.picture('settings-nodes');
    await clean('the nodes');
    await untilSaved('giftcloud.pacs.nodes', [
      { name: 'Archive', aeTitle: 'QRSCP', host: '127.0.0.1', port: pacs.node.port },
    ]);
  });

  it('diagnoses everything and copies the result without account and password', async () => {
    await page.open('Diagnosis');
    await page.button('Diagnose Connection').click();
    const findings = page.frame.locator('#findings li');
    await findings.filter({ hasText: 'PACS node Archive' }).filter({ hasText: 'Good' }).waitFor();
    await workbench.picture('settings-diagnosis');
    await clean('the diagnosis');
    const text = await page.frame.locator('#findings').innerText();
    assert.match(text, /Good\s+Project rights\s+The account may upload into project GIFTDEMO/);
    assert.doesNotMatch(text, /alice/);
    await page.button('Copy Result').click();
  });

  it('keeps what was typed while it is hidden, and the open section, but no password', async () => {
    await page.open('Upload and Download');
    await page.text('First part of new subject labels').fill('Study7');
    await page.frame.getByText('1 change is not applied yet.').waitFor();
    await page.open('Account');
    await page.text('Password').fill('never-to-be-kept');
    await page.open('Upload and Download');
    await workbench.palette('File: New Untitled Text File');
    await workbench.page.locator('.tab.active', { hasText: 'Untitled' }).waitFor();
    await page.tab.click();
    await page.frame.getByText('1 change is not applied yet.').waitFor();
    await page.holds('First part of new subject labels', 'Study7');
    await page.open('Account');
    await soon(async () => {
      assert.equal(await page.text('Password').inputValue(), '');
    });
    await page.open('Upload and Download');
    await page.button('Discard').click();
    await page.holds('First part of new subject labels', 'AutoUploadSubject');
    await workbench.picture('settings-transfers');
  });

  it('comes back with its section after a reload of the window', async () => {
    await page.open('DICOM Listener');
    const loaded = workbench.page.waitForEvent('load', { timeout: loadTimeout });
    await workbench.palette('Developer: Reload Window');
    await loaded;
    await page.frame
      .getByRole('tab', { name: 'DICOM Listener', selected: true })
      .waitFor({ timeout: loadTimeout });
    await page.holds('AE title', 'OURLISTENER');
    await soon(async () => {
      assert.equal(await page.frame.locator('#disclaimer').isVisible(), false);
    });
  });

  it('leaves no password in settings, storage or log', async () => {
    const search = new LeakSearch(
      ['sandbox-alice', 'never-to-be-kept'].map((text) => ({ what: 'a password', text })),
    );
    const outputs = [
      textOutput('the page', await page.content()),
      ...filesOf(join(harness.server.folder, 'user'), 'the user folder'),
      ...filesOf(join(harness.server.folder, 'srv'), 'the server folder'),
    ];
    assert.deepEqual(await search.find(outputs), []);
  });

  it('is used with the keyboard alone', async () => {
    const { frame } = page;
    const tab = frame.getByRole('tab', { name: 'DICOM Listener' });
    await tab.focus();
    await tab.press('ArrowRight');
    await frame.getByRole('heading', { name: 'PACS Nodes', level: 2 }).waitFor();
    for (let presses = 0; (await frame.locator('#add-node:focus-within').count()) === 0; presses++) {
      assert.ok(presses < 12, 'Tab does not lead to the button');
      await frame.locator(':focus').last().press('Tab');
    }
    await frame.locator(':focus').last().press('Enter');
    await page.text('Name').fill('Second');
    await page.text('Name').press('Escape');
    await frame.locator('#node-form').waitFor({ state: 'hidden' });
  });

  it('deletes a node after a question', async () => {
    await page.button('Delete Archive').click();
    await workbench.dialog.waitFor();
    await workbench.answerDialog('Delete');
    await page.frame.getByText('There is no node yet.').waitFor();
    await untilSaved('giftcloud.pacs.nodes', []);
  });

  for (const theme of themes) {
    it(`can be read in ${theme}`, async () => {
      await workbench.useTheme(theme);
      for (const section of sections) {
        await page.open(section);
        await workbench.picture(`settings-${section}-${theme}`);
        await clean(`${section} in ${theme}`);
      }
    });
  }
});
