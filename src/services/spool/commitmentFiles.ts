import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sealer } from '../queue/jobStore.js';
import { writeFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import type { CommitmentMemory, KeptCommitment } from './types.js';

/** In the spool; the dot tells it from folders of received data. */
const folderName = 'commitments.sealed';
const ending = '.json';
/** Whoever asked so long ago has given up. */
const longestMs = 30 * 24 * 60 * 60 * 1000;

/** Requests for storage commitment in sealed files, one each. */
export class CommitmentFiles implements CommitmentMemory {
  private readonly folder: string;
  private readonly inHand = new Set<string>();

  constructor(
    root: string,
    private readonly sealer: Sealer,
  ) {
    this.folder = join(root, folderName);
  }

  async keep(kept: KeptCommitment): Promise<string> {
    const name = randomUUID();
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    this.inHand.add(name);
    const sealed = await this.sealer.seal(JSON.stringify(kept), labelOf(name));
    await writeFileAtomic(this.pathOf(name), `${JSON.stringify({ version: 1, sealed })}\n`);
    return name;
  }

  async takeUp(): Promise<ReadonlyMap<string, KeptCommitment>> {
    const found = new Map<string, KeptCommitment>();
    for (const file of await this.files()) {
      const name = file.slice(0, -ending.length);
      if (this.inHand.has(name)) continue;
      this.inHand.add(name);
      const kept = await this.read(name);
      if (kept) found.set(name, kept);
    }
    return found;
  }

  letGo(name: string): void {
    this.inHand.delete(name);
  }

  async forget(name: string): Promise<void> {
    this.inHand.delete(name);
    await rm(this.pathOf(name), { force: true });
  }

  private async files(): Promise<readonly string[]> {
    const names = await readdir(this.folder).catch((error: unknown) => {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw error;
    });
    return names.filter((name) => name.endsWith(ending));
  }

  /** Undefined for what is too old, gone or unreadable: that is forgotten, and its sender asks again. */
  private async read(name: string): Promise<KeptCommitment | undefined> {
    const path = this.pathOf(name);
    try {
      const { mtimeMs } = await stat(path);
      const { sealed } = JSON.parse(await readFile(path, 'utf8')) as { readonly sealed?: unknown };
      if (Date.now() - mtimeMs < longestMs && typeof sealed === 'string') {
        return JSON.parse(await this.sealer.open(sealed, labelOf(name))) as KeptCommitment;
      }
    } catch (error) {
      const isUnreadable = error instanceof SyntaxError || GiftCloudError.is(error, 'STATE_UNREADABLE');
      if (!isUnreadable && systemErrorCode(error) !== 'ENOENT') throw error;
    }
    await this.forget(name);
    return undefined;
  }

  private pathOf(name: string): string {
    return join(this.folder, `${name}${ending}`);
  }
}

function labelOf(name: string): string {
  return `commitment/${name}`;
}
