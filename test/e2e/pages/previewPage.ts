import type { FrameLocator, Locator, Page } from 'playwright-core';

/** The preview of de-identification: a page in a frame in a frame. */
export class PreviewPage {
  readonly frame: FrameLocator;

  constructor(private readonly page: Page) {
    this.frame = page
      .locator('iframe.webview[name]')
      .last()
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
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

  /** Everything that the page holds, also what is not on the screen. */
  content(): Promise<string> {
    return this.frame.locator('html').evaluate((html: { outerHTML: string }) => html.outerHTML);
  }

  /** Waits until everything was looked through. */
  async settled(): Promise<void> {
    await this.summary.waitFor();
    await this.frame.locator('#lines tbody tr').first().waitFor();
  }

  get tab(): Locator {
    return this.page.locator('.tab', { hasText: 'De-identification Preview' });
  }
}
