import { statSync } from 'node:fs';
import { noCounts } from '../../src/services/deid/counts.js';
import type {
  DeidentifiedInstance,
  InstanceSummary,
  Segment,
  VerifiedInstance,
} from '../../src/services/deid/types.js';
import type { ReadyInstance, SourceInstance } from '../../src/services/pipeline/types.js';

/** A made-up object for tests of what comes after verification: nothing but its bytes matters there. */
export function readyInstance(path: string, uid: string, segments: readonly Segment[]): ReadyInstance {
  const stats = statSync(path);
  const object: DeidentifiedInstance = {
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: uid,
    studyInstanceUid: '2.25.1',
    seriesInstanceUid: '2.25.2',
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    modality: 'CT',
    sourceDeflated: false,
    sourceStamp: { size: stats.size, mtimeMs: stats.mtimeMs, inode: stats.ino },
    segments,
    size: segments.reduce(
      (sum, segment) => sum + ('bytes' in segment ? segment.bytes.length : segment.range.length),
      0,
    ),
    counts: { ...noCounts, contentReplaced: false },
  };
  return { source: sourceInstance(0, path), verified: object as VerifiedInstance };
}

/** A source instance with the given facts; everything else is the same for all. */
export function sourceInstance(
  index: number,
  path: string,
  facts: Partial<InstanceSummary> = {},
): SourceInstance {
  return {
    index,
    path,
    summary: {
      sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
      sopInstanceUid: `1.2.3.${index}`,
      studyInstanceUid: '1.2.3',
      seriesInstanceUid: '1.2.3.4',
      transferSyntaxUid: '1.2.840.10008.1.2.1',
      modality: 'CT',
      patientId: 'P1',
      issuerOfPatientId: undefined,
      patientName: undefined,
      patientBirthDate: undefined,
      studyDate: undefined,
      accessionNumber: undefined,
      seriesDescription: undefined,
      seriesNumber: undefined,
      instanceNumber: undefined,
      size: 0,
      stamp: { size: 0, mtimeMs: 0, inode: 0 },
      ...facts,
    },
  };
}
