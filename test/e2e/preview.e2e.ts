import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LeakSearch, textOutput } from '../support/planted.js';
import { samplePatients } from '../../src/sandbox/samples/samplePatients.js';
import { Harness } from './harness.js';
import { PreviewPage } from './pages/previewPage.js';
import { loadTimeout, type Workbench, themes } from './pages/workbench.js';
import { soon } from './soon.js';

const script = `// What the site wants
version "6.6"
(0008,1030) := project
(0010,0010) := subject
if ( (0008,0060) = "MR" ) {
  - (0019,{SIEMENS MR HEADER}0C)
}
(0020,000D) := hashUId[(0020,000D)]
`;

describe('the preview of de-identification', () => {
  let harness: Harness;
  let workbench: Workbench;
  let preview: PreviewPage;
  const patients = Object.values({ ...samplePatients() });
  const search = new LeakSearch(
    patients.flatMap(({ name, id, birthDate, address, phone, referrer, folder }) =>
      [...name.split(/[=^]/), id, birthDate, address, phone, referrer, folder].map((text) => ({
        what: 'something of a patient',
        text,
      })),
    ),
  );

  before(async () => {
    harness = await Harness.start();
    workbench = harness.workbench;
    preview = new PreviewPage(workbench.page);
    writeFileSync(join(harness.workspace, 'notes.txt'), 'nothing\n');
    writeFileSync(join(harness.workspace, 'site.das'), script);
    // The menus of the extension come with its icon.
    await workbench.showViews('GIFT-Cloud');
    await workbench.showViews('Explorer');
    await workbench.explorer.row(/samples/).waitFor({ timeout: loadTimeout });
  });
  afterEach(async function () {
    await harness.afterTest(this.currentTest);
  });
  after(() => harness.stop());

  const assertClean = async (): Promise<void> => {
    const page = await preview.content();
    assert.ok(page.includes('(0010,0010)'), 'the page shows nothing');
    const outputs = [
      textOutput('the page', page),
      textOutput('the window', await workbench.page.content()),
      textOutput('the title', await workbench.page.title()),
    ];
    assert.deepEqual(await search.find(outputs), []);
  };
  const value = () => preview.line('(0010,0010)').locator('button');
  const isShown = async (): Promise<boolean> => (await value().getAttribute('aria-pressed')) === 'true';

  it('opens on a folder of the Explorer, with what is held back and the texts that stay', async () => {
    await workbench.explorer.contextMenu(/samples/);
    await workbench.pickFromMenu('Preview De-identification');
    await preview.frame.locator('#object').waitFor({ timeout: loadTimeout });
    await preview.settled();
    await workbench.picture('preview-folder');
    await soon(async () => {
      assert.match(await preview.summary.innerText(), /Summary of \d+ instances/);
    });
    await soon(async () => {
      assert.match(await preview.frame.locator('#refused').innerText(), /held back: .*burned-in text/);
    });
    await preview.frame.locator('#texts-title').click();
    await workbench.picture('preview-texts');
    await preview.frame.locator('#texts-title').click();
  });

  it('shows before and after with the rule, original values hidden', async () => {
    const name = preview.line('(0010,0010)');
    await name.scrollIntoViewIfNeeded();
    await workbench.picture('preview-hidden');
    await soon(async () => {
      assert.match(
        await name.innerText(),
        /Patient Name\s+PN\s+•+\s+SUBJECT\s+replaced\s+label on the server/,
      );
    });
    await soon(async () => {
      assert.match(await preview.line('(0008,0020)').innerText(), /Study Date.*emptied\s+Table E\.1-1, Z/s);
    });
    await assertClean();
  });

  it('shows a value when it is clicked, and hides it again', async () => {
    await value().click();
    await preview.frame.locator('button.original[aria-pressed="true"]').waitFor();
    await workbench.picture('preview-shown');
    const text = await value().innerText();
    assert.ok(
      patients.some(({ name }) => name === text),
      'not the name of the patient',
    );
    await value().click();
    await soon(async () => {
      assert.match(await value().innerText(), /^•+$/);
    });
    await assertClean();
  });

  it('shows and hides all values at once', async () => {
    const button = preview.frame.locator('#reveal-all');
    await button.click();
    await preview.frame.locator('button.original[aria-pressed="true"]').first().waitFor();
    assert.notDeepEqual(await search.find([textOutput('the page', await preview.content())]), []);
    await button.click();
    await soon(async () => {
      assert.equal(await preview.frame.locator('button.original[aria-pressed="true"]').count(), 0);
    });
    await assertClean();
  });

  it('has forgotten what was shown when it comes back', async () => {
    await value().click();
    await preview.frame.locator('button.original[aria-pressed="true"]').waitFor();
    await workbench.explorer.row(/notes\.txt/).dblclick();
    await workbench.page.locator('.tab.active', { hasText: 'notes.txt' }).waitFor();
    assert.deepEqual(await search.find([textOutput('the window', await workbench.page.content())]), []);
    await preview.tab.click();
    await preview.settled();
    assert.equal(await isShown(), false);
    await assertClean();
  });

  it('is used with the keyboard alone', async () => {
    const frame = preview.frame;
    await frame.locator('#search').focus();
    await frame.locator('#search').pressSequentially('patient');
    await frame.locator('#reveal-all').focus();
    await frame.locator('#reveal-all').press('Tab');
    const focused = frame.locator('#lines tr:focus');
    for (let presses = 0; !(await focused.innerText()).includes('(0010,0010)'); presses++) {
      assert.ok(presses < 30, 'the arrow key does not lead there');
      await focused.press('ArrowDown');
    }
    await focused.press('Enter');
    await frame.locator('button.original[aria-pressed="true"]').waitFor();
    await soon(async () => {
      assert.equal(await frame.locator('#said').innerText(), 'Original value shown.');
    });
    await workbench.picture('preview-keyboard');
    await focused.press('Enter');
    assert.equal(await isShown(), false);
    await focused.press('Control+f');
    await soon(async () => {
      assert.equal(await frame.locator('#search:focus').count(), 1);
    });
    await frame.locator('#search').fill('');
  });

  it('shows changed lines, or kept ones alone', async () => {
    const { frame, lines } = preview;
    const all = await lines.count();
    await frame.locator('#filter').selectOption('changed');
    const changed = await lines.count();
    await soon(async () => {
      assert.equal(await preview.line('(0028,0010)').isVisible(), false);
    });
    await frame.locator('#filter').selectOption('kept');
    const kept = await lines.count();
    await soon(async () => {
      assert.equal(await preview.line('(0010,0010)').isVisible(), false);
    });
    assert.ok(changed > 0 && kept > 0 && changed < all && kept < all, `${all} ${changed} ${kept}`);
    await frame.locator('#filter').selectOption('all');
  });

  it('shows an object that is held back, and says why', async () => {
    const { frame } = preview;
    const held = frame.locator('optgroup[label="Held back"] option').first();
    await frame.locator('#choice').selectOption((await held.getAttribute('value')) ?? '');
    await frame.locator('#held:visible').waitFor();
    await workbench.picture('preview-held');
    await soon(async () => {
      assert.match(await frame.locator('#held').innerText(), /nothing of it is sent.*burned-in text/);
    });
    await assertClean();
    await frame.locator('#choice').selectOption('0');
    await frame.locator('#held').waitFor({ state: 'hidden' });
  });

  it('shows another instance of the series', async () => {
    const { frame } = preview;
    await frame.locator('#instance').fill('3');
    await frame.locator('#instance').press('Enter');
    await preview.line('(0020,0013)').locator('.after', { hasText: /^3$/ }).waitFor();
  });

  for (const theme of themes) {
    it(`can be read in ${theme}`, async () => {
      await workbench.useTheme(theme);
      await preview.line('(0010,0010)').click();
      await workbench.picture(`preview-${theme}`);
    });
  }

  it('stands beside scripts that are coloured, and say where they are wrong', async () => {
    await workbench.explorer.row(/site\.das/).dblclick();
    await workbench.page.locator('.monaco-editor .squiggly-error').first().waitFor();
    await workbench.picture('script');
    const classes = await workbench.page
      .locator('.monaco-editor .view-line span[class^="mtk"]')
      .evaluateAll((spans: { className: string }[]) => spans.map(({ className }) => className));
    assert.ok(new Set(classes).size > 4, classes.join());
    await preview.tab.click();
    await preview.settled();
  });

  it('gives every control and column a name', async () => {
    const { frame } = preview;
    for (const [role, name] of [
      ['combobox', 'Series'],
      ['spinbutton', 'Instance'],
      ['combobox', 'Show'],
      ['searchbox', 'Search'],
      ['button', 'Show Original Values'],
      ['button', 'Show the original value of Patient Name'],
      ['columnheader', 'Before'],
      ['columnheader', 'After'],
      ['grid', /Before and after/],
    ] as const)
      await soon(async () => {
        assert.ok((await frame.getByRole(role, { name }).count()) > 0, String(name));
      });
  });
});
