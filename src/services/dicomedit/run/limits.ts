import { fault } from './faults.js';

/** Longest text that a script may make, in UTF-16 units. */
const longestText = 1024 * 1024;
/** What one run may write in total, in bytes. */
const mostWritten = 64 * 1024 * 1024;
/** Elements that one run may look at, steps of regular expressions included, and items that it may make. */
const mostVisits = 20_000_000;
const mostNewItems = 10_000;

/** Bounds of one run on one object: a script comes from a server, and must not hang or fill the machine. */
export class Limits {
  private written = 0;
  private visits = 0;
  private newItems = 0;

  text(text: string): string {
    if (text.length > longestText) fault('A text grows too long.');
    return text;
  }

  write(bytes: number): void {
    this.written += bytes;
    if (this.written > mostWritten) fault('The script writes too much.');
  }

  visit(elements = 1): void {
    this.visits += elements;
    if (this.visits > mostVisits) fault('The script needs too many steps for this object.');
  }

  newItem(): void {
    if (++this.newItems > mostNewItems) fault('The script makes too many items.');
  }
}
