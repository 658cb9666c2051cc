import type { ObjectWriter, WriteItem, WriteOutcome } from './objectWriter.js';
import { FolderWriter } from './folderWriter.js';
import { inTurn } from './inTurn.js';

/** The writer in the calling thread. */
export class InProcessWriter implements ObjectWriter {
  private folders: FolderWriter | undefined;

  expect(): void {
    // Nothing to start.
  }

  write(items: readonly WriteItem[], signal?: AbortSignal): Promise<readonly WriteOutcome[]> {
    const folders = (this.folders ??= new FolderWriter());
    return inTurn(items, (item) => folders.write(item), signal);
  }
}
