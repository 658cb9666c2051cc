import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createFileAtomic, writeFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError, systemErrorCode } from '../support/errors.js';
import { assertLabel } from '../xnat/labels.js';
import { keyIdOf, keyLength } from './derive.js';
import {
  openKeyFile,
  parseKeyFile,
  plainKeyFile,
  sealedKeyFile,
  type KeyFile,
  type KeyInfo,
  type ProjectKey,
} from './keyFile.js';
import type { SchemeName } from './scheme.js';

/** The key of work that goes to no server. */
export const localKey = 'local';

/** The passphrase of a protected key, from wherever the person keeps it; undefined when there is none. */
export type AskPassphrase = (key: KeyInfo) => Promise<string | undefined>;

/** One key of a project as it can be shown. */
export interface KeyEntry extends KeyInfo {
  /** The one that is used; the others are kept for what was made with them. */
  readonly current: boolean;
  /** Behind a passphrase. */
  readonly protected: boolean;
  /** Path of its file. */
  readonly where: string;
}

export interface NewKeyOptions {
  readonly scheme: SchemeName;
  /** Protects the file in the state folder. */
  readonly passphrase?: string;
  /** The person knows that the key before is lost, and what that means. */
  readonly replacesLost?: boolean;
}

/**
 * Project keys in files of mode 0600 in the state folder (design: safety, 6): `keys/project-P/current.json` is the one
 * in use, `<id>.json` those before it. `key-ids/project-P` names every key that was ever here, in another folder: so a
 * key that was lost is missed, and never replaced by a new one without a word. Whole files appear by link or rename:
 * a reader, also one after `kill -9`, sees the old or the new one.
 */
export class KeyStore {
  /** Protected keys that were opened, by id: each passphrase is asked for once. */
  private readonly open = new Map<string, ProjectKey>();

  constructor(
    private readonly stateFolder: string,
    private readonly ask: AskPassphrase = () => Promise.resolve(undefined),
  ) {}

  /** The key in use; undefined only where there never was one. @throws KEY_MISSING, PASSPHRASE_WRONG */
  async current(project: string): Promise<ProjectKey | undefined> {
    const file = await this.currentFile(project);
    return file && this.opened(file);
  }

  /** What is known of the key in use, without opening it. @throws KEY_MISSING */
  async info(project: string): Promise<KeyInfo | undefined> {
    const file = await this.currentFile(project);
    return file && infoOf(file);
  }

  /** A key of this project by its id, in use or kept. @throws PASSPHRASE_WRONG */
  async byId(project: string, id: string): Promise<ProjectKey | undefined> {
    for (const name of [`${id}.json`, 'current.json']) {
      const file = await this.read(join(this.folder(project), name));
      if (file?.id === id) return this.opened(file);
    }
    return undefined;
  }

  /** All keys of a project, the one in use first, without opening any. @throws KEY_MISSING when that one is lost. */
  async list(project: string): Promise<readonly KeyEntry[]> {
    const inUse = await this.currentFile(project);
    const entries = new Map<string, KeyEntry>();
    for (const name of ['current.json', ...(await readdir(this.folder(project)).catch(() => []))]) {
      const where = join(this.folder(project), name);
      const file = /^(?:current|[0-9a-f]{16})\.json$/.test(name) ? await this.read(where) : undefined;
      if (file === undefined || entries.has(file.id)) continue;
      const current = file.id === inUse?.id;
      entries.set(file.id, { ...infoOf(file), current, protected: 'sealed' in file.secret, where });
    }
    return [...entries.values()];
  }

  /** A new key. @throws USAGE when there is one, KEY_MISSING when one was lost and that was not said. */
  async create(project: string, options: NewKeyOptions): Promise<ProjectKey> {
    const { key, created } = await this.createOrRead(project, options);
    if (created) return key;
    throw new GiftCloudError('USAGE', 'There is a key for this project already.', {
      hint: 'Look at it with "key show"; "key rotate" makes a new one and keeps the old one.',
    });
  }

  /** The key of local work, made at first use. @throws KEY_MISSING when it was lost: never a new one in its place. */
  ensureLocal(): Promise<{ readonly key: ProjectKey; readonly created: boolean }> {
    return this.createOrRead(localKey, { scheme: 'keyed' });
  }

  /**
   * A new key in place of the one in use, which is kept by its id; a protected one is followed by a protected one.
   * @throws KEY_MISSING without a key to rotate, PASSPHRASE_WRONG
   */
  async rotate(project: string, passphrase?: string): Promise<ProjectKey> {
    const before = await this.currentFile(project);
    if (before === undefined) throw noKey();
    const wanted = passphrase ?? ('sealed' in before.secret ? await this.ask(before) : undefined);
    // A wrong passphrase must not protect the new key: nobody could open it.
    if ('sealed' in before.secret) await openKeyFile(before, () => Promise.resolve(wanted));
    const key = newKey(project, before.scheme);
    await this.use(key, wanted);
    return key;
  }

  /** Takes back a key that was just made and never used. */
  async forget({ project, id }: KeyInfo): Promise<void> {
    if ((await this.info(project))?.id !== id) return;
    // In this order: killed in between, the key is one that was just made.
    await unlink(join(this.idsFolder(project), id));
    await unlink(this.currentPath(project));
    this.open.delete(id);
  }

