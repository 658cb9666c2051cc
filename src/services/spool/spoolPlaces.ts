import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { systemErrorCode } from '../support/errors.js';

const folderName = 'spool';

/** Names that the spool gives in its folder; those with a dot are no folders of received data. */
const inFolder = { objects: 'objects', parts: 'parts', destination: 'destination.json' } as const;

/** Where a folder of received data keeps what. */
export interface FolderPlaces {
  readonly folder: string;
  /** Objects that are whole and durable; nothing else, so that it can be an input of an upload. */
  readonly objects: string;
  /** Objects on their way. */
  readonly parts: string;
  /** Where it is to go, sealed. */
  readonly destination: string;
}

export function spoolRoot(stateFolder: string): string {
  return resolve(stateFolder, folderName);
}

export function placesOf(root: string, id: string): FolderPlaces {
  const folder = join(root, id);
  return {
    folder,
    objects: join(folder, inFolder.objects),
    parts: join(folder, inFolder.parts),
    destination: join(folder, inFolder.destination),
  };
}

/** The name of an object of an instance: keyed and random, so that it tells nobody anything. */
export function objectName(instance: string, salt: Buffer): string {
  return `${instance}-${salt.toString('hex', 0, 6)}`;
}

export function instanceOf(name: string): string {
  return name.slice(0, name.indexOf('-'));
}

/** What a sealed file is bound to: its folder and its own name, the same for a part and for the object that it becomes. */
export function sealedName(path: string): string {
  return `${basename(dirname(dirname(path)))}/${basename(path)}`;
}

/** Ids of the folders of received data, sorted. */
export async function folderIds(root: string): Promise<readonly string[]> {
  return (await foldersIn(root)).filter((name) => !name.includes('.')).sort();
}

async function foldersIn(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

const droppedPrefix = 'dropped.';

/** Name of a folder of dropped data: with a dot, so that no job is made of it by itself. */
export function droppedFolderName(id: string): string {
  return droppedPrefix + id;
}

/** Ids of the folders of dropped data. */
export async function droppedIds(root: string): Promise<readonly string[]> {
  return (await foldersIn(root))
    .filter((name) => name.startsWith(droppedPrefix))
    .map((name) => name.slice(droppedPrefix.length));
}

/** Whether a state folder holds received or dropped data, which its key alone opens. */
export async function holdsFolders(stateFolder: string): Promise<boolean> {
  const root = spoolRoot(stateFolder);
  return (await folderIds(root)).length > 0 || (await droppedIds(root)).length > 0;
}
