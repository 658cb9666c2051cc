import type { AnonymisedInstance } from './anonymise.js';

/**
 * Stage "redact": lets through what needs no work on its pixels. What may carry burned-in text was found by the engine
 * and is held: until text can be removed from pixels, such an object never goes further, and never gets lost.
 */
export async function* redact(
  instances: AsyncIterable<AnonymisedInstance>,
): AsyncGenerator<AnonymisedInstance, void, undefined> {
  for await (const instance of instances) {
    const { outcome } = instance;
    if (outcome.status === 'verified' || outcome.code !== 'BURNED_IN_TEXT_RISK') yield instance;
    else yield { source: instance.source, outcome: { ...outcome, status: 'held' } };
  }
}
