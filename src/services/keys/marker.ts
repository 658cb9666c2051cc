import { createHash } from 'node:crypto';
import type { Profile } from '../deid/profiles/profile.js';
import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { isSchemeName, type SchemeName } from './scheme.js';

/** Where a project says how its data was de-identified (design: safety, 6). */
export const markerPlace = { resource: 'gift-cloud', name: 'gift-cloud.json' } as const;

/** A scheme with its key; `keyId` is absent where the scheme is `gift-cloud` and no date is shifted. */
export interface MarkedScheme {
  readonly scheme: SchemeName;
  readonly keyId?: string;
}

/** What an owner has set for a project. Everybody in the project may read it: no key, no identifier. */
export interface Marker extends MarkedScheme {
  /** Digest of the profile, see `profileDigest`. */
  readonly profile: string;
  /** What was in force before, latest first: data made with it is still there. */
  readonly earlier: readonly MarkedScheme[];
}

const version = 1;

/**
 * SHA-256 of what a profile does, as JSON with sorted keys, 16 hex digits: the same for the same profile in every program,
 * whatever it is called.
 */
export function profileDigest({ options, descriptors, safePrivate, documents }: Profile): string {
  const content = {
    options: options.toSorted(),
    descriptors: descriptors?.toSorted(),
    safePrivate,
    documents,
  };
  return createHash('sha256').update(canonical(content), 'utf8').digest('hex').slice(0, 16);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === undefined) return 'null';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`)
    .join(',')}}`;
}

/**
 * The marker of a project, undefined when it has none.
 * @throws SCHEME_MISMATCH for one that this version can't read: what it asks for is not known.
 */
export async function readMarker(
  archive: Archive,
  project: string,
  signal?: AbortSignal,
): Promise<Marker | undefined> {
  const text = await archive.readProjectFile({ project, ...markerPlace }, signal);
  return text === undefined ? undefined : parseMarker(text);
}

/**
 * Stores the marker and reads it back: the server answers a member with 200 and stores nothing (observed).
 * @throws NOT_ALLOWED when it is not there afterwards.
 */
export async function writeMarker(
  archive: Archive,
  project: string,
  marker: Marker,
  signal?: AbortSignal,
): Promise<void> {
  const text = textOf(marker);
  let refusal: GiftCloudError | undefined;
  try {
    await archive.writeProjectFile({ project, ...markerPlace }, text, signal);
  } catch (error) {
    if (!GiftCloudError.is(error, 'NOT_ALLOWED')) throw error;
    refusal = error;
  }
  const stored = refusal ? undefined : await readMarker(archive, project, signal);
  if (stored !== undefined && textOf(stored) === text) return;
  throw new GiftCloudError(
    'NOT_ALLOWED',
    'The server did not keep how this project is to be de-identified.',
    {
      hint: 'Only an owner of the project can set it up: ask one to do this step.',
      cause: refusal,
    },
  );
}

function textOf({ scheme, keyId, profile, earlier }: Marker): string {
  return `${JSON.stringify({ version, scheme, keyId, profile, earlier }, null, 2)}\n`;
}

function parseMarker(text: string): Marker {
  try {
    const {
      version: written,
      profile,
      earlier = [],
      ...now
    } = { ...(JSON.parse(text) as Partial<StoredMarker>) };
    if (written === version && typeof profile === 'string' && Array.isArray(earlier)) {
      return { ...markedScheme(now), profile, earlier: earlier.map(markedScheme) };
    }
  } catch {
    // Said below, as for everything that is no marker.
  }
  throw new GiftCloudError(
    'SCHEME_MISMATCH',
    'What the project says about its de-identification can not be read by this version.',
    { hint: 'Update GIFT-Cloud, or ask an owner of the project. Nothing was sent.' },
  );
}

interface StoredMarker extends Marker {
  readonly version: number;
}

function markedScheme({ scheme, keyId }: Partial<MarkedScheme>): MarkedScheme {
  const known = keyId === undefined || (typeof keyId === 'string' && /^[0-9a-f]{16}$/.test(keyId));
  if (!isSchemeName(scheme) || !known || (scheme === 'keyed' && keyId === undefined)) {
    throw new TypeError('no scheme');
  }
  return { scheme, ...(keyId !== undefined && { keyId }) };
}
