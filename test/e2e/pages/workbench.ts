import type { Locator, Page } from 'playwright-core';
import type { Screenshots } from '../../support/vscode/editorPage.js';
import { Notifications } from './notifications.js';
import { QuickInput } from './quickInput.js';
import { Tree } from './tree.js';

/** The first load brings up the extension host; on a busy machine with two cores it takes up to 25 s. */
export const loadTimeout = 60_000;

/** The themes that everything has to be right in, with the mark that each gives the window. */
const marks = {
  'Light Modern': 'vs',
  'Dark Modern': 'vs-dark',
  'Dark High Contrast': 'hc-black',
  'Light High Contrast': 'hc-light',
} as const;
type Theme = keyof typeof marks;
export const themes = Object.keys(marks) as readonly Theme[];

/** The editor's window, in the words of a person who uses it. */
export class Workbench {
  readonly quickInput: QuickInput;
  readonly notifications: Notifications;
  /** The Explorer's folder view. */
  readonly explorer: Tree;

  constructor(
    readonly page: Page,
    private readonly screenshots: Screenshots,
  ) {
    this.quickInput = new QuickInput(page);
    this.notifications = new Notifications(page);
    this.explorer = new Tree(page, page.locator('.explorer-folders-view'));
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { timeout: loadTimeout });
    await this.activityIcon('Explorer').waitFor({ timeout: loadTimeout });
  }

  picture(name: string): Promise<void> {
    return this.screenshots.take(this.page, name);
  }

  activityIcon(label: string): Locator {
    return this.page.locator(`.activitybar .action-item a[aria-label^="${label}"]`);
  }

  /** Shows the views behind an icon of the activity bar. Clicking the icon of the shown one would hide it. */
  async showViews(label: string): Promise<void> {
    const icon = this.activityIcon(label);
    await icon.waitFor({ timeout: loadTimeout });
    const shown = this.page.locator(`.activitybar .action-item.checked:has(a[aria-label^="${label}"])`);
    // A badge lies over the icon.
    if ((await shown.count()) === 0) await icon.click({ force: true });
    await shown.waitFor();
  }

  /** One view of the side bar by its title. */
  view(title: string): Tree {
    const pane = this.page.locator('.part.sidebar .pane', {
      has: this.page.locator(`.pane-header[aria-label^="${title}"]`),
    });
    return new Tree(this.page, pane);
  }

  /** Runs a command by its title. */
  palette(title: string): Promise<void> {
    return this.quickInput.runCommand(title);
  }

  /** Picks an item of the open menu, which ignores the mouse for its first moments: pressed again until it goes. */
  async pickFromMenu(name: string | RegExp): Promise<void> {
    const item = this.menuItem(name).first();
    for (let attempt = 1; ; attempt++) {
      await item.click({ delay: 200 });
      try {
        await item.waitFor({ state: 'hidden', timeout: 3000 });
        return;
      } catch (error) {
        if (attempt === 4) throw error;
      }
    }
  }

  menuItem(name: string | RegExp): Locator {
    return this.page.getByRole('menuitem', { name });
  }

  /** The modal dialog drawn by the workbench. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async answerDialog(button: string | RegExp): Promise<void> {
    await this.dialog.getByRole('button', { name: button }).click();
    await this.dialog.waitFor({ state: 'hidden' });
  }

  async useTheme(theme: Theme): Promise<void> {
    await this.palette('Preferences: Color Theme');
    await this.quickInput.waitFor('Dark Modern');
    await this.quickInput.input.fill(theme);
    await this.quickInput.pick(theme);
    await this.page.locator(`.monaco-workbench.${marks[theme]}`).waitFor();
  }

  statusItem(id: string): Locator {
    return this.page.locator(`.statusbar-item[id*="${id}"]`);
  }
}
