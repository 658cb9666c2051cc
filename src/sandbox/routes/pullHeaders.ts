import type { SandboxContext } from '../context.js';
import { readImportHeader, type ImportHeader } from '../dicom/headers.js';
import type { ExperimentRecord } from '../store/model.js';
import { modalityOf } from '../store/elementTypes.js';
import { createScan } from './scanRoutes.js';

/**
 * `pullDataFromHeaders=true`: the stored UID gives way to the Study Instance UID of the files, and every series
 * number becomes a scan of its own (GIFT-Cloud server, observed). The look-up by the old UID then finds nothing.
 */
export function pullHeaders(context: SandboxContext, experiment: ExperimentRecord): void {
  const { store } = context;
  const headers = headersOf(context, experiment);
  const first = headers[0];
  if (first === undefined) return;
  const now = Date.now();
  const { subject, label, uid, modified, eventId } = experiment;
  store.experiments.put(experiment.id, {
    ...experiment,
    uid: first.studyUid,
    history: [...experiment.history, { subject, label, uid, eventId, started: modified, ended: now }],
    modified: now,
    eventId: store.nextEvent(),
  });
  for (const header of headers) {
    if (store.scanOf(experiment.id, header.seriesNumber) !== undefined) continue;
    const attributes = { type: header.seriesDescription, series_description: header.seriesDescription };
    const xsiType = `xnat:${modalityOf(experiment.xsiType)}ScanData`;
    createScan(
      context,
      experiment,
      { id: header.seriesNumber, uid: header.seriesUid, xsiType, attributes },
      'admin',
    );
  }
}

/** One header a scan: all files of a series tell the same. */
function headersOf({ store, blobs }: SandboxContext, experiment: ExperimentRecord): ImportHeader[] {
  return store.scansOfExperiment.all(experiment.id).flatMap((scan) => {
    const resource = store.resourceOf(`scan:${scan.number}`, 'DICOM');
    const file = resource && store.filesOfResource.first(String(resource.number));
    const header = resource && file && readImportHeader(blobs.pathOf(resource, file));
    return header === undefined ? [] : [header];
  });
}
