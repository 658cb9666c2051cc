import type { Locator, Page } from 'playwright-core';

/** Quick pick, input box, command palette and the simple file dialog: one widget of the editor. */
export class QuickInput {
  readonly widget: Locator;
  readonly input: Locator;

  constructor(private readonly page: Page) {
    this.widget = page.locator('.quick-input-widget:visible');
    this.input = this.widget.locator('input.input');
  }

  rows(text?: string | RegExp): Locator {
    const rows = this.widget.locator('.quick-input-list .monaco-list-row');
    return text === undefined ? rows : rows.filter({ hasText: text });
  }

  /** Waits for an input whose title or prompt holds the text. */
  async waitFor(text: string | RegExp): Promise<void> {
    await this.widget.filter({ hasText: text }).waitFor();
  }

  /** Fills the open input box and confirms. */
  async enter(text: string): Promise<void> {
    await this.input.fill(text);
    await this.input.press('Enter');
  }

  /** Chooses one row of the open quick pick. */
  async pick(text: string | RegExp): Promise<void> {
    await this.rows(text).first().click();
  }

  /** The rows as a person reads them. */
  async rowTexts(): Promise<string[]> {
    await this.rows().first().waitFor();
    return this.rows().allInnerTexts();
  }

  /** The sentence under the input box that says what is wrong with the value. */
  get validation(): Locator {
    return this.widget.locator('.quick-input-message');
  }

  async accept(button = 'OK'): Promise<void> {
    await this.widget.getByRole('button', { name: button, exact: true }).click();
  }

  async dismiss(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.widget.waitFor({ state: 'hidden' });
  }

  /** Opens the palette and runs a command. Tried again when another widget took the keyboard in between. */
  async runCommand(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        if (await this.widget.isVisible()) await this.dismiss();
        await this.page.keyboard.press('F1');
        await this.input.waitFor({ timeout: 3000 });
        await this.input.fill(`>${title}`, { timeout: 2000 });
        // Other titles may begin the same: "Sign In" and "Sign In Again".
        const label = this.page.locator('.label-name').getByText(title, { exact: true });
        await this.rows().filter({ has: label }).first().click({ timeout: 5000 });
        return;
      } catch (error) {
        if (attempt >= 4) throw error;
      }
    }
  }
}
