import { openContentSource } from '../../dicom/contentSource.js';
import type { DicomObject } from '../../dicom/dataSet.js';
import { firstText } from '../../dicom/elements.js';
import { sameStamp, type FileSource } from '../../dicom/fileSource.js';
import { readDicom } from '../../dicom/part10Reader.js';
import { segmentSource } from '../../dicom/segmentSource.js';
import { plainFiles, type Sources } from '../../dicom/sources.js';
import { tags } from '../../dicom/tags.js';
import { changedSinceInspection, deidentifyInstance, type DeidentifierOptions } from '../deidentify.js';
import { refusalOf } from '../inspect.js';
import { Rules } from '../rules.js';
import type { DeidentifyOutcome, Refusal, VerifiedInstance } from '../types.js';
import { compareObjects } from './compare.js';
import { Judge } from './judge.js';
import { RowCollector } from './rowCollector.js';
import type { ExplainOutcome, ExplainRequest } from './types.js';

/**
 * Says what de-identification does to one file, by doing it: the object is made and checked as for sending, read again,
 * and compared with the original. Nothing is written. An object that is held is explained by the rules alone.
 * Never throws; a file that can't be read at all is a `Refusal`.
 */
export function explainInstance(
  { path, request, rows }: ExplainRequest,
  options: DeidentifierOptions,
): ExplainOutcome {
  const outcome = deidentifyInstance(path, request, options);
  if (outcome.status !== 'verified' && outcome.status !== 'held') return outcome;
  const { sources = plainFiles } = options;
  try {
    const file = sources.open(path);
    try {
      return explain(path, file, outcome, { rows, judge: new Judge(new Rules(request.profile)), sources });
    } finally {
      file.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}

interface Explaining {
  readonly rows: boolean;
  readonly judge: Judge;
  readonly sources: Pick<Sources, 'open'>;
}

function explain(
  path: string,
  file: FileSource,
  outcome: Extract<DeidentifyOutcome, { status: 'verified' }> | Refusal,
  { rows, judge, sources }: Explaining,
): ExplainOutcome {
  const instance = outcome.status === 'verified' ? outcome.instance : undefined;
  if (instance && !sameStamp(instance.sourceStamp, file.stamp)) return changedSinceInspection;
  const original = readDicom(file);
  const collector = new RowCollector(rows);
  compareObjects(original, instance && madeObject(path, instance, sources), judge, collector);
  return {
    status: 'explained',
    sopClassUid: firstText(original.elements, tags.SOPClassUID) ?? '',
    modality: firstText(original.elements, tags.Modality) ?? '',
    held: outcome.status === 'verified' ? undefined : outcome,
    counts: instance?.counts,
    kept: collector.kept,
    texts: instance ? collector.texts : [],
    rows: collector.rows,
    omitted: collector.omitted,
  };
}

/** The object as it would arrive, read from the bytes that would be sent. */
function madeObject(
  path: string,
  { segments, sourceDeflated }: VerifiedInstance,
  sources: Explaining['sources'],
): DicomObject {
  const content = openContentSource(path, sourceDeflated, sources);
  try {
    return readDicom(segmentSource(segments, content));
  } finally {
    content.close();
  }
}
