import type { CommandHandler } from '../commands.js';
import type { Receipts } from '../receipts.js';

/** "Show Last Receipt": what the last upload wrote where, as JSON. */
export function showReceiptCommand(receipts: Receipts): CommandHandler {
  return () => receipts.showLast();
}
