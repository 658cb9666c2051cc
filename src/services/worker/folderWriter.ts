import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { refusalOf } from '../deid/inspect.js';
import type { VerifiedInstance } from '../deid/types.js';
import { openContentSource } from '../dicom/contentSource.js';
import { openFileSource } from '../dicom/fileSource.js';
import { segmentSource } from '../dicom/segmentSource.js';
import { scratchSize, writeObject } from '../dicom/writeSegments.js';
import type { WriteItem, WriteOutcome } from './objectWriter.js';

/** Writes de-identified files; remembers the folders it made and its buffer, so that many files cost little. */
export class FolderWriter {
  private readonly made = new Set<string>();
  private readonly scratch = Buffer.allocUnsafeSlow(scratchSize);

  /** Writes one file. One of that name with other bytes is never overwritten (`failed`, FILE_EXISTS). Never throws. */
  write({ path, instance, outFolder }: WriteItem): WriteOutcome {
    const folder = join(instance.studyInstanceUid, instance.seriesInstanceUid);
    const output = join(folder, `${instance.sopInstanceUid}.dcm`);
    try {
      const target = join(outFolder, output);
      if (existsSync(target)) return this.compare(path, instance, target, output);
      this.makeFolder(join(outFolder, folder));
      writeObject(path, instance.segments, target, {
        deflated: instance.sourceDeflated,
        stamp: instance.sourceStamp,
        scratch: this.scratch,
      });
      return { status: 'deidentified', output, size: instance.size };
    } catch (error) {
      return refusalOf(error);
    }
  }
  private makeFolder(folder: string): void {
    if (this.made.has(folder)) return;
    mkdirSync(folder, { recursive: true });
    this.made.add(folder);
  }

  private compare(path: string, instance: VerifiedInstance, target: string, output: string): WriteOutcome {
    const existing = openFileSource(target);
    const content = openContentSource(path, instance.sourceDeflated);
    try {
      const wanted = segmentSource(instance.segments, content);
      let same = existing.size === wanted.size;
      for (let at = 0; same && at < wanted.size; at += scratchSize) {
        same = wanted.read(at, scratchSize).equals(existing.read(at, scratchSize));
      }
      if (same) return { status: 'present', output, size: instance.size };
      return {
        status: 'failed',
        code: 'FILE_EXISTS',
        reason: 'A different file of this name is there; it was left as it is.',
      };
    } finally {
      content.close();
      existing.close();
    }
  }
}
