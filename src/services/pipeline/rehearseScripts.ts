import { anonymise, type AnonymiseContext } from './anonymise.js';
import type { SourceStudy } from './types.js';

/** Labels that stand for those which are not known yet. */
const placeholders = { patientName: 'Subject', patientId: 'Session' };

/**
 * Runs the scripts once on every object before anything is sent or written: a script error stops the whole run, and must
 * not leave half of it behind. A no-op without scripts.
 * Errors: SCRIPT_ERROR, CANCELLED, INTERNAL.
 */
export async function rehearseScripts(
  studies: readonly SourceStudy[],
  context: AnonymiseContext,
  signal: AbortSignal,
): Promise<void> {
  if ((context.scripts ?? []).length === 0) return;
  const instances = studies.flatMap(({ series }) =>
    series.flatMap((one) => one.instances.map((source) => ({ source, identity: placeholders }))),
  );
  // What is held or skipped is told when it is its turn; a script error is thrown.
  const stage = anonymise(instances, context, signal);
  while ((await stage.next()).done !== true);
}
