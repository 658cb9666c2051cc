import { appendFile, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Leases } from '../queue/leases.js';
import { systemErrorCode } from '../support/errors.js';

/** Instances in a file; the one before it is kept, too. */
const mostInstances = 100_000;
const lineLength = 33;
const fileName = 'archived';

/**
 * Remembers which instances were archived, for storage commitment: their keyed names, one a line, the latest 100,000 and up to as
 * many before them. Nothing is synced: what a power cut takes is not committed to, and the sender sends it again.
 */
export class ArchivedInstances {
  private readonly file: string;
  private readonly earlier: string;

  constructor(
    private readonly root: string,
    private readonly leases: Leases,
    private readonly most = mostInstances,
  ) {
    this.file = join(root, fileName);
    this.earlier = `${this.file}.earlier`;
  }

  /** Errors: those of the file system. */
  async add(instance: string): Promise<void> {
    await appendFile(this.file, `${instance}\n`, { mode: 0o600 });
    if (await this.isFull()) await this.turn();
  }

  /** Those of the names that are remembered. Errors: those of the file system. */
  async among(instances: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const file of [this.file, this.earlier]) {
      const text = await readFile(file, 'latin1').catch((error: unknown) => {
        if (systemErrorCode(error) === 'ENOENT') return '';
        throw error;
      });
      for (const line of text.split('\n')) if (instances.has(line)) found.add(line);
    }
    return found;
  }

  private async turn(): Promise<void> {
    // Of several processes one does it, once.
    const lease = await this.leases.acquire(this.root, fileName);
    if (lease === undefined) return;
    try {
      if (await this.isFull()) await rename(this.file, this.earlier);
    } finally {
      await lease.release();
    }
  }

  private async isFull(): Promise<boolean> {
    return (await stat(this.file)).size >= this.most * lineLength;
  }
}
