import { readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Dirent } from 'node:fs';
import type { Refusal } from '../deid/types.js';
import { throwIfAborted } from '../support/errors.js';

/** What a walk over the inputs meets; paths are local and identifying: never logged. */
export type FoundPath =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly refusal: Refusal };

/**
 * Walks files and folders, each file once, in the order of names. Hidden files count, links are followed, and a folder
 * that a link leads back to is not entered again. What can't be read is told and passed over: never an error.
 */
export async function* walk(
  inputs: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<FoundPath, void, undefined> {
  const walker = new Walker(inputs.length > 1, signal);
  for (const input of inputs) yield* walker.visit(resolve(input));
}

class Walker {
  /** Folders by their real path: the protection against loops and against the same folder given twice. */
  private readonly folders = new Set<string>();
  /** Files already told, kept only where two inputs can name the same file. */
  private readonly files: Set<string> | undefined;

  constructor(
    severalInputs: boolean,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.files = severalInputs ? new Set() : undefined;
  }

  async *visit(path: string): AsyncGenerator<FoundPath, void, undefined> {
    throwIfAborted(this.signal);
    const stats = await stat(path).catch(() => undefined);
    if (stats === undefined) yield refused(path, 'failed', 'A file or folder cannot be read.');
    else if (stats.isDirectory()) yield* this.enter(path);
    else if (stats.isFile()) yield* this.file(path);
    else yield refused(path, 'skipped', 'The entry is not a regular file.');
  }

  private async *enter(folder: string): AsyncGenerator<FoundPath, void, undefined> {
    let entries: Dirent[];
    try {
      const real = await realpath(folder);
      if (this.folders.has(real)) return;
      this.folders.add(real);
      entries = await readdir(folder, { withFileTypes: true });
    } catch {
      yield refused(folder, 'failed', 'A folder cannot be read.');
      return;
    }
    for (const entry of entries.sort(byName)) {
      const path = join(folder, entry.name);
      // Without a call per file: 10,000 of them have to be quick.
      if (entry.isFile()) yield* this.file(path);
      else if (entry.isDirectory()) yield* this.enter(path);
      else yield* this.visit(path);
    }
  }

  private *file(path: string): Generator<FoundPath, void, undefined> {
    throwIfAborted(this.signal);
    if (this.files?.has(path) === true) return;
    this.files?.add(path);
    yield { kind: 'file', path };
  }
}

function refused(path: string, status: 'failed' | 'skipped', reason: string): FoundPath {
  const code = status === 'failed' ? 'FILE_UNREADABLE' : 'NOT_DICOM';
  return { kind: 'refused', path, refusal: { status, code, reason } };
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
