import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { mkdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileRecord, ResourceRecord } from './model.js';

/** Stored files: `archive/<project>/arc001/<resource number>/<path>`, and a work folder for what is arriving. */
export class Blobs {
  readonly archiveFolder: string;
  private readonly workFolder: string;

  constructor(dataFolder: string) {
    this.archiveFolder = join(dataFolder, 'archive');
    this.workFolder = join(dataFolder, 'work');
    // What a killed process was receiving was never answered for.
    rmSync(this.workFolder, { recursive: true, force: true });
    mkdirSync(this.archiveFolder, { recursive: true });
    mkdirSync(this.workFolder, { recursive: true });
  }

  /** A path for a file on its way in. */
  temporary(): string {
    return join(this.workFolder, randomUUID());
  }

  async discard(path: string): Promise<void> {
    await rm(path, { recursive: true, force: true });
  }

  folderOf(resource: Pick<ResourceRecord, 'project' | 'number'>): string {
    return join(this.archiveFolder, resource.project, 'arc001', String(resource.number));
  }

  pathOf(resource: ResourceRecord, file: Pick<FileRecord, 'path' | 'place'>): string {
    return join(this.folderOf(resource), file.place ?? file.path);
  }

  /** Moves a received file to its place in the resource's folder. */
  async keep(resource: ResourceRecord, place: string, temporary: string): Promise<void> {
    const target = join(this.folderOf(resource), place);
    // Nearly always the folder is there.
    await rename(temporary, target).catch(async () => {
      await mkdir(dirname(target), { recursive: true });
      await rename(temporary, target);
    });
  }

  async remove(resource: ResourceRecord, file: Pick<FileRecord, 'path' | 'place'>): Promise<void> {
    await rm(this.pathOf(resource, file), { force: true });
  }

  async removeResource(resource: ResourceRecord): Promise<void> {
    await rm(this.folderOf(resource), { recursive: true, force: true });
    await rmdir(dirname(this.folderOf(resource))).catch(() => undefined);
  }

  /** The prearchive keeps its files under the session's own folder. */
  prearchiveFolder(project: string, timestamp: string, folder: string): string {
    return join(dirname(this.archiveFolder), 'prearchive', project, timestamp, folder);
  }

  cacheFolder(user: string, resource: string): string {
    return join(dirname(this.archiveFolder), 'cache', user, resource);
  }
}

/**
 * A name from a zip or a URL as a safe path inside a resource; undefined where it would lead outside. The real
 * server writes `../` entries outside the resource (observed); the sandbox stores nothing for them.
 */
export function safePath(name: string): string | undefined {
  const parts = name
    .replaceAll('\\', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');
  if (parts.length === 0 || parts.includes('..') || name.includes('\0')) return undefined;
  return parts.join('/');
}
