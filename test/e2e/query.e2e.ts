import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, Pacs } from '../interop/support/pacs.js';
import { patientId, people, studyUid, writePacsStudies } from '../interop/support/pacsStudies.js';
import { filesOf, LeakSearch } from '../support/planted.js';
import { Harness } from './harness.js';
import { QueryPage } from './pages/queryPage.js';
import { loadTimeout, type Workbench, themes } from './pages/workbench.js';
import { soon } from './soon.js';

/** A retrieval of a few images on a machine whose two cores do other things too. */
const transferTimeout = 60_000;

/** Names that stand in no file of the editor. */
const unusualNames = people.flatMap(([name]) => (name === 'Plain^Person' ? [] : name.split(/[=^]/)));

describe('query and retrieve, as a person does it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-query-'));
  let pacs: Pacs;
  let harness: Harness;
  let workbench: Workbench;
  let page: QueryPage;

  before(async () => {
    const port = await freePort();
    pacs = await Pacs.dcmqrscp(folder, writePacsStudies(join(folder, 'studies'), 40).files, port);
    const node = { aeTitle: pacs.node.aeTitle, host: pacs.node.host, port: pacs.node.port };
    harness = await Harness.start({
      machineSettings: {
        'giftcloud.listener.port': port,
        'giftcloud.pacs.nodes': [
          { name: 'Archive', ...node, retrieve: 'get' },
          { name: 'Archive by C-MOVE', ...node },
          { name: 'Nobody', aeTitle: 'NOBODY', host: '127.0.0.1', port: await freePort() },
        ],
      },
    });
    workbench = harness.workbench;
    page = new QueryPage(workbench.page);
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

  const clear = () => page.button('Clear').click();

  it('opens from the palette with the nodes of the settings', async () => {
    await workbench.palette('GIFT-Cloud: Query and Retrieve');
    await page.frame.locator('#node option').first().waitFor({ state: 'attached', timeout: loadTimeout });
    assert.deepEqual(await page.frame.locator('#node option').allInnerTexts(), [
      'Archive',
      'Archive by C-MOVE',
      'Nobody',
    ]);
    await workbench.picture('query-empty');
  });

  it('tests a node, and says what is wrong in words', async () => {
    await page.button('Test Connection').click();
    await page.frame.locator('#node-answer', { hasText: /answered C-ECHO/ }).waitFor();
    await page.field('PACS').selectOption('Nobody');
    await page.button('Test Connection').click();
    await page.frame.locator('#node-answer', { hasText: /Nothing listens there/ }).waitFor();
    await page.field('PACS').selectOption('Archive');
  });

  it('says what can not be searched for, while it is typed', async () => {
    await page.field('Study Instance UID').fill('not a uid');
    await page.frame.locator('#studyUid-problem', { hasText: /A UID is/ }).waitFor();
    await workbench.picture('query-problem');
    await clear();
    await page.frame.locator('#studyUid-problem').waitFor({ state: 'hidden' });
  });

  it('asks before it searches for everything', async () => {
    await page.search();
    await workbench.dialog.waitFor();
    await workbench.picture('query-everything');
    await workbench.answerDialog('Cancel');
    await soon(async () => {
      assert.equal(await page.frame.locator('#results').isVisible(), false);
    });
  });

  it('finds patients with their studies, names in their own letters', async () => {
    await page.field('Patient name').fill('*');
    await page.field('Patient ID').fill('KRNK*');
    await page.field('Patient ID').press('Enter');
    await page.state.filter({ hasText: '40 found' }).waitFor();
    const names = await page.rows.locator('.text').allInnerTexts();
    assert.ok(names.some((name) => name.includes('Люксембург, Роза')));
    assert.ok(names.some((name) => name.includes('山田, 太郎')));
    await workbench.picture('query-found');
  });

  it('fetches series and images when a study is opened', async () => {
    const study = page.row(/^Study 2$/);
    await study.dblclick();
    await page.row(/^Series 1/).waitFor();
    await page.row(/^Series 1/).dblclick();
    await page.row(/^Image 1$/).waitFor();
    await workbench.picture('query-open');
  });

  it('is used with the keyboard alone', async () => {
    const grid = page.frame.locator('#grid');
    await page.row(/^Study 2$/).click();
    await grid.press('ArrowDown');
    await grid.press('ArrowLeft');
    const active = page.frame.locator('#grid-body .active');
    await soon(async () => {
      assert.match(await active.innerText(), /Series 1/);
    });
    await soon(async () => {
      assert.equal(await active.getAttribute('aria-expanded'), 'false');
    });
    await grid.press('ArrowLeft');
    await soon(async () => {
      assert.match(await active.innerText(), /Study 2/);
    });
    await soon(async () => {
      assert.equal(await grid.getAttribute('aria-activedescendant'), await active.getAttribute('id'));
    });
    await grid.press('Control+ArrowDown');
    await grid.press(' ');
    await soon(async () => {
      assert.equal(await page.frame.locator('#grid-body [aria-selected="true"]').count(), 2);
    });
    await grid.press('Escape');
    await soon(async () => {
      assert.equal(await page.frame.locator('#grid-body [aria-selected="true"]').count(), 0);
    });
  });

  it('sorts, filters and shows other columns', async () => {
    await page.frame.getByRole('columnheader', { name: 'Name' }).getByRole('button').click();
    await page.frame.locator('[aria-sort="ascending"]').waitFor();
    await page.filter.fill('Šimůnek');
    await page.frame.locator('#row-count', { hasText: /^\d of|^\d\d of/ }).waitFor();
    await soon(async () => {
      assert.ok((await page.rows.count()) < 20);
    });
    await page.filter.fill('');
    await page.frame.locator('summary', { hasText: 'Columns' }).click();
    await page.frame.getByRole('checkbox', { name: 'Sex' }).click();
    await page.frame.getByRole('columnheader', { name: 'Sex' }).waitFor();
    await page.frame.locator('summary', { hasText: 'Columns' }).click();
  });

  it('sends two studies and one series, and tells how much was archived', async () => {
    // What is chosen stays chosen while something else is looked for.
    for (const [text, row] of [
      ['ACC-775', /^Study 5$/],
      ['ACC-776', /^Study 6$/],
      ['ACC-772', /^Series 1/],
    ] as const) {
      await page.filter.fill(text);
      await page.row(row).click({ modifiers: ['Control'] });
    }
    await page.filter.fill('');
    await page.frame.locator('#chosen-count', { hasText: '3 chosen' }).waitFor();
    await page.button('Send to GIFT-Cloud…').click();
    const { name, password } = harness.sandbox.user('owner');
    await harness.signIn(name, password);
    await workbench.quickInput.rows('GIFTDEMO').first().waitFor();
    await workbench.quickInput.pick('GIFTDEMO');
    await page.sending.filter({ hasText: /archived/ }).waitFor({ timeout: transferTimeout });
    await page.sending
      .filter({ hasText: /^5 of 5 instances archived/ })
      .waitFor({ timeout: transferTimeout });
    await page.frame.locator('#stop-sending').waitFor({ state: 'hidden', timeout: transferTimeout });
    await workbench.picture('query-sent');
  });

  it('sends by C-MOVE to a listener that it opens for it', async () => {
    await page.field('PACS').selectOption('Archive by C-MOVE');
    await clear();
    await page.field('Study Instance UID').fill(studyUid(9));
    await page.search();
    await page.state.filter({ hasText: '1 found' }).waitFor();
    await page.row(/^Study 9$/).click();
    await page.button('Send to GIFT-Cloud…').click();
    await workbench.quickInput.rows('GIFTDEMO').first().waitFor();
    await workbench.quickInput.pick('GIFTDEMO');
    await page.sending.filter({ hasText: /^1 of 1 instance archived/ }).waitFor({ timeout: transferTimeout });
  });

  it('has no flaw that axe finds in what is ours', async () => {
    assert.deepEqual(await page.violations(), []);
  });

  for (const theme of themes) {
    it(`can be read in ${theme}`, async () => {
      await workbench.useTheme(theme);
      await workbench.picture(`query-${theme}`);
    });
  }

  it('goes on sending when the page is closed', async () => {
    await page.field('Study Instance UID').fill(studyUid(10));
    await page.search();
    await page.row(/^Study 10$/).click();
    await page.button('Send to GIFT-Cloud…').click();
    await workbench.quickInput.rows('GIFTDEMO').first().waitFor();
    await workbench.quickInput.pick('GIFTDEMO');
    await page.tab.click({ button: 'middle' });
    await page.tab.waitFor({ state: 'detached' });
    const { pane } = workbench.view('Transfers');
    const archived = pane.locator(
      '[role="treeitem"][aria-label*="Archive by C-MOVE"][aria-label*="archived"]',
    );
    await archived.nth(1).waitFor({ timeout: transferTimeout });
    await workbench.palette('GIFT-Cloud: Query and Retrieve');
    await page.frame.locator('#node option').first().waitFor({ state: 'attached' });
    await soon(async () => {
      assert.equal(await page.field('Study Instance UID').inputValue(), '');
    });
  });

  it('leaves nothing of a patient on the disk or on the server', async () => {
    const search = new LeakSearch(
      [...unusualNames, patientId(5), studyUid(5)].map((text) => ({
        what: 'something of a patient',
        text,
      })),
    );
    assert.deepEqual(await search.find(filesOf(join(harness.server.folder, 'user'), 'the editor')), []);
    assert.deepEqual(await search.find(filesOf(join(harness.server.folder, 'sandbox'), 'the server')), []);
  });
});
