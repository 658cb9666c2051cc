import type { DeidentifyOutcome, ProfileName, TargetIdentity } from '../deid/types.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import { throwIfAborted } from '../support/errors.js';
import type { SourceInstance } from './types.js';

/** Enough that the way to the worker costs nothing, few enough that cancel is felt at once. */
const batchSize = 64;

export interface AnonymisedInstance {
  readonly source: SourceInstance;
  readonly outcome: DeidentifyOutcome;
}

/**
 * Stage "anonymise": the profile on every object, in the order given. Objects that can't be made safe come out as held
 * or failed with the reason. Errors: CANCELLED, INTERNAL when the worker died.
 */
export async function* anonymise(
  sources: readonly SourceInstance[],
  identity: TargetIdentity,
  { engine, profile }: { readonly engine: DeidEngine; readonly profile: ProfileName },
  signal?: AbortSignal,
): AsyncGenerator<AnonymisedInstance, void, undefined> {
  for (let start = 0; start < sources.length; start += batchSize) {
    throwIfAborted(signal);
    const batch = sources.slice(start, start + batchSize);
    const outcomes = await engine.deidentify(
      batch.map(({ path, summary: { stamp } }) => ({ path, request: { profile, identity, stamp } })),
      signal,
    );
    for (const [at, source] of batch.entries()) {
      const outcome = outcomes[at];
      if (outcome !== undefined) yield { source, outcome };
    }
  }
}
