import type { FileRow } from '../xnat/archive.js';

/** A file of a resource: where it lies in the resource, and how the server is asked for it. */
export interface ResourceFile {
  readonly row: FileRow;
  /** With `/`, as the server has it: not yet safe as a local path. */
  readonly name: string;
  /** Percent-encoded. */
  readonly uri: string;
}

/**
 * Where the file of a row lies in its resource. `Name` is the last part only; folders stand in `URI`, after `/files/`,
 * not percent-encoded (GIFT-Cloud server, observed: `.../resources/1/files/sub/j k.dcm`, `Name` `j k.dcm`). A server
 * that encodes there is known by `Name`.
 */
export function resourceFile(row: FileRow): ResourceFile {
  const [, above, below] = /^(.*?\/resources\/[^/]+\/files\/)(.+)$/s.exec(row.uri) ?? [];
  if (above === undefined || below === undefined) return { row, name: row.name, uri: row.uri };
  const plain = below === row.name || below.endsWith(`/${row.name}`);
  const name = plain ? below : below.split('/').map(decoded).join('/');
  return { row, name, uri: above + name.split('/').map(encodeURIComponent).join('/') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
