import type { Refusal } from '../deid/types.js';
import type { AnonymisedInstance } from './anonymise.js';
import type { ReadyInstance, SourceInstance } from './types.js';

/**
 * Stage "verify": only what services/deid/verify.ts read again and found clean is ready; the type says so and packaging
 * takes nothing else. The rest goes to `refuse`, with its reason.
 */
export async function* verify(
  instances: AsyncIterable<AnonymisedInstance>,
  refuse: (source: SourceInstance, refusal: Refusal) => void,
): AsyncGenerator<ReadyInstance, void, undefined> {
  for await (const { source, outcome } of instances) {
    if (outcome.status === 'verified') yield { source, verified: outcome.instance };
    else refuse(source, outcome);
  }
}
