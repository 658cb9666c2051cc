import type { Locator, Page } from 'playwright-core';
import { WebviewPage } from './webviewPage.js';

/** The preview of de-identification. */
export class PreviewPage extends WebviewPage {
  constructor(page: Page) {
    super(page, 'De-identification Preview');
  }

  /** A line of the table by its tag. */
  line(tag: string): Locator {
    return this.frame.locator('#lines tbody tr', { has: this.frame.getByText(tag, { exact: true }) }).first();
  }

  get lines(): Locator {
    return this.frame.locator('#lines tbody tr:visible');
  }

  get summary(): Locator {
    return this.frame.locator('#summary');
  }

  /** Waits until everything was looked through. */
  async settled(): Promise<void> {
    await this.summary.waitFor();
    await this.frame.locator('#lines tbody tr').first().waitFor();
  }
}
