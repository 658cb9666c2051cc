import { isRegisteredUid } from '../dicom/uids.js';
import { keyedUid } from '../keys/derive.js';
import type { PseudonymScheme, SchemeName } from '../keys/scheme.js';
import { hasFormOfNewUid, hashedUid } from '../subjects/pseudonyms.js';

/**
 * Gives every original UID its new one. A pure function of the original, so that files, runs, machines and the
 * listener agree without a shared table (PS3.15 E.1.1, action U: "internally consistent").
 */
export interface UidMapper {
  /** Scheme name as it stands in markers and reports. */
  readonly scheme: SchemeName;
  /** Registered UIDs (transfer syntaxes, SOP classes, ...) and empty text stay as they are. */
  map(originalUid: string): string;
}

/** Scheme `gift-cloud`: compatible with what existing servers hold. */
export function giftCloudUidMapper(): UidMapper {
  return rememberingMapper('gift-cloud', hashedUid);
}

/** Scheme `keyed`: nobody without the key can test a guess. */
export function keyedUidMapper(key: Uint8Array): UidMapper {
  return rememberingMapper('keyed', (uid) => keyedUid(key, uid));
}

/** The mapper of a request; `giftCloud` stands for the scheme of that name, and for none. */
export function uidMapperFor(scheme: PseudonymScheme | undefined, giftCloud: UidMapper): UidMapper {
  return scheme?.name === 'keyed' ? keyedUidMapper(scheme.key) : giftCloud;
}

/**
 * The same mapper for an object of a study that was de-identified before: what is proved to be ours stays. An object whose
 * own instance UID is proved was made by us, and so was every new UID in it.
 */
export function keepingOwn(
  mapper: UidMapper,
  own: readonly string[] | undefined,
  sopInstanceUid: string,
): UidMapper {
  if (own === undefined) return mapper;
  const uids = new Set(own);
  const isOurs = uids.has(sopInstanceUid) ? hasFormOfNewUid : (uid: string): boolean => uids.has(uid);
  return { scheme: mapper.scheme, map: (uid) => (isOurs(uid) ? uid : mapper.map(uid)) };
}

function rememberingMapper(scheme: SchemeName, newUid: (originalUid: string) => string): UidMapper {
  const known = new Map<string, string>();
  return {
    scheme,
    map(originalUid) {
      if (originalUid === '' || isRegisteredUid(originalUid)) return originalUid;
      let mapped = known.get(originalUid);
      if (mapped === undefined) {
        mapped = newUid(originalUid);
        // Bounded: one study and series UID recurs in every file, instance UIDs do not.
        if (known.size > 10_000) known.clear();
        known.set(originalUid, mapped);
      }
      return mapped;
    },
  };
}

/** The same mapper for an object some of whose UIDs an option keeps: only `replaced` ones change. */
export function replacingOnly(mapper: UidMapper, replaced: ReadonlySet<string>): UidMapper {
  return { scheme: mapper.scheme, map: (uid) => (replaced.has(uid) ? mapper.map(uid) : uid) };
}
