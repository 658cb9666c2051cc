import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { GiftCloudError } from '../../services/support/errors.js';

const BEAT_MS = 2000;
/** A holder that was killed leaves its file behind; its number may since belong to another process. */
const STALE_MS = 15_000;

/** Keeps a second sandbox out of a data folder: two would write over each other's records. */
export class FolderLock {
  private readonly beat: NodeJS.Timeout;

  private constructor(private readonly path: string) {
    this.beat = setInterval(() => touch(path), BEAT_MS).unref();
  }

  /** Throws while another sandbox works on the folder. */
  static take(folder: string): FolderLock {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'lock');
    const holder = livingHolder(path);
    if (holder !== undefined) {
      throw new GiftCloudError('USAGE', 'Another sandbox works on this data folder.', {
        hint: `End process ${holder}, or choose another folder with --data.`,
      });
    }
    rmSync(path, { force: true });
    // Of two that start at once only one creates the file.
    const file = openSync(path, 'wx', 0o600);
    writeSync(file, String(process.pid));
    closeSync(file);
    return new FolderLock(path);
  }

  release(): void {
    clearInterval(this.beat);
    rmSync(this.path, { force: true });
  }
}

function touch(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // The folder was removed under the sandbox: nothing is left to guard.
  }
}

function livingHolder(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    if (Date.now() - statSync(path).mtimeMs > STALE_MS || !(pid > 0)) return undefined;
    return isAlive(pid) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Alive, and somebody else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  // A killed process whose parent has not asked for it yet still has its number (Linux, proc(5): state Z).
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}
