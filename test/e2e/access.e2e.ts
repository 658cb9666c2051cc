import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Harness } from './harness.js';
import type { Tree } from './pages/tree.js';
import { loadTimeout, type Workbench, themes } from './pages/workbench.js';
import { soon } from './soon.js';

describe('the extension without a mouse, and in other themes', () => {
  let harness: Harness;
  let workbench: Workbench;
  let archive: Tree;

  before(async () => {
    harness = await Harness.start();
    workbench = harness.workbench;
    archive = workbench.view('Archive');
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await workbench.page.keyboard.press(key);
  };
  const moveTo = (key: string, name: RegExp): Promise<void> =>
    pressUntil(key, archive.pane.locator('.monaco-list-row.focused').and(archive.row(name)));
  /** Runs a command by typing its whole title. */
  const type = async (title: string): Promise<void> => {
    await press('F1');
    await workbench.quickInput.input.waitFor();
    await workbench.page.keyboard.type(title);
    await workbench.quickInput.rows(title).first().waitFor();
    await press('Enter');
  };
  /** Presses a key until something has the focus. */
  const pressUntil = async (key: string, focused: Locator): Promise<void> => {
    for (let presses = 0; (await focused.count()) === 0; presses++) {
      if (presses > 20) throw new Error(`${key} does not lead there`);
      await press(key);
    }
  };

  it('is opened and signed in to with the keyboard', async () => {
    await workbench.activityIcon('GIFT-Cloud').waitFor({ timeout: loadTimeout });
    await type('GIFT-Cloud: Focus on Archive View');
    await archive.welcomeButton(/Sign In/).waitFor({ timeout: loadTimeout });
    await pressUntil('Tab', archive.welcome.locator('a.monaco-button:focus', { hasText: 'Sign In' }));
    await workbench.picture('focus-on-sign-in');
    await press('Enter');
    await harness.signIn('alice', 'sandbox-alice');
    await archive.row(/^Project GIFTDEMO/).waitFor();
  });

  it('is walked through with the arrow keys', async () => {
    await type('GIFT-Cloud: Focus on Archive View');
    await moveTo('ArrowDown', /^Project GIFTDEMO, GIFT-Cloud demonstration/);
    for (const name of [/^Subject GIFTDEMO-0001/, /^Experiment /, /^Scan Series1, MR, T1, \d+ files/]) {
      await press('ArrowRight');
      await archive.row(name).waitFor();
      await moveTo('ArrowDown', name);
    }
    await workbench.picture('keyboard-focus');
  });

  it('downloads with the keyboard', async () => {
    await press('Shift+F10');
    await workbench.menuItem(/Download to Workspace/).waitFor();
    const focused = workbench.page.locator('.action-item.focused', { hasText: 'Download to Workspace' });
    await pressUntil('ArrowDown', focused);
    await workbench.picture('keyboard-menu');
    await press('Enter');
    await workbench.quickInput
      .rows(/workspace/)
      .first()
      .waitFor();
    await press('Enter');
    await workbench.quickInput.rows(/Include project in path/).waitFor();
    await press('Enter');
    await workbench.notifications.toast(/Downloaded \d+ files?/).waitFor({ timeout: loadTimeout });
    assert.ok(readdirSync(join(harness.workspace, 'GIFTDEMO/GIFTDEMO-0001')).length > 0);
  });

  it('gives every row and every icon a name', async () => {
    await workbench.notifications.closeAll();
    const unnamed = archive.pane.locator(
      '[role=treeitem]:not([aria-label]), [role=treeitem][aria-label=""], a.action-label:not([aria-label])',
    );
    await soon(async () => {
      assert.equal(await unnamed.count(), 0);
    });
    const levels = (await archive.names()).map((name) => name.split(' ')[0]);
    assert.deepEqual(new Set(levels), new Set(['Project', 'Subject', 'Experiment', 'Scan']));
    const tree = archive.pane.getByRole('tree');
    await soon(async () => {
      assert.equal(await tree.getAttribute('aria-multiselectable'), 'true');
    });
    await soon(async () => {
      assert.ok(await tree.getAttribute('aria-label'));
    });
  });

  for (const theme of themes) {
    it(`can be read in ${theme}`, async () => {
      await workbench.useTheme(theme);
      await archive.row(/^Project GIFTDEMO/).hover();
      await workbench.picture(`tree-${theme}`);
      await workbench.showViews('Explorer');
      await workbench.explorer.contextMenu(/samples/);
      await workbench.pickFromMenu(/Anonymise and Upload to GIFT-Cloud/);
      await workbench.quickInput.pick('GIFTDEMO');
      await workbench.dialog.waitFor({ timeout: loadTimeout });
      await workbench.picture(`review-${theme}`);
      await workbench.answerDialog('Cancel');
      await workbench.showViews('GIFT-Cloud');
    });
  }
});
