import type { Locator, Page } from 'playwright-core';
import { WebviewPage } from './webviewPage.js';

/** The settings page, by the names that its controls have for a screen reader. */
export class SettingsPage extends WebviewPage {
  constructor(page: Page) {
    super(page, 'GIFT-Cloud Settings');
  }

  async open(section: string): Promise<void> {
    await this.frame.getByRole('tab', { name: section }).click();
    await this.frame.getByRole('heading', { name: section, level: 2 }).waitFor();
  }

  text(name: string | RegExp): Locator {
    return this.frame.getByRole('textbox', { name, exact: true });
  }

  button(name: string | RegExp): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  /** What stands below the control of a setting when it can't be applied. */
  problem(setting: string): Locator {
    return this.frame.locator(`[data-setting="${setting}"] .problem`);
  }

  async choose(list: string, option: string): Promise<void> {
    await this.frame.getByRole('combobox', { name: list, exact: true }).click();
    await this.frame.getByRole('option', { name: option }).click();
  }

  /** Waits until a text box or list holds this. */
  async holds(name: string, value: string): Promise<void> {
    const control = this.text(name).or(this.frame.getByRole('combobox', { name, exact: true }));
    const held = (): Promise<unknown> => control.evaluate((element: { value: unknown }) => element.value);
    for (let looks = 0; (await held()) !== value; looks++) {
      if (looks > 50) throw new Error(`${name} never holds ${value}`);
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}
