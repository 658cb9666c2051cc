import { randomUUID } from 'node:crypto';

/** A random UID (PS3.5 B.2). */
export function randomUid(prefix = '2.25'): string {
  return `${prefix}.${BigInt(`0x${randomUUID().replaceAll('-', '')}`).toString(10)}`;
}

/**
 * Random UIDs that scripts gave to texts: the same for the same text as long as this object is used, which says how far
 * they go (a run, a study). Bounded: the oldest are forgotten beyond a million.
 */
export class UidMaps {
  private readonly known = new Map<string, string>();

  /** @param kind each function has a map of its own. */
  map(kind: string, key: string, prefix?: string): string {
    const place = `${kind}\0${key}`;
    let uid = this.known.get(place);
    if (uid === undefined) {
      uid = randomUid(prefix);
      if (this.known.size >= 1_000_000) this.known.clear();
      this.known.set(place, uid);
    }
    return uid;
  }
}
