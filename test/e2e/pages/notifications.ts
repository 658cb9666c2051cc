import type { Locator, Page } from 'playwright-core';

/** Toasts at the lower right: messages and progress. */
export class Notifications {
  constructor(private readonly page: Page) {}

  toast(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** What a toast says, without its buttons. */
  async message(text: string | RegExp): Promise<string> {
    return this.toast(text).first().locator('.notification-list-item-message').innerText();
  }

  /** Presses a button of a toast; buttons of a progress toast show only while the mouse is over it. */
  async press(text: string | RegExp, button: string | RegExp): Promise<void> {
    const toast = this.toast(text).first();
    await toast.hover();
    await toast.getByRole('button', { name: button }).click();
  }

  async closeAll(): Promise<void> {
    const toasts = this.page.locator('.notification-toast');
    while ((await toasts.count()) > 0) {
      const toast = toasts.first();
      // It may go by itself at any moment: then there is one less to close.
      await toast.hover({ timeout: 2000 }).catch(() => undefined);
      await toast
        .locator('.codicon-notifications-clear')
        .click({ timeout: 2000 })
        .catch(() => undefined);
    }
  }
}