  /** Takes a key from elsewhere into use; the one before is kept by its id. */
  async use(key: ProjectKey, passphrase?: string): Promise<void> {
    const { project, id } = key;
    const text = await textOf(key, passphrase);
    await this.makeFolders(project);
    await this.keepCurrent(project);
    await writeFileAtomic(join(this.folder(project), `${id}.json`), text);
    await this.remember(project, id);
    await writeFileAtomic(this.currentPath(project), text);
    this.open.delete(id);
  }

  private async createOrRead(
    project: string,
    { scheme, passphrase, replacesLost = false }: NewKeyOptions,
  ): Promise<{ readonly key: ProjectKey; readonly created: boolean }> {
    const known = await this.currentFile(project).catch((error: unknown) => {
      if (replacesLost && GiftCloudError.is(error, 'KEY_MISSING')) return undefined;
      throw error;
    });
    if (known !== undefined) return { key: await this.opened(known), created: false };
    await this.makeFolders(project);
    if (replacesLost) await this.setAside(project);
    const key = newKey(project, scheme);
    const created = await createFileAtomic(this.currentPath(project), await textOf(key, passphrase));
    if (created) await this.remember(project, key.id);
    // Of two programs that make the first key at once both use the one that is there now.
    const used = created ? key : await this.current(project);
    if (used === undefined) throw noKey();
    return { key: used, created };
  }

  private async currentFile(project: string): Promise<KeyFile | undefined> {
    const path = this.currentPath(project);
    const known = await this.knownIds(project);
    const text = await readText(path);
    if (text === undefined && known.length === 0) return undefined;
    const file = text === undefined ? undefined : parseKeyFile(text);
    if (file?.project !== project) throw lost(text === undefined ? 'is not there' : 'is damaged');
    // Killed right after its key was made: this is the first one.
    if (known.length === 0) await this.remember(project, file.id);
    else if (!known.includes(file.id)) throw lost('is not one of this machine');
    return file;
  }

  private async opened(file: KeyFile): Promise<ProjectKey> {
    const known = this.open.get(file.id);
    if (known !== undefined && known.project === file.project) return known;
    const key = await openKeyFile(file, () => this.ask(file));
    if ('sealed' in file.secret) this.open.set(key.id, key);
    return key;
  }

  /** What is in use, under its id too; what is no key, aside. */
  private async keepCurrent(project: string): Promise<void> {
    const text = await readText(this.currentPath(project));
    if (text === undefined) return;
    const file = parseKeyFile(text);
    if (file === undefined) await this.setAside(project);
    else await createFileAtomic(join(this.folder(project), `${file.id}.json`), text);
  }

  /** A file that can't be used is kept: a person may still make something of it. */
  private async setAside(project: string): Promise<void> {
    const name = `aside-${randomBytes(4).toString('hex')}`;
    await rename(this.currentPath(project), join(this.folder(project), name)).catch((error: unknown) => {
      if (systemErrorCode(error) !== 'ENOENT') throw error;
    });
  }

  private async read(path: string): Promise<KeyFile | undefined> {
    const text = await readText(path);
    return text === undefined ? undefined : parseKeyFile(text);
  }

  private async makeFolders(project: string): Promise<void> {
    await mkdir(this.folder(project), { recursive: true, mode: 0o700 });
    await mkdir(this.idsFolder(project), { recursive: true, mode: 0o700 });
  }

  private async knownIds(project: string): Promise<readonly string[]> {
    try {
      return (await readdir(this.idsFolder(project))).filter((name) => /^[0-9a-f]{16}$/.test(name));
    } catch (error) {
      if (systemErrorCode(error) === 'ENOENT') return [];
      throw lost('can not be read', error);
    }
  }

  private async remember(project: string, id: string): Promise<void> {
    await mkdir(this.idsFolder(project), { recursive: true, mode: 0o700 });
    await writeFileAtomic(join(this.idsFolder(project), id), '');
  }

  private currentPath(project: string): string {
    return join(this.folder(project), 'current.json');
  }

  private folder(project: string): string {
    assertLabel('project', project);
    return join(this.stateFolder, 'keys', `project-${project}`);
  }

  private idsFolder(project: string): string {
    assertLabel('project', project);
    return join(this.stateFolder, 'key-ids', `project-${project}`);
  }
}

function infoOf({ id, project, scheme, created }: KeyInfo): KeyInfo {
  return { id, project, scheme, created };
}

function newKey(project: string, scheme: SchemeName): ProjectKey {
  const key = randomBytes(keyLength);
  return { project, id: keyIdOf(key), scheme, created: new Date().toISOString(), key };
}

function textOf(key: ProjectKey, passphrase: string | undefined): Promise<string> {
  return passphrase === undefined ? Promise.resolve(plainKeyFile(key)) : sealedKeyFile(key, passphrase);
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    // Only "not there" is absence: a key that can't be read is not replaced.
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw lost('can not be read', error);
  }
}

/** There never was a key. */
export function noKey(): GiftCloudError {
  return new GiftCloudError('KEY_MISSING', 'There is no key for this project on this machine.', {
    hint: 'Import the one of the project ("key import"), or make one if it has none yet ("key create").',
  });
}

function lost(how: string, cause?: unknown): GiftCloudError {
  return new GiftCloudError('KEY_MISSING', `The key of this project ${how}.`, {
    hint:
      'Import it from its backup ("key import"). Only if there is none: "key create --lost" makes another one, ' +
      'and what comes from now on no longer fits what was made before.',
    cause,
  });
}
