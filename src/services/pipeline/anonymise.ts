import type { DeidentifyOutcome, ProfileName, TargetIdentity } from '../deid/types.js';
import type { Pseudonymiser } from '../keys/pseudonymiser.js';
import { throwIfAborted } from '../support/errors.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { ahead } from './events.js';
import type { SourceInstance } from './types.js';

/** Enough that the way to the worker costs nothing, few enough that headers of any size fit into memory. */
const batchSize = 16;

/** An object, who it becomes, and how its dates move. */
export interface NamedInstance {
  readonly source: SourceInstance;
  readonly identity: TargetIdentity;
  readonly dateOffsetDays?: number;
}

export interface AnonymisedInstance {
  readonly source: SourceInstance;
  readonly outcome: DeidentifyOutcome;
}

interface AnonymiseContext {
  readonly engine: DeidEngine;
  readonly profile: ProfileName;
  readonly names: Pick<Pseudonymiser, 'scheme'>;
}

/**
 * Stage "anonymise": the profile on every object, in the order given, one batch ahead of what is asked for. Objects that
 * can't be made safe come out as held or failed with the reason. Errors: CANCELLED, INTERNAL when the worker died.
 */
export async function* anonymise(
  instances: readonly NamedInstance[],
  context: AnonymiseContext,
  signal?: AbortSignal,
): AsyncGenerator<AnonymisedInstance, void, undefined> {
  for await (const batch of ahead(batches(instances, context, signal))) yield* batch;
}

async function* batches(
  instances: readonly NamedInstance[],
  { engine, profile, names }: AnonymiseContext,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly AnonymisedInstance[], void, undefined> {
  for (let start = 0; start < instances.length; start += batchSize) {
    throwIfAborted(signal);
    const batch = instances.slice(start, start + batchSize);
    const outcomes = await engine.deidentify(
      batch.map(({ source, ...whom }) => ({
        path: source.path,
        request: { profile, ...whom, scheme: names.scheme, stamp: source.summary.stamp },
      })),
      signal,
    );
    yield batch.flatMap(({ source }, at) => {
      const outcome = outcomes[at];
      return outcome === undefined ? [] : [{ source, outcome }];
    });
  }
}
