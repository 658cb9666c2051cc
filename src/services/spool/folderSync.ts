import { open, type FileHandle } from 'node:fs/promises';

/**
 * Makes the names in one folder durable (fsync of the folder). Who asks while a sync runs shares the next one with all others who
 * wait. A no-op where folders can't be opened (Windows: NTFS journals names by itself).
 */
export class FolderSync {
  private handle: Promise<FileHandle | undefined> | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /** Resolves when all that was done in the folder before this call is durable. Errors: those of the file system. */
  sync(): Promise<void> {
    if (this.next) return this.next;
    if (this.running === undefined) return this.start();
    this.next = this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.start();
      });
    return this.next;
  }

  async close(): Promise<void> {
    await (await this.handle)?.close();
    this.handle = undefined;
  }

  private start(): Promise<void> {
    const running = this.syncNow().finally(() => {
      if (this.running === running) this.running = undefined;
    });
    return (this.running = running);
  }

  private async syncNow(): Promise<void> {
    this.handle ??= open(this.folder, 'r').catch(() => undefined);
    await (await this.handle)?.sync();
  }
}
