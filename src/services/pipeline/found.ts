import type { Refusal } from '../deid/types.js';
import type { Sources } from '../dicom/sources.js';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { discover } from './discover.js';
import { group, holdDoubtful, type Grouping } from './group.js';
import type { Ledger } from './ledger.js';
import { notReviewed, reviewedName, type Reviewed } from './reviewed.js';
import type { SeriesFilter } from './seriesFilter.js';
import type { PipelineEvent, SourceInstance, SourceStudy } from './types.js';

export interface FoundStudies {
  readonly studies: readonly SourceStudy[];
  /** Why files were left out, one entry per file. */
  readonly refusals: readonly Refusal[];
  /** All DICOM instances, also those that were left out. */
  readonly instances: readonly SourceInstance[];
}

/** The stages "discover" and "group" together: what is to be done, and every other file already settled. */
export async function findStudies(
  inputs: readonly string[],
  context: {
    readonly engine: DeidEngine;
    readonly sources?: Sources;
    readonly ledger: Ledger;
    readonly names: Pick<Pseudonymiser, 'issuerCounts'>;
    /** What the server wants left out. */
    readonly filter?: SeriesFilter;
    /** What may be sent, where a person was asked before. */
    readonly reviewed?: Reviewed | undefined;
    /** Settles what can be known or asked of patients in doubt; the rest is held. */
    readonly whoIsWho?: (grouping: Grouping, signal: AbortSignal) => Promise<Grouping>;
    emit(event: PipelineEvent): void;
  },
  signal: AbortSignal,
): Promise<FoundStudies> {
  const found: SourceInstance[] = [];
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
    const { instance } = event;
    found.push(instance);
    const isReviewed = context.reviewed?.has(reviewedName(instance)) ?? true;
    const refusal = isReviewed ? context.filter?.refusal(instance.summary) : notReviewed;
    if (refusal === undefined) instances.push(instance);
    else {
      context.ledger.settle(instance, refusal);
      refusals.push(refusal);
    }
  }
  const grouped = await group(instances, signal, context.names.issuerCounts, context.sources);
  const { studies, refused } = holdDoubtful((await context.whoIsWho?.(grouped, signal)) ?? grouped);
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
  return { studies, refusals, instances: found };
}
