import type { ObjectWriter } from '../worker/objectWriter.js';
import { notesOf, type FileResult } from './ledger.js';
import { packageBatches } from './package.js';
import type { ReadyInstance, SourceInstance } from './types.js';

/** Enough that the way to the worker costs nothing; new headers of at most 1 MB a batch lie in memory. */
const limits = { files: 16, bytes: Infinity, headerBytes: 1 << 20 };
/** One batch is being written, and some wait, while the next is de-identified: neither side waits for a slow moment of the other. */
const batchesUnderWay = 4;

/**
 * Stage "write" of local work: verified objects into `<study uid>/<series uid>/<sop uid>.dcm` below a folder. `settle` gets
 * one result per object; one that can't be written is a refusal and the rest goes on.
 * Errors: CANCELLED, INTERNAL when the worker died, and those of the stages before.
 */
export async function writeFolder(
  instances: AsyncIterable<ReadyInstance>,
  outFolder: string,
  writer: ObjectWriter,
  settle: (source: SourceInstance, result: FileResult) => void,
  signal: AbortSignal,
): Promise<void> {
  const write = async (batch: readonly ReadyInstance[]): Promise<void> => {
    const items = batch.map(({ source, verified }) => ({ path: source.path, instance: verified, outFolder }));
    const outcomes = await writer.write(items, signal);
    for (const [at, { source, verified }] of batch.entries()) {
      const outcome = outcomes[at];
      if (outcome !== undefined) settle(source, { ...outcome, ...notesOf(verified) });
    }
  };
  const underWay: Promise<void>[] = [];
  try {
    for await (const batch of packageBatches(instances, limits)) {
      if (underWay.length === batchesUnderWay) await underWay.shift();
      const writing = write(batch);
      // Thrown when its turn comes.
      writing.catch(() => undefined);
      underWay.push(writing);
    }
    for (const writing of underWay) await writing;
  } finally {
    // Nothing goes on behind the caller's back.
    await Promise.allSettled(underWay);
  }
}
