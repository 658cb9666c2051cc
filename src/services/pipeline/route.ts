import type { Archive } from '../xnat/archive.js';
import type { UploadContext } from './context.js';
import type { SeriesTask } from './plannedSeries.js';
import type { ReceiptSeries } from './receipt.js';
import type { PlannedStudy } from './types.js';
import { uploadSeries } from './uploadSeries.js';
import { uploadStudy } from './uploadStudy.js';

/** A way into the archive of a server. */
export interface Route {
  /** What is sent together; loads do not wait for each other. */
  loads(series: readonly SeriesTask[]): readonly (readonly SeriesTask[])[];
  /** Settles every file of a load; gives the rows of the receipt. Errors: only those that end the run. */
  send(
    load: readonly SeriesTask[],
    context: UploadContext,
    signal: AbortSignal,
  ): Promise<readonly ReceiptSeries[]>;
}

/** Series by series, into resources that we make ourselves. */
const resources: Route = {
  loads: (series) => series.map((task) => [task]),
  send: async (load, context, signal) => {
    const rows: ReceiptSeries[] = [];
    for (const task of load) {
      const row = await uploadSeries(task, context, signal);
      if (row) rows.push(row);
    }
    return rows;
  },
};

/** Study by study through the import service, which makes what is missing. */
const imports: Route = {
  loads: byStudy,
  send: uploadStudy,
};

function byStudy(series: readonly SeriesTask[]): readonly (readonly SeriesTask[])[] {
  const studies = new Map<PlannedStudy, SeriesTask[]>();
  for (const task of series) {
    const study = studies.get(task.plan) ?? [];
    studies.set(task.plan, study);
    study.push(task);
  }
  return [...studies.values()];
}

/**
 * How data gets into the archive: straight into resources where the server keeps pseudonyms and UIDs (GIFT-Cloud
 * extension); as XNAT's own client does on plain XNAT. Errors: those of the archive, EXTENSION_MISSING.
 */
export async function routeInto(archive: Archive, project: string, signal: AbortSignal): Promise<Route> {
  return (await archive.kindOfServer(project, signal)) === 'plain' ? imports : resources;
}
