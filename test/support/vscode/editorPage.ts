import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { editorPrograms } from './environment.js';

export interface EditorPage {
  readonly browser: Browser;
  readonly page: Page;
}

/** A Chromium without a window, at a fixed size so that pictures of two runs can be compared. */
export async function openBrowser(): Promise<EditorPage> {
  const browser = await chromium.launch({
    executablePath: editorPrograms().chromium,
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    reducedMotion: 'reduce',
  });
  return { browser, page: await context.newPage() };
}

/** Numbered pictures of one run, as evidence and for people to look at. */
export class Screenshots {
  private count: number;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    // A second suite of the same run goes on counting.
    this.count = readdirSync(folder).filter((name) => /^\d\d-.*\.png$/.test(name)).length;
  }

  /** Takes a picture; a page that has gone must not hide the failure that is being reported. */
  async take(page: Page, name: string): Promise<void> {
    this.count += 1;
    const safe = name.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
    const path = join(this.folder, `${String(this.count).padStart(2, '0')}-${safe}.png`);
    await page.screenshot({ path, animations: 'disabled' }).catch((error: unknown) => {
      process.stderr.write(`no picture ${name}: ${String(error)}\n`);
    });
  }
}
