import type { Locator, Page } from 'playwright-core';

/** A tree of the side bar. A row's name holds label and description. */
export class Tree {
  constructor(
    private readonly page: Page,
    readonly pane: Locator,
  ) {}

  row(name: string | RegExp): Locator {
    return this.pane.getByRole('treeitem', { name }).first();
  }

  rows(): Locator {
    return this.pane.getByRole('treeitem');
  }

  /** The rows as they stand on the screen, without those scrolled away. */
  async names(): Promise<string[]> {
    return (await this.rows().all()).reduce<Promise<string[]>>(
      async (before, row) => [...(await before), (await row.getAttribute('aria-label')) ?? ''],
      Promise.resolve([]),
    );
  }

  /** Expands a row with its twistie; one that is expanded stays so. */
  async expand(name: string | RegExp): Promise<void> {
    const row = this.row(name);
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'true') return;
    await row.locator('.monaco-tl-twistie').click();
    await this.pane.getByRole('treeitem', { name, expanded: true }).first().waitFor();
  }

  async collapse(name: string | RegExp): Promise<void> {
    await this.row(name).locator('.monaco-tl-twistie').click();
    await this.pane.getByRole('treeitem', { name, expanded: false }).first().waitFor();
  }

  async collapseAll(): Promise<void> {
    await this.titleAction('Collapse All');
  }

  async contextMenu(name: string | RegExp): Promise<void> {
    await this.row(name).click({ button: 'right' });
    await this.page.getByRole('menuitem').first().waitFor();
  }

  /** Selects several rows, as with the control key held down. */
  async select(...names: readonly (string | RegExp)[]): Promise<void> {
    for (const [index, name] of names.entries()) {
      // Clicking the twistie side would expand; the label is the safe place.
      const label = this.row(name).locator('.monaco-icon-label');
      await label.click(index === 0 ? {} : { modifiers: ['ControlOrMeta'] });
    }
  }

  /** Presses an icon that shows at the right end of a row. */
  async inlineAction(name: string | RegExp, action: string): Promise<void> {
    const row = this.row(name);
    await row.hover();
    await row.locator(`.actions a.action-label[aria-label^="${action}"]`).click({ force: true });
  }

  /** Presses an icon in the view's title, which shows while the mouse is over the view. */
  async titleAction(action: string): Promise<void> {
    await this.pane.locator('.pane-header').hover();
    await this.pane.locator(`.pane-header .actions a.action-label[aria-label^="${action}"]`).click();
  }

  /** A button or link of the welcome content that shows while the view is empty. */
  welcomeButton(name: string | RegExp): Locator {
    return this.pane.locator('.welcome-view-content').getByRole('button', { name });
  }

  /** Opens and closes the view. */
  get header(): Locator {
    return this.pane.locator('.pane-header');
  }

  get welcome(): Locator {
    return this.pane.locator('.welcome-view-content');
  }
}
