import type { Profile } from '../deid/profiles/profile.js';
import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import type { KeyInfo, ProjectKey } from './keyFile.js';
import { noKey, type KeyStore } from './keyStore.js';
import { profileDigest, readMarker, writeMarker, type MarkedScheme, type Marker } from './marker.js';
import { giftCloudPseudonymiser, pseudonymiserOf, type Pseudonymiser } from './pseudonymiser.js';
import { giftCloudScheme } from './scheme.js';

/** What a job into a project is about, as far as names are concerned. */
export interface JobQuestion {
  readonly archive: Archive;
  readonly project: string;
  /** Its digest is compared with the marker's. */
  readonly profile: Profile;
  /** Whether the profile moves dates, which takes a key. */
  readonly needsDateOffset: boolean;
}

/** How a job names patients and UIDs. */
export interface JobScheme {
  readonly names: Pseudonymiser;
  /** Fingerprint of the key that is used, if any. */
  readonly keyId: string | undefined;
  /** How data was named that is in the project from before. */
  readonly earlier: readonly Pseudonymiser[];
  /** Ids of keys that data is named by and that are not on this machine: what was made with them is not recognised. */
  readonly unknownKeys: readonly string[];
}

/**
 * Decides how a job names patients, before anything is sent: by the marker of the project, with the key that it names.
 * Without a marker a project is of the scheme `gift-cloud`; an empty one takes the key that was made for it here, and
 * is marked first. One request where there is no such key.
 * @throws SCHEME_MISMATCH when marker, key and profile do not belong together; KEY_MISSING; PASSPHRASE_WRONG; those of
 *   the archive.
 */
export async function schemeOfJob(
  job: JobQuestion,
  keys: KeyStore,
  signal?: AbortSignal,
): Promise<JobScheme> {
  const { archive, project } = job;
  const marker = (await readMarker(archive, project, signal)) ?? (await markIfEmpty(job, keys, signal));
  if (marker === undefined) {
    const names = giftCloudPseudonymiser();
    return { names, keyId: undefined, earlier: [], unknownKeys: [] };
  }
  assertSameProfile(marker, job);
  const key = await keyOf(marker, job, keys);
  const names = namesOf(marker, key, job);
  return { names, keyId: key?.id, ...(await earlierNames(marker, project, keys)) };
}

/** What a marker would say that fits the key in use here. */
export function markerFor(key: KeyInfo | undefined, profile: Profile): Marker {
  return {
    ...(key ? { scheme: key.scheme, keyId: key.id } : { scheme: 'gift-cloud' }),
    profile: profileDigest(profile),
    earlier: [],
  };
}

/**
 * Looks whether a job would find its key, without writing anything: before a gateway takes data that it could not send.
 * @throws as `schemeOfJob`
 */
export async function assertSchemeFits(
  job: JobQuestion,
  keys: KeyStore,
  signal?: AbortSignal,
): Promise<void> {
  const marker = await readMarker(job.archive, job.project, signal);
  if (marker === undefined) {
    await markerIfEmpty(job, keys, signal);
    return;
  }
  assertSameProfile(marker, job);
  await keyOf(marker, job, keys);
}

async function markIfEmpty(
  job: JobQuestion,
  keys: KeyStore,
  signal: AbortSignal | undefined,
): Promise<Marker | undefined> {
  const marker = await markerIfEmpty(job, keys, signal);
  if (marker === undefined) return undefined;
  try {
    await writeMarker(job.archive, job.project, marker, signal);
  } catch (error) {
    if (!GiftCloudError.is(error, 'NOT_ALLOWED')) throw error;
    throw new GiftCloudError(
      'SCHEME_MISMATCH',
      'The project is empty and not set up for the key that was made for it here.',
      {
        hint: 'Only an owner can set it up: ask one to run "key create" or "key agree" for this server (docs/keys.md).',
        cause: error,
      },
    );
  }
  return marker;
}

/** What an empty project that names no key is to be marked by; undefined for the scheme that needs no key. */
async function markerIfEmpty(
  { archive, project, profile, needsDateOffset }: JobQuestion,
  keys: KeyStore,
  signal: AbortSignal | undefined,
): Promise<Marker | undefined> {
  const key = await keys.info(project);
  if (key === undefined) {
    if (needsDateOffset) throw noKey();
    return undefined;
  }
  if ((await archive.listSubjects(project, signal)).length > 0) {
    if (key.scheme === 'gift-cloud' && !needsDateOffset) return undefined;
    throw mismatch(
      'The project holds data of the scheme "gift-cloud" and does not name the key that was made for it here.',
    );
  }
  return markerFor(key, profile);
}

function assertSameProfile(marker: Marker, { profile }: JobQuestion): void {
  if (marker.profile === profileDigest(profile)) return;
  throw mismatch('The data of the project was de-identified with another profile than this.');
}

/** The key that the marker names, where it is used. */
async function keyOf(
  marker: Marker,
  { project, needsDateOffset }: JobQuestion,
  keys: KeyStore,
): Promise<ProjectKey | undefined> {
  if (marker.scheme === 'gift-cloud' && !needsDateOffset) {
    const here = await keys.info(project);
    if (here === undefined || here.scheme === 'gift-cloud') return undefined;
    throw mismatch(
      'The project is of the scheme "gift-cloud", the key that is here is of the scheme "keyed".',
    );
  }
  if (marker.keyId === undefined) throw mismatch('The project names no key, and the profile moves dates.');
  const key = await keys.current(project);
  if (key === undefined) throw noKey();
  if (key.id === marker.keyId && key.scheme === marker.scheme) return key;
  throw mismatch(`The project is set up for the key ${marker.keyId}, the one in use here is ${key.id}.`);
}

function namesOf(
  { scheme }: Marker,
  key: ProjectKey | undefined,
  { needsDateOffset }: JobQuestion,
): Pseudonymiser {
  const dateKey = needsDateOffset ? key?.key : undefined;
  if (scheme === 'gift-cloud' || key === undefined) return pseudonymiserOf(giftCloudScheme, dateKey);
  return pseudonymiserOf({ name: 'keyed', keyId: key.id, key: key.key }, dateKey);
}

async function earlierNames(
  marker: Marker,
  project: string,
  keys: KeyStore,
): Promise<Pick<JobScheme, 'earlier' | 'unknownKeys'>> {
  const earlier: Pseudonymiser[] = [];
  const unknownKeys: string[] = [];
  for (const { scheme, keyId } of marker.earlier) {
    if (scheme === 'gift-cloud' || keyId === undefined) {
      earlier.push(giftCloudPseudonymiser());
      continue;
    }
    const key = await keys.byId(project, keyId);
    if (key) earlier.push(pseudonymiserOf({ name: 'keyed', keyId, key: key.key }));
    else unknownKeys.push(keyId);
  }
  return { earlier, unknownKeys };
}

/** Whether two schemes give the same names: keys of date shifts make no difference there. */
export function sameNames(a: MarkedScheme, b: MarkedScheme): boolean {
  return a.scheme === b.scheme && (a.scheme === 'gift-cloud' || a.keyId === b.keyId);
}

function mismatch(message: string): GiftCloudError {
  return new GiftCloudError('SCHEME_MISMATCH', message, {
    hint:
      'Nothing was sent: the same patients would come under new names beside the old ones. Import the key of the project ' +
      '("key import") and use its profile; or let an owner of the project agree to the change ("key agree", docs/keys.md).',
  });
}
