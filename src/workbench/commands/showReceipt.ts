import type { CommandHandler } from '../commands.js';
import type { JobFiles } from '../jobFiles.js';

/** "Show Last Receipt": what the last upload wrote where, as JSON. */
export function showReceiptCommand(receipts: JobFiles): CommandHandler {
  return () => receipts.showLast();
}
