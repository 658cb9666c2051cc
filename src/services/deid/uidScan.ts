/** Shorter ones are numbers of other kinds. */
const shortestUid = 8;
/** From here on an original also counts where another number follows behind a dot: "<series uid>.1". */
const shortestPrefix = 20;

/**
 * Whether one of the UIDs stands in raw bytes, whatever elements, VRs or headers these are. One pass over the bytes, so
 * that thousands of UIDs in a large header cost no more than one.
 */
export function containsUid(bytes: Uint8Array, uids: ReadonlySet<string>): boolean {
  if (uids.size === 0 || bytes.length < shortestUid) return false;
  let start = -1;
  let dots = 0;
  for (let at = 0; at <= bytes.length; at++) {
    const byte = at < bytes.length ? (bytes[at] ?? 0) : 0;
    if (byte === 0x2e || (byte >= 0x30 && byte <= 0x39)) {
      if (start < 0) start = at;
      if (byte === 0x2e) dots++;
      continue;
    }
    if (start >= 0) {
      if (dots >= 2 && at - start >= shortestUid && isOneOf(ascii(bytes, start, at), uids)) return true;
      start = -1;
      dots = 0;
    }
  }
  return false;
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1');
}

/** A length or a tag beside the value may look like one more digit, and a sentence ends with a dot. */
function isOneOf(run: string, uids: ReadonlySet<string>): boolean {
  for (const text of [run, run.slice(1), run.slice(0, -1), run.slice(1, -1)]) {
    if (uids.has(text)) return true;
    for (let dot = text.indexOf('.', shortestPrefix); dot > 0; dot = text.indexOf('.', dot + 1)) {
      if (uids.has(text.slice(0, dot))) return true;
    }
  }
  return false;
}
