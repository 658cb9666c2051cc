import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { markerFor, sameNames } from './jobScheme.js';
import type { KeyInfo } from './keyFile.js';
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
 * Sets an empty project up without asking whether a change is meant.
 * @throws SCHEME_MISMATCH when the project is in use already: that takes `agree`.
 */
export async function setUpEmpty(
  archive: Archive,
  project: string,
  choice: { readonly key: KeyInfo | undefined; readonly profile: unknown },
  signal?: AbortSignal,
): Promise<Marker> {
  const { empty } = await projectState(archive, project, signal);
  if (empty) return agree(archive, project, choice, signal);
  throw new GiftCloudError('SCHEME_MISMATCH', 'The project is in use already.', {
    hint: 'Its data would not fit a new key. If this is what an owner of the project wants: "key agree" (docs/keys.md).',
  });
}
