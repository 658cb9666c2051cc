import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { FrameLocator, Locator, Page } from 'playwright-core';

const axeProgram = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The page of a webview panel: a frame in a frame. */
export class WebviewPage {
  readonly frame: FrameLocator;

  constructor(
    private readonly page: Page,
    private readonly title: string,
  ) {
    this.frame = page
      .locator('iframe.webview[name]')
      .last()
      .contentFrame()
      .locator('iframe#active-frame')
      .contentFrame();
  }

  /** Everything that the page holds, also what is not on the screen. */
  content(): Promise<string> {
    return this.frame.locator('html').evaluate((html: { outerHTML: string }) => html.outerHTML);
  }

  /** Violations that axe-core finds in what is on the screen now, one line each. */
  async violations(): Promise<readonly string[]> {
    return this.frame.locator('html').evaluate(async (_: unknown, program) => {
      (0, eval)(program);
      const { axe } = globalThis as unknown as {
        axe: {
          run(): Promise<{
            violations: { id: string; nodes: { target: unknown[]; failureSummary: string }[] }[];
          }>;
        };
      };
      const { violations } = await axe.run();
      return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id} at ${target.flat().join(' > ')}: ${failureSummary}`),
      );
    }, axeProgram);
  }

  get tab(): Locator {
    return this.page.locator('.tab', { hasText: this.title });
  }
}
