import { GiftCloudError, throwIfAborted } from '../support/errors.js';
import type { Archive, ArchivePath, FileRow, ResourceRow, ScanRow } from '../xnat/archive.js';
import { resourceFile, type ResourceFile } from './fileRows.js';
import { distinctNames, isSafeName } from './names.js';
import { notThere, type Place } from './places.js';
import type { DownloadRequest } from './types.js';

/** A resource to download, with the folder it gets below its place. */
export interface PlannedResource {
  readonly row: ResourceRow;
  readonly path: ArchivePath;
  /** Below the folder of the place, e.g. `['scans', 'Series1', 'DICOM']`: as the server names it, not yet safe. */
  readonly folder: readonly string[];
}

/** A file to download. */
export interface PlannedFile extends ResourceFile {
  /** Below the folder of the place, with `/`: not yet safe as a local path. */
  readonly path: string;
}

/** Image assessors and reconstructions hang on an experiment too, with addresses and a layout of their own. */
const downloadable: ReadonlySet<string> = new Set(['scans', 'resources', '']);

/**
 * The resources of a place that were chosen, in one request, two where scans are chosen by their type. Folders:
 * `scans/<scan>/<resource>`, and for resources of the experiment itself `resources/<resource>`. Labels of resources can
 * be empty and can repeat: then the id tells them apart.
 * @param onLeftOut called when there are resources that can't be downloaded, such as those of assessors.
 * @throws NOT_FOUND_OR_NOT_ALLOWED when a scan or resource was named and is not there.
 */
export async function planResources(
  archive: Archive,
  place: Place,
  request: DownloadRequest,
  onLeftOut: () => Promise<void>,
  signal?: AbortSignal,
): Promise<readonly PlannedResource[]> {
  const { project, subject, experiment } = place.path;
  if (subject === undefined || experiment === undefined) {
    const rows = await archive.listResources(place.path, signal);
    const names = resourceNames(rows);
    return chosen(place, request, rows).map((row) => ({
      row,
      path: place.path,
      folder: [names.get(row) ?? row.id],
    }));
  }
  const all = await archive.listAllResources(project, subject, experiment, signal);
  const rows = all.filter(({ category }) => downloadable.has(category));
  if (place.scan === undefined && place.resource === undefined && rows.length < all.length) await onLeftOut();
  const scanIds =
    place.resource === undefined ? await chosenScans(archive, place, request, signal) : undefined;
  const selected = chosen(place, request, rows).filter(({ scanId }) => scanIds?.has(scanId) ?? true);
  const scans = distinctNames([...new Set(rows.map(({ scanId }) => scanId))].sort(), (scan) => scan);
  const names = new Map(
    [...scans.keys()].flatMap((scan) => [...resourceNames(rows.filter(({ scanId }) => scanId === scan))]),
  );
  return selected.map((row) => {
    const { scanId } = row;
    const name = names.get(row) ?? row.id;
    return scanId === ''
      ? { row, path: place.path, folder: ['resources', name] }
      : { row, path: { ...place.path, scan: scanId }, folder: ['scans', scans.get(scanId) ?? scanId, name] };
  });
}

/** The resources that the target or the filters of the request mean, of whatever scan. */
function chosen(
  place: Place,
  request: DownloadRequest,
  rows: readonly ResourceRow[],
): readonly ResourceRow[] {
  const { resources = [], withoutResources = [] } = request;
  const { resource, scan = '' } = place;
  if (resource === undefined) {
    return rows.filter(
      (row) => (resources.length === 0 || isNamed(row, resources)) && !isNamed(row, withoutResources),
    );
  }
  const here = rows.filter((row) => row.scanId === scan);
  const byId = here.filter(({ id }) => id === resource);
  const named = byId.length > 0 ? byId : here.filter(({ label }) => label === resource);
  if (named.length === 0) throw notThere('resource');
  return named;
}

function isNamed({ id, label }: ResourceRow, names: readonly string[]): boolean {
  return names.includes(id) || (label !== '' && names.includes(label));
}

/** IDs of the scans that were chosen, with the empty one for what hangs on no scan; undefined means everything. */
async function chosenScans(
  archive: Archive,
  place: Place,
  request: DownloadRequest,
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<string> | undefined> {
  const { project, subject = '', experiment = '' } = place.path;
  const { scanTypes = [], withoutScanTypes = [] } = request;
  if (place.scan === undefined && scanTypes.length + withoutScanTypes.length === 0) return undefined;
  const scans = await archive.listScans(project, subject, experiment, signal);
  if (place.scan !== undefined && !scans.some(({ id }) => id === place.scan)) throw notThere('scan');
  const isOf = ({ id, type }: ScanRow, types: readonly string[]): boolean =>
    types.includes(id) || (type !== '' && types.includes(type));
  const ids = scans
    .filter((scan) => place.scan === undefined || scan.id === place.scan)
    .filter((scan) => scanTypes.length === 0 || isOf(scan, scanTypes))
    .filter((scan) => !isOf(scan, withoutScanTypes))
    .map(({ id }) => id);
  return new Set(place.scan === undefined && scanTypes.length === 0 ? ['', ...ids] : ids);
}

/** The oldest resource of a label keeps it: the server counts its ids up. */
function resourceNames(rows: readonly ResourceRow[]): ReadonlyMap<ResourceRow, string> {
  const oldestFirst = rows.toSorted((a, b) => a.id.length - b.id.length || (a.id < b.id ? -1 : 1));
  return distinctNames(
    oldestFirst,
    ({ label, id }) => (isSafeName(label) ? label : id),
    ({ id }) => id,
  );
}

/** The files of a resource, each once, with paths that stay apart on every kind of disk. */
export async function planFiles(
  archive: Archive,
  resource: PlannedResource,
  signal?: AbortSignal,
): Promise<readonly PlannedFile[]> {
  throwIfAborted(signal);
  const rows = await archive.listFiles(resource.path, resource.row.id || resource.row.label, signal);
  const byUri = new Map<string, FileRow>();
  for (const row of rows) {
    // A number may be the id of one resource and the label of another.
    if (row.resourceId === '' || row.resourceId === resource.row.id) byUri.set(row.uri, row);
  }
  const files = [...byUri.values()].map(resourceFile).sort((a, b) => (a.name < b.name ? -1 : 1));
  const names = distinctNames(files, ({ name }) => name);
  return files.map((file) => ({
    ...file,
    path: [...resource.folder, names.get(file) ?? file.name].join('/'),
  }));
}

/** What is said of resources that can't be downloaded. */
export function leftOut(): GiftCloudError {
  return new GiftCloudError(
    'CONTENT_NOT_SUPPORTED',
    'Resources of image assessors or reconstructions are not downloaded.',
    { hint: 'Download them with the web pages of the server.' },
  );
}
