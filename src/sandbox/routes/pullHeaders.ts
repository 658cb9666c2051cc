import type { SandboxContext } from '../context.js';
import { readImportHeader, type ImportHeader } from '../dicom/headers.js';
import { scanAttributes } from '../dicom/scanAttributes.js';
import type { ExperimentRecord } from '../store/model.js';
import { scanTypeOf } from '../store/elementTypes.js';
import { createResource } from './resourceRoutes.js';
import { createScan } from './scanRoutes.js';

/**
 * `pullDataFromHeaders=true`: the stored UID gives way to the Study Instance UID of the files, and every series
 * number becomes a scan of its own with an empty `DICOM` resource (GIFT-Cloud server, observed). The look-up by the old UID then finds nothing.
 */
export function pullHeaders(context: SandboxContext, experiment: ExperimentRecord): void {
  const { store } = context;
  const pulled = seriesOf(context, experiment);
  const [first] = pulled;
  const project = store.projects.get(experiment.project);
  if (first === undefined || project === undefined) return;
  const now = Date.now();
  const { subject, label, uid, modified, eventId } = experiment;
  store.experiments.put(experiment.id, {
    ...experiment,
    uid: first.header.studyUid,
    history: [...experiment.history, { subject, label, uid, eventId, started: modified, ended: now }],
    modified: now,
    eventId: store.nextEvent(),
  });
  for (const { header, files } of pulled) {
    if (store.scanOf(experiment.id, header.seriesNumber) !== undefined) continue;
    const scan = createScan(
      context,
      experiment,
      {
        id: header.seriesNumber,
        uid: header.seriesUid,
        xsiType: scanTypeOf(experiment.xsiType) ?? 'xnat:otherDicomScanData',
        attributes: scanAttributes(header, files),
      },
      'admin',
    );
    const values = { format: 'DICOM', content: 'RAW', description: '', tags: '' };
    createResource(context, { key: `scan:${scan.number}`, project }, 'DICOM', 'admin', values);
  }
}

/** One header a scan, as all files of a series tell the same, and how many files it has. */
function seriesOf(
  { store, blobs }: SandboxContext,
  experiment: ExperimentRecord,
): { readonly header: ImportHeader; readonly files: number }[] {
  return store.scansOfExperiment.all(experiment.id).flatMap((scan) => {
    const resource = store.resourceOf(`scan:${scan.number}`, 'DICOM');
    const files = resource === undefined ? [] : store.filesOfResource.all(String(resource.number));
    const header = resource && files[0] && readImportHeader(blobs.pathOf(resource, files[0]));
    return header === undefined ? [] : [{ header, files: files.length }];
  });
}
