import type { UploadContext } from './context.js';
import { anonymise } from './anonymise.js';
import type { RefusedInstance } from './group.js';
import { redact } from './redact.js';
import { seriesIdentity } from './seriesIdentity.js';
import type { PlannedStudy, SourceInstance } from './types.js';

/**
 * Whether any object of a series may be sent at all, found out before anything is made on the server: a series that is
 * held as a whole must not leave an empty subject, experiment or scan behind. Usually looks at one object.
 * Gives the refusals when there is none to send.
 */
export async function refusalsIfUnsendable(
  sources: readonly SourceInstance[],
  { pseudonym, dateOffsetDays, own }: PlannedStudy,
  context: UploadContext,
  signal: AbortSignal,
): Promise<readonly RefusedInstance[] | undefined> {
  const whom = {
    identity: { patientName: pseudonym, patientId: pseudonym },
    series: seriesIdentity(sources),
    ...(dateOffsetDays !== undefined && { dateOffsetDays }),
    ...(own && { own }),
  };
  const refused: RefusedInstance[] = [];
  for (let start = 0, size = 1; start < sources.length; start += size, size = 64) {
    const some = sources.slice(start, start + size).map((source) => ({ source, ...whom }));
    for await (const { source, outcome } of redact(anonymise(some, context, signal))) {
      if (outcome.status === 'verified') return undefined;
      refused.push({ instance: source, refusal: outcome });
    }
  }
  return refused;
}
