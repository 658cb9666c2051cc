import { needsDateOffset, type Profile } from '../deid/profiles/profile.js';
import { readFile } from 'node:fs/promises';
import { createFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { assertSchemeFits, markerFor, sameNames } from './jobScheme.js';
import { openKeyFile, parseKeyFile, sealedKeyFile, type KeyFile, type KeyInfo } from './keyFile.js';
import { noKey, type KeyEntry, type KeyStore, type NewKeyOptions } from './keyStore.js';
import { readMarker, writeMarker, type MarkedScheme, type Marker } from './marker.js';

/** A project on a server. */
export interface ServerProject {
  readonly archive: Archive;
  readonly project: string;
}

/** How a project stands, before its owner decides. */
export interface ProjectState {
  readonly marker: Marker | undefined;
  /** Neither marked nor with subjects. */
  readonly empty: boolean;
}

/** What a person does with project keys: on this machine, between machines, and on the server. */
export class ProjectKeys {
  constructor(private readonly store: KeyStore) {}

  /** What is known of the key in use. @throws KEY_MISSING when it was lost */
  info(project: string): Promise<KeyInfo | undefined> {
    return this.store.info(project);
  }

  /** All keys of a project. @throws KEY_MISSING when the one in use was lost */
  list(project: string): Promise<readonly KeyEntry[]> {
    return this.store.list(project);
  }

  /** A new key on this machine alone, see `KeyStore.create`. */
  async create(project: string, options: NewKeyOptions): Promise<KeyInfo> {
    return infoOf(await this.store.create(project, options));
  }

  /** A new key in place of the one in use, see `KeyStore.rotate`. */
  async rotate(project: string, passphrase?: string): Promise<KeyInfo> {
    return infoOf(await this.store.rotate(project, passphrase));
  }

  /**
   * Writes the key in use to a file behind a passphrase, for a backup or another machine.
   * @throws KEY_MISSING, FILE_EXISTS: never over another file
   */
  async export(project: string, file: string, passphrase: string): Promise<KeyInfo> {
    const key = await this.store.current(project);
    if (key === undefined) throw noKey();
    if (await createFileAtomic(file, await sealedKeyFile(key, passphrase))) return infoOf(key);
    throw new GiftCloudError('FILE_EXISTS', 'There is a file of this name already.', {
      hint: 'Nothing was written. Choose another name or folder.',
    });
  }

  /** Reads an exported key without opening it. @throws USAGE for anything else */
  async readExported(file: string): Promise<KeyFile> {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      throw new GiftCloudError('USAGE', 'The key file could not be read.', {
        hint: 'Check that it is there and that you may read it.',
        cause,
      });
    });
    const exported = parseKeyFile(text);
    if (exported !== undefined && 'sealed' in exported.secret) return exported;
    throw new GiftCloudError('USAGE', 'The file is no exported key.', {
      hint: 'Give one that was exported behind a passphrase.',
    });
  }

  /**
   * Takes an exported key into use for a project; the one before is kept.
   * @param protect passphrase for the file in the state folder.
   * @throws PASSPHRASE_WRONG
   */
  async import(
    project: string,
    exported: KeyFile,
    passphrase: () => Promise<string | undefined>,
    protect?: string,
  ): Promise<KeyInfo> {
    const key = { ...(await openKeyFile(exported, passphrase)), project };
    await this.store.use(key, protect);
    return infoOf(key);
  }

  /** What the server says about a project; one request, or two where there is no marker. */
  async state({ archive, project }: ServerProject, signal?: AbortSignal): Promise<ProjectState> {
    const marker = await readMarker(archive, project, signal);
    if (marker !== undefined) return { marker, empty: false };
    return { marker, empty: (await archive.listSubjects(project, signal)).length === 0 };
  }

  /**
   * Looks whether uploads with this profile would find the key that the project names; nothing is written.
   * @throws SCHEME_MISMATCH, KEY_MISSING, PASSPHRASE_WRONG; those of the archive
   */
  async assertFits(
    { archive, project }: ServerProject,
    profile: Profile,
    signal?: AbortSignal,
  ): Promise<void> {
    const job = { archive, project, profile, needsDateOffset: needsDateOffset(profile) };
    await assertSchemeFits(job, this.store, signal);
  }

  /**
   * An owner sets a project up for the key in use here and a profile, or agrees to a change of them; without a key for
   * `gift-cloud`. The marker is read back. What was in force before stays named, so that its data is recognised.
   * @throws NOT_ALLOWED when the server did not keep it: only an owner's marker is stored. KEY_MISSING where the project
   *   has a key that is not here.
   */
  async agree(target: ServerProject, profile: Profile, signal?: AbortSignal): Promise<Marker> {
    const { archive, project } = target;
    const { marker: before, empty } = await this.state(target, signal);
    const key = await this.store.info(project);
    // Who does not have the key of a project does not mean to do without one.
    if (key === undefined && before?.keyId !== undefined) throw noKey();
    const wanted = markerFor(key, profile);
    const unmarked: readonly MarkedScheme[] = empty ? [] : [{ scheme: 'gift-cloud' }];
    const known = before ? [before, ...before.earlier] : unmarked;
    const earlier = known
      .filter((one, at) => known.findIndex((other) => sameNames(one, other)) === at)
      .filter((one) => !sameNames(one, wanted))
      .map(({ scheme, keyId }) => ({ scheme, ...(keyId !== undefined && { keyId }) }));
    const marker = { ...wanted, earlier };
    await writeMarker(archive, project, marker, signal);
    return marker;
  }

  /**
   * Makes the key of an empty project and sets the project up for it. A key that the server was not set up for is not
   * kept: nothing was made with it.
   * @throws SCHEME_MISMATCH when the project is in use already: that takes `agree`. NOT_ALLOWED for anybody but an owner.
   *   Those of `create`.
   */
  async createOnServer(
    target: ServerProject,
    profile: Profile,
    options: NewKeyOptions,
    signal?: AbortSignal,
  ): Promise<Marker> {
    const { empty } = await this.state(target, signal);
    if (!empty) throw inUse();
    const key = await this.store.create(target.project, options);
    try {
      return await this.agree(target, profile, signal);
    } catch (error) {
      if (GiftCloudError.is(error, 'NOT_ALLOWED')) await this.store.forget(key);
      throw error;
    }
  }
}

/** Everything about a key but the key. */
function infoOf({ id, project, scheme, created }: KeyInfo): KeyInfo {
  return { id, project, scheme, created };
}

function inUse(): GiftCloudError {
  return new GiftCloudError('SCHEME_MISMATCH', 'The project is in use already.', {
    hint:
      'Its data would not fit a new key. If this is what an owner of the project wants: make the key without a server, ' +
      'then "key agree" (docs/keys.md).',
  });
}
