import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Records written to the snapshot at a time. */
const BATCH = 2000;

/** One stored change; `value` null removes the record. */
export interface JournalEntry {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
}

/**
 * The sandbox's data base: a snapshot and a journal of changes, one JSON array a line. A change is in the file when
 * `append` returns, so killing the process loses nothing that was answered; a torn last line is ignored. Opening
 * folds the journal into a new snapshot.
 */
export class Journal {
  private descriptor: number | undefined;

  constructor(private readonly folder: string) {
    mkdirSync(folder, { recursive: true });
  }

  /** Every live record, in the order of its first appearance. */
  load(): JournalEntry[] {
    const live = new Map<string, JournalEntry>();
    for (const file of [this.snapshotPath, this.journalPath]) {
      for (const entry of readEntries(file)) {
        const key = `${entry.kind} ${entry.id}`;
        if (entry.value === null) live.delete(key);
        else live.set(key, entry);
      }
    }
    const entries = [...live.values()];
    this.compact(entries);
    return entries;
  }

  append(entry: JournalEntry): void {
    if (this.descriptor === undefined) return;
    writeSync(this.descriptor, serialise(entry));
  }

  close(): void {
    if (this.descriptor === undefined) return;
    fsyncSync(this.descriptor);
    closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  /** The snapshot is complete before the journal is emptied: in between, replaying the journal changes nothing. */
  private compact(entries: readonly JournalEntry[]): void {
    const part = `${this.snapshotPath}.part`;
    const file = openSync(part, 'w', 0o600);
    for (let first = 0; first < entries.length; first += BATCH) {
      writeSync(
        file,
        entries
          .slice(first, first + BATCH)
          .map(serialise)
          .join(''),
      );
    }
    fsyncSync(file);
    closeSync(file);
    renameSync(part, this.snapshotPath);
    this.descriptor = openSync(this.journalPath, 'w', 0o600);
  }

  private get snapshotPath(): string {
    return join(this.folder, 'snapshot.jsonl');
  }

  private get journalPath(): string {
    return join(this.folder, 'journal.jsonl');
  }
}

function serialise(entry: JournalEntry): string {
  return `${JSON.stringify([entry.kind, entry.id, entry.value])}\n`;
}

function readEntries(file: string): JournalEntry[] {
  if (!existsSync(file)) return [];
  const entries: JournalEntry[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    try {
      const [kind, id, value] = JSON.parse(line) as [string, string, unknown];
      entries.push({ kind, id, value });
    } catch {
      break; // the line that was being written when the process was killed
    }
  }
  return entries;
}
