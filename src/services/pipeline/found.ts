import type { Refusal } from '../deid/types.js';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { discover } from './discover.js';
import { group } from './group.js';
import type { Ledger } from './ledger.js';
import type { SeriesFilter } from './seriesFilter.js';
import type { PipelineEvent, SourceInstance, SourceStudy } from './types.js';

export interface FoundStudies {
  readonly studies: readonly SourceStudy[];
  /** Why files were left out, one entry per file. */
  readonly refusals: readonly Refusal[];
}

/** The stages "discover" and "group" together: what is to be done, and every other file already settled. */
export async function findStudies(
  inputs: readonly string[],
  context: {
    readonly engine: DeidEngine;
    readonly ledger: Ledger;
    readonly names: Pick<Pseudonymiser, 'issuerCounts'>;
    /** What the server wants left out. */
    readonly filter?: SeriesFilter;
    emit(event: PipelineEvent): void;
  },
  signal: AbortSignal,
): Promise<FoundStudies> {
  const instances: SourceInstance[] = [];
  const refusals: Refusal[] = [];
  let foundDicom = false;
  for await (const event of discover(inputs, context.engine, signal)) {
    if (event.kind === 'progress') {
      context.emit({ kind: 'discovering', filesSeen: event.filesSeen, instances: instances.length });
      continue;
    }
    context.ledger.found(event);
    if (event.kind === 'refused') {
      refusals.push(event.refusal);
      continue;
    }
    foundDicom = true;
    const refusal = context.filter?.refusal(event.instance.summary);
    if (refusal === undefined) instances.push(event.instance);
    else {
      context.ledger.settle(event.instance, refusal);
      refusals.push(refusal);
    }
  }
  const { studies, refused } = await group(instances, signal, context.names.issuerCounts);
  for (const { instance, refusal } of refused) {
    context.ledger.settle(instance, refusal);
    refusals.push(refusal);
  }
  const files = studies.flatMap((study) => study.series.flatMap((series) => series.instances));
  context.ledger.expect(
    files.length,
    files.reduce((sum, { summary }) => sum + summary.size, 0),
  );
  if (!foundDicom) {
    context.emit({ kind: 'warning', code: 'NO_DICOM_FOUND', message: 'No DICOM files were found.' });
  }
  return { studies, refusals };
}
