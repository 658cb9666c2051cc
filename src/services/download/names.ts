import { GiftCloudError } from '../support/errors.js';

/** Device names of Windows, which it finds in every folder and with every extension. */
const reserved = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])\s*(?:\.|$)/i;

/**
 * Whether a name of the server can be one segment of a local path on every system: no separators, no drive letters, no
 * characters that can't be shown, no `.` or `..`, nothing that Windows gives another meaning. The same on all systems, so that a
 * folder can move between them.
 */
export function isSafeName(name: string): boolean {
  return (
    /^[^<>:"|?*\\/]+$/.test(name) &&
    visible(name) === name &&
    !/[. ]$/.test(name) &&
    !reserved.test(name) &&
    Buffer.byteLength(name) <= 255
  );
}

/** The first of several names for one thing that is safe, such as label, then id. @throws UNSAFE_NAME */
export function firstSafe(...names: readonly string[]): string {
  const name = names.find(isSafeName);
  if (name === undefined) throw unsafeName();
  return name;
}

export function unsafeName(): GiftCloudError {
  return new GiftCloudError('UNSAFE_NAME', 'The server has a name here that can not be used for a file.', {
    hint: 'Ask an owner of the project to rename it on the server.',
  });
}

/** A name of the server as it may be shown: control characters could steer a terminal or turn the text around. */
export function visible(name: string): string {
  return name.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Names that are equal where upper and lower case are one, as on most disks of Windows and macOS. */
function folded(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/**
 * One name for each item, distinct on every kind of disk. The first item of a name keeps it, the next ones get a mark
 * before the extension: `DICOM`, `DICOM~17`. So the order of the items must not depend on chance.
 * @param markOf what tells an item from its namesakes; numbers from 2 unless given.
 */
export function distinctNames<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  markOf?: (item: T) => string,
): ReadonlyMap<T, string> {
  const taken = new Set<string>();
  const names = new Map<T, string>();
  const take = (item: T, name: string): boolean => {
    if (taken.has(folded(name))) return false;
    taken.add(folded(name));
    names.set(item, name);
    return true;
  };
  // Two rounds: a marked name never takes the plain name of another item.
  const namesakes = items.filter((item) => !take(item, nameOf(item)));
  for (const item of namesakes) {
    const mark = markOf?.(item) ?? '2';
    for (let number = 2; !take(item, marked(nameOf(item), number === 2 ? mark : String(number)));) number++;
  }
  return names;
}

function marked(name: string, mark: string): string {
  const dot = name.lastIndexOf('.');
  return dot > name.lastIndexOf('/') + 1
    ? `${name.slice(0, dot)}~${mark}${name.slice(dot)}`
    : `${name}~${mark}`;
}
