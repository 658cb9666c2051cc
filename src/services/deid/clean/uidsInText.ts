import type { Match } from './matches.js';

/** Shorter ones name nothing that can be told from a version number. */
const shortestParent = 16;

/** Original UIDs, and the UIDs that the same device would have made beside them. */
export class UidFamily {
  private readonly parents = new Set<string>();

  constructor(private readonly uids: ReadonlySet<string>) {
    for (const uid of uids) {
      const parent = parentOf(uid);
      if (parent.length >= shortestParent) this.parents.add(parent);
    }
  }

  /** Whether a number with dots is one of the UIDs, begins with one, or differs from one in its last component. */
  has(candidate: string): boolean {
    if (this.uids.has(candidate)) return true;
    for (let text = parentOf(candidate); text.length >= shortestParent; text = parentOf(text)) {
      if (this.uids.has(text)) return true;
    }
    return this.parents.has(parentOf(candidate));
  }
}

function parentOf(uid: string): string {
  return uid.slice(0, Math.max(0, uid.lastIndexOf('.')));
}

/**
 * Where original UIDs stand in a text: also with another counter behind or in the place of the last one ("<series>.12"), as
 * other objects of the series have it.
 */
export function* originalUidMatches(text: string, family: UidFamily): Generator<Match> {
  for (const { 0: candidate, index } of text.matchAll(/\d+(?:\.\d+){2,}/g)) {
    if (family.has(candidate)) yield { start: index, end: index + candidate.length };
  }
}
