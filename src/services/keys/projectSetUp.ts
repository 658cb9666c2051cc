import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { markerFor, sameNames } from './jobScheme.js';
import type { KeyInfo } from './keyFile.js';
import type { KeyStore, NewKeyOptions } from './keyStore.js';
import { readMarker, writeMarker, type MarkedScheme, type Marker } from './marker.js';

/** How a project stands, before its owner decides. */
export interface ProjectState {
  readonly marker: Marker | undefined;
  readonly empty: boolean;
}

/** What the server says about a project; one request, or two where there is no marker. */
export async function projectState(
  archive: Archive,
  project: string,
  signal?: AbortSignal,
): Promise<ProjectState> {
  const marker = await readMarker(archive, project, signal);
  if (marker !== undefined) return { marker, empty: false };
  return { marker, empty: (await archive.listSubjects(project, signal)).length === 0 };
}

/**
 * An owner sets a project up, or agrees to a change: the marker is written for this key and profile and read back. What was
 * in force before stays named, so that its data is recognised.
 * @param key the one in use here; undefined for `gift-cloud` without a key.
 * @throws NOT_ALLOWED when the server did not keep it: only an owner's marker is stored.
 */
export async function agree(
  archive: Archive,
  project: string,
  { key, profile }: { readonly key: KeyInfo | undefined; readonly profile: unknown },
  signal?: AbortSignal,
): Promise<Marker> {
  const { marker: before, empty } = await projectState(archive, project, signal);
  const wanted = markerFor(key, profile);
  const known: readonly MarkedScheme[] = before
    ? [before, ...before.earlier]
    : empty
      ? []
      : [{ scheme: 'gift-cloud' }];
  const earlier = known
    .filter((one, at) => !sameNames(one, wanted) && known.findIndex((other) => sameNames(one, other)) === at)
    .map(({ scheme, keyId }) => ({ scheme, ...(keyId !== undefined && { keyId }) }));
  const marker = { ...wanted, earlier };
  await writeMarker(archive, project, marker, signal);
  return marker;
}

/**
 * Makes the key of an empty project and sets the project up for it. A key that the server was not set up for is not kept:
 * nothing was made with it.
 * @throws SCHEME_MISMATCH when the project is in use already: that takes `agree`. NOT_ALLOWED for anybody but an owner.
 *   Those of `KeyStore.create`.
 */
export async function createForProject(
  {
    archive,
    project,
    profile,
    keys,
  }: {
    readonly archive: Archive;
    readonly project: string;
    readonly profile: unknown;
    readonly keys: KeyStore;
  },
  options: NewKeyOptions,
  signal?: AbortSignal,
): Promise<Marker> {
  const { empty } = await projectState(archive, project, signal);
  if (!empty) throw inUse();
  const key = await keys.create(project, options);
  try {
    return await agree(archive, project, { key, profile }, signal);
  } catch (error) {
    if (GiftCloudError.is(error, 'NOT_ALLOWED')) await keys.forget(key);
    throw error;
  }
}

function inUse(): GiftCloudError {
  return new GiftCloudError('SCHEME_MISMATCH', 'The project is in use already.', {
    hint:
      'Its data would not fit a new key. If this is what an owner of the project wants: make the key without a server, ' +
      'then "key agree" (docs/keys.md).',
  });
}
