import assert from 'node:assert/strict';
import type { Server } from './server.js';

export const project = 'GIFTDEMO';

export interface ArchivedSeries {
  readonly subject: string;
  readonly experiment: string;
  readonly scan: string;
  readonly files: readonly string[];
}

/** Everything below a project, as the server lists it. */
export async function archivedIn(server: Server, id = project): Promise<readonly ArchivedSeries[]> {
  const found: ArchivedSeries[] = [];
  const base = `/data/archive/projects/${id}`;
  for (const { label: subject = '' } of await server.rows(`${base}/subjects`)) {
    const experiments = await server.rows(`${base}/subjects/${subject}/experiments`);
    if (experiments.length === 0) found.push({ subject, experiment: '', scan: '', files: [] });
    for (const { label: experiment = '' } of experiments) {
      const path = `${base}/subjects/${subject}/experiments/${experiment}/scans`;
      const scans = await server.rows(path);
      if (scans.length === 0) found.push({ subject, experiment, scan: '', files: [] });
      for (const { ID: scan = '' } of scans) {
        const files = await server.rows(`${path}/${scan}/resources/DICOM/files`);
        found.push({ subject, experiment, scan, files: files.map((row) => row['Name'] ?? '').sort() });
      }
    }
  }
  return found;
}

/** Nothing is doubled, nothing is half there: one subject, one study, these numbers of files by series. */
export async function assertArchived(server: Server, ...filesBySeries: readonly number[]): Promise<void> {
  const found = await archivedIn(server);
  const shown = JSON.stringify(found);
  assert.deepEqual(found.map(({ files }) => files.length).sort(), [...filesBySeries].sort(), shown);
  assert.ok(new Set(found.map(({ subject }) => subject)).size <= 1, shown);
  assert.ok(new Set(found.map(({ experiment }) => experiment)).size <= 1, shown);
  const names = found.flatMap(({ files }) => files);
  assert.equal(new Set(names).size, names.length, shown);
}
