/**
 * Repeats a check until it holds, for 15 s at most: what a key or a click changes is drawn with the next frame, or
 * when the extension host answered. What the check said last is what fails.
 */
export async function soon(check: () => Promise<void>): Promise<void> {
  const end = Date.now() + 15_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
