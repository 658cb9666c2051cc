import type { DicomObject } from '../dicom/dataSet.js';
import { openContentSource } from '../dicom/contentSource.js';
import { openFileSource, sameStamp } from '../dicom/fileSource.js';
import { encodeDataSet, encodeFileMeta, segmentsSize } from '../dicom/part10Writer.js';
import { readDicom } from '../dicom/part10Reader.js';
import { explicitLittleEndian, transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { fillSegments } from '../dicomedit/fillSegments.js';
import { applyScripts, ScriptShelf, type ScriptedObject } from './applyScripts.js';
import { heldForBurnedInText, refusalOf, summaryOf } from './inspect.js';
import { originalUids } from './originalUids.js';
import { burnedInTextRisk } from './pixelRisk.js';
import { applyBasicProfile } from './profile.js';
import { newFileMeta, stampDataSet } from './stamp.js';
import type {
  DeidentificationRequest,
  DeidentifiedInstance,
  DeidentifyOutcome,
  InstanceSummary,
  Refusal,
  Segment,
} from './types.js';
import type { UidMapper } from './uidMap.js';
import { verifyInstance } from './verify.js';

export interface DeidentifierOptions {
  readonly mapper: UidMapper;
  /** Program version for the method text. */
  readonly version: string;
  /** Kept by an engine, so that scripts are read once and give the same random UIDs to all objects of it. */
  readonly scripts?: ScriptShelf;
}

/** The file is not the one any more that was looked at. */
export const changedSinceInspection: Refusal = {
  status: 'failed',
  code: 'FILE_CHANGED',
  reason: 'The file changed after it was looked at, so nobody can say whose it is now.',
};

/**
 * Makes a de-identified object from one file and checks it: read, look for burned-in text, scripts, profile, marks,
 * encode, verify. Nothing is written: the result is new header bytes and ranges of the source. Never throws; an object that
 * can't be proved clean is `held`.
 */
export function deidentifyInstance(
  path: string,
  request: DeidentificationRequest,
  options: DeidentifierOptions,
): DeidentifyOutcome {
  try {
    const source = openFileSource(path);
    try {
      if (request.stamp && !sameStamp(request.stamp, source.stamp)) return changedSinceInspection;
      const object = readDicom(source);
      const risk = burnedInTextRisk(object.elements, object.encoding);
      if (risk !== undefined) return heldForBurnedInText(risk);
      const uids = originalUids(object.elements, options.mapper);
      const summary = summaryOf(object, source);
      const scripted = applyScripts(object, request, options.mapper, options.scripts ?? new ScriptShelf());
      if ('status' in scripted) return scripted;
      const made = makeInstance(object, scripted, uids, summary, request, options);
      const expected = {
        original: object,
        originalUids: uids,
        identity: request.identity,
        version: options.version,
        written: scripted.written,
        fills: scripted.fills,
      };
      if (!object.deflated) return verifyInstance(made, { ...expected, content: source });
      const inflated = openContentSource(path, true);
      try {
        return verifyInstance(made, { ...expected, content: inflated });
      } finally {
        inflated.close();
      }
    } finally {
      source.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}

function makeInstance(
  object: DicomObject,
  { elements: scripted, written, fills }: ScriptedObject,
  uids: ReadonlySet<string>,
  summary: InstanceSummary,
  request: DeidentificationRequest,
  { mapper, version }: DeidentifierOptions,
): DeidentifiedInstance {
  const { elements, counts } = applyBasicProfile({ ...object, elements: scripted }, mapper, uids, written);
  // A deflated object is written inflated: its length must be known before it is sent.
  const encoding = object.deflated ? explicitLittleEndian : object.encoding;
  const transferSyntaxUid = object.deflated
    ? transferSyntaxUids.explicitLittleEndian
    : object.transferSyntaxUid;
  const sopInstanceUid = mapper.map(summary.sopInstanceUid);
  const meta = encodeFileMeta(
    newFileMeta({ sopClassUid: summary.sopClassUid, sopInstanceUid, transferSyntaxUid }),
  );
  const stamped = stampDataSet(elements, request.identity, version, encoding, written);
  const segments: readonly Segment[] = joinHead(meta, fillSegments(encodeDataSet(stamped, encoding), fills));
  return {
    sopClassUid: summary.sopClassUid,
    sopInstanceUid,
    studyInstanceUid: mapper.map(summary.studyInstanceUid),
    seriesInstanceUid: mapper.map(summary.seriesInstanceUid),
    transferSyntaxUid,
    modality: summary.modality,
    sourceDeflated: object.deflated,
    sourceStamp: summary.stamp,
    segments,
    size: segmentsSize(segments),
    counts,
  };
}

/** File meta and the first bytes of the data set as one buffer: one write less per file. */
function joinHead(meta: Buffer, segments: readonly Segment[]): readonly Segment[] {
  const [first, ...rest] = segments;
  if (!first || !('bytes' in first)) return [{ bytes: meta }, ...segments];
  return [{ bytes: Buffer.concat([meta, first.bytes]) }, ...rest];
}
