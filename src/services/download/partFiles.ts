import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { systemErrorCode } from '../support/errors.js';

const pattern = /^\.gift-cloud-([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.part$/;

/** Longer than any download may stand still (see the time limits of the transport): ms. */
const abandonedAfter = 60 * 60 * 1000;

const host = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);

/**
 * Name of a file while it arrives: other than that of any other download, also of another window or machine, and free
 * of the name it will get. Says who writes it, so that what a killed process left can be told.
 */
export function partName(): string {
  return `.gift-cloud-${host}-${process.pid}-${randomBytes(8).toString('hex')}.part`;
}

/**
 * Removes what downloads that are no more left in a folder: those of dead processes of this machine, and those that
 * nobody has written to for an hour. Others may belong to another window or machine.
 */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, madeBy, pid] = pattern.exec(name) ?? [];
    if (madeBy === undefined) continue;
    const path = join(folder, name);
    const dead = madeBy === host && !isRunning(Number(pid));
    if (dead || (await isAbandoned(path))) await unlink(path).catch(() => undefined);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === 'EPERM';
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > abandonedAfter;
}
