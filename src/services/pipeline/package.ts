import type { ReadyInstance } from './types.js';
import { zippedSize } from './zipStream.js';

/** What one request carries at most. A bigger single file goes alone. */
export interface BatchLimits {
  readonly files: number;
  readonly bytes: number;
  /** New header bytes, which lie in memory until they are sent. */
  readonly headerBytes: number;
}

/** The server takes a zip of 300 files in a second and one of 1 GB in five (GIFT-Cloud server, observed). */
export const defaultLimits: BatchLimits = { files: 1000, bytes: 1 << 30, headerBytes: 1 << 24 };

/** Batches begin small and grow, so that one is sent while the next, which takes as long, is de-identified. */
const firstBatchFiles = 64;
const growth = 4;

/** Stage "package": cuts verified objects into batches, one zip and one request each. */
export async function* packageBatches(
  instances: AsyncIterable<ReadyInstance>,
  limits: BatchLimits = defaultLimits,
): AsyncGenerator<readonly ReadyInstance[], void, undefined> {
  let batch: ReadyInstance[] = [];
  let bytes = 0;
  let headerBytes = 0;
  let files = Math.min(firstBatchFiles, limits.files);
  for await (const ready of instances) {
    const size = zippedSize(ready);
    const head = headerSize(ready);
    const full =
      batch.length >= files || bytes + size > limits.bytes || headerBytes + head > limits.headerBytes;
    if (full && batch.length > 0) {
      yield batch;
      batch = [];
      bytes = headerBytes = 0;
      files = Math.min(files * growth, limits.files);
    }
    batch.push(ready);
    bytes += size;
    headerBytes += head;
  }
  if (batch.length > 0) yield batch;
}

function headerSize({ verified }: ReadyInstance): number {
  return verified.segments.reduce((sum, segment) => sum + ('bytes' in segment ? segment.bytes.length : 0), 0);
}
