import { walk } from '../sources/folderSource.js';
import { throwIfAborted } from '../support/errors.js';
import type { DeidEngine } from '../worker/deidEngine.js';
import type { DiscoverEvent } from './types.js';

/** Large enough that the way to the worker costs nothing, small enough for progress and cancel. */
const batchSize = 128;

/**
 * Stage "discover": walks the inputs and tells for every file whether it is a DICOM instance, by its content. Memory
 * does not grow with the files that are none. Errors: CANCELLED; a file that can't be used is an event.
 */
export async function* discover(
  inputs: readonly string[],
  engine: DeidEngine,
  signal?: AbortSignal,
): AsyncGenerator<DiscoverEvent, void, undefined> {
  let index = 0;
  let batch: { index: number; path: string }[] = [];
  const inspect = async function* (): AsyncGenerator<DiscoverEvent, void, undefined> {
    const files = batch;
    batch = [];
    throwIfAborted(signal);
    const outcomes = await engine.inspect(
      files.map((file) => file.path),
      signal,
    );
    for (const [at, file] of files.entries()) {
      const outcome = outcomes[at];
      if (outcome?.status === 'instance') {
        yield { kind: 'instance', instance: { ...file, summary: outcome.summary } };
      } else if (outcome !== undefined) yield { kind: 'refused', ...file, refusal: outcome };
    }
    yield { kind: 'progress', filesSeen: index };
  };
  for await (const found of walk(inputs, signal)) {
    if (found.kind === 'refused') yield { ...found, index: index++ };
    else batch.push({ index: index++, path: found.path });
    if (batch.length === batchSize) yield* inspect();
  }
  if (batch.length > 0) yield* inspect();
}
