import { randomBytes } from 'node:crypto';
import { chmod, mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';

const ownerFile = 'owner';
const dayMs = 24 * 60 * 60 * 1000;

/** A folder of dropped files, under random names: their own names may name a patient. */
export interface SpoolFolder {
  readonly path: string;
  add(bytes: Uint8Array): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Keeps files that were dropped as bytes, not yet de-identified, for the length of one upload: in the extension's
 * own storage, readable by this user alone.
 */
export class Spool {
  constructor(private readonly root: string) {}

  async create(): Promise<SpoolFolder> {
    await mkdir(this.root, { recursive: true, mode: 0o700 });
    // The folder may be older than this rule.
    await chmod(this.root, 0o700);
    await this.sweep();
    const folder = join(this.root, randomName());
    const files = join(folder, 'files');
    await mkdir(files, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, ownerFile), JSON.stringify([hostname(), process.pid]), { mode: 0o600 });
    return {
      path: files,
      add: async (bytes) => {
        const file = await open(join(files, randomName()), 'wx', 0o600);
        try {
          await file.writeFile(bytes);
        } finally {
          await file.close();
        }
      },
      remove: () => rm(folder, { recursive: true, force: true }),
    };
  }

  /** Deletes what a killed editor left behind. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.root).catch(() => [])) {
      const folder = join(this.root, name);
      if (await isAbandoned(folder)) await rm(folder, { recursive: true, force: true });
    }
  }
}

function randomName(): string {
  return randomBytes(16).toString('hex');
}

/** Its process is gone; where that can't be seen (another container on the same disk), it is older than a day. */
async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const [host, pid] = JSON.parse(await readFile(join(folder, ownerFile), 'utf8')) as [string, number];
    if (host === hostname() && !isRunning(pid)) return true;
  } catch {
    // No readable owner: it is being made at this moment, or it was never finished. Its age decides.
  }
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
  return Date.now() - mtimeMs > dayMs;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
