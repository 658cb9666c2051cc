import type { Locator, Page } from 'playwright-core';

/**
 * Drags a row onto a row behind another icon of the activity bar, as a hand does: VS Code opens the views while the
 * drag hovers over the icon.
 */
export async function dragAcross(page: Page, from: Locator, icon: Locator, to: Locator): Promise<void> {
  const start = await center(from);
  const over = await center(icon);
  await page.mouse.move(start.x, start.y);
  await page.mouse.down();
  await page.mouse.move(start.x + 6, start.y + 6, { steps: 3 });
  await page.mouse.move(over.x, over.y, { steps: 5 });
  for (let moves = 0; !(await to.isVisible()); moves++) {
    if (moves > 100) throw new Error('the views did not open while dragging over their icon');
    await page.mouse.move(over.x + (moves % 2), over.y);
    await page.waitForTimeout(100);
  }
  const end = await center(to);
  await page.mouse.move(end.x, end.y, { steps: 5 });
  // The tree decides a moment later whether it takes the drop.
  await page.waitForTimeout(300);
  await page.mouse.move(end.x + 2, end.y + 1);
  await page.mouse.up();
}

/** The browser's own classes, as far as a drop needs them; the project is compiled without the types of browsers. */
interface BrowserGlobals {
  readonly DataTransfer: new () => { readonly items: { add(file: object): void } };
  readonly File: new (parts: readonly Uint8Array[], name: string) => object;
  readonly DragEvent: new (type: string, options: object) => object;
}

interface DropTarget {
  getBoundingClientRect(): {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  dispatchEvent(event: object): boolean;
}

/** Drops a file of the operating system: in a browser it comes as bytes, without a path. */
export async function dropFile(target: Locator, name: string, bytes: Uint8Array): Promise<void> {
  await target.waitFor();
  await target.evaluate(
    async (node, given) => {
      const browser = globalThis as unknown as BrowserGlobals;
      const element = node as unknown as DropTarget;
      const dataTransfer = new browser.DataTransfer();
      const content = Uint8Array.from(atob(given.base64), (letter) => letter.charCodeAt(0));
      dataTransfer.items.add(new browser.File([content], given.name));
      const box = element.getBoundingClientRect();
      const place = { clientX: box.x + box.width / 2, clientY: box.y + box.height / 2 };
      for (const type of ['dragenter', 'dragover', 'dragover', 'drop']) {
        element.dispatchEvent(
          new browser.DragEvent(type, { bubbles: true, cancelable: true, dataTransfer, ...place }),
        );
        await new Promise((done) => setTimeout(done, 150));
      }
    },
    { name, base64: Buffer.from(bytes).toString('base64') },
  );
}

async function center(element: Locator): Promise<{ x: number; y: number }> {
  await element.waitFor();
  const box = await element.boundingBox();
  if (box === null) throw new Error('the element has no place on the screen');
  return { x: box.x + Math.min(box.width / 2, 60), y: box.y + box.height / 2 };
}
