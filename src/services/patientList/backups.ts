import { readFile, readdir, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { createFileAtomic, writeFileAtomic } from '../support/atomicFile.js';
import { digestOf } from './listRecord.js';
import { kindOf, protect } from './protection.js';

/** Dated backups that stay; one a day at most. */
const mostBackups = 5;

export interface BackupRules {
  readonly password: string | undefined;
  /** Kept under a name that is never pruned: not our own list, or one that says more than the new one. */
  readonly forever: boolean;
  readonly now: Date;
}

/**
 * Keeps what a new list will replace: as the backup of this day, if there is none yet, or for ever. Doing it twice makes no
 * second copy. With a password everything that is kept is encrypted.
 */
export async function keepBefore(
  file: string,
  bytes: Buffer,
  { password, forever, now }: BackupRules,
): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  const name = forever ? `kept-${day}-${digestOf(bytes).slice(0, 8)}` : `backup-${day}`;
  await createFileAtomic(besides(file, name), protectedIfPlain(bytes, password));
}

/** Backups from before there was a password are encrypted with it; what is too old goes. */
export async function tidyBackups(file: string, password: string | undefined): Promise<void> {
  const names = (await readdir(dirname(file))).filter((name) => isBackup(file, name)).sort();
  const dated = names.filter((name) => name.startsWith(basename(besides(file, 'backup-'), '.xlsx')));
  const old = new Set(dated.slice(0, -mostBackups));
  for (const name of names) {
    const path = join(dirname(file), name);
    if (old.has(name)) await unlink(path).catch(() => undefined);
    else if (password !== undefined) await protectInPlace(path, password);
  }
}

async function protectInPlace(path: string, password: string): Promise<void> {
  const bytes = await readFile(path);
  if (kindOf(bytes) === 'plain') await writeFileAtomic(path, protect(bytes, password));
}

function protectedIfPlain(bytes: Buffer, password: string | undefined): Buffer {
  return password !== undefined && kindOf(bytes) === 'plain' ? protect(bytes, password) : bytes;
}

function besides(file: string, name: string): string {
  return join(dirname(file), `${basename(file, '.xlsx')}.${name}.xlsx`);
}

function isBackup(file: string, name: string): boolean {
  const stem = `${basename(file, '.xlsx')}.`;
  return (
    name.startsWith(stem) &&
    /^(backup-\d{4}-\d\d-\d\d|kept-\d{4}-\d\d-\d\d-[0-9a-f]{8})\.xlsx$/.test(name.slice(stem.length))
  );
}
