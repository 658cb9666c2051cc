import type { Locator, Page } from 'playwright-core';
import { WebviewPage } from './webviewPage.js';

/** The page of query and retrieve, by what a person sees. */
export class QueryPage extends WebviewPage {
  constructor(page: Page) {
    super(page, 'Query and Retrieve');
  }

  field(name: string): Locator {
    return this.frame.locator('#search-form').getByLabel(name, { exact: true });
  }

  get filter(): Locator {
    return this.frame.locator('#filter');
  }

  button(name: string): Locator {
    return this.frame.getByRole('button', { name, exact: true });
  }

  get rows(): Locator {
    return this.frame.locator('#grid-body .row');
  }

  /** A row by what names it. */
  row(name: string | RegExp): Locator {
    return this.rows.filter({ has: this.frame.locator('.text', { hasText: name }) }).first();
  }

  get state(): Locator {
    return this.frame.locator('#search-state');
  }

  get sending(): Locator {
    return this.frame.locator('#sending-text');
  }

  async search(): Promise<void> {
    await this.button('Search').click();
  }
}
