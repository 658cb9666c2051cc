import type { ByteSource } from '../dicom/byteSource.js';
import type { DicomObject } from '../dicom/dataSet.js';
import { openContentSource } from '../dicom/contentSource.js';
import { sameStamp } from '../dicom/fileSource.js';
import { encodeDataSet, encodeFileMeta, segmentsSize } from '../dicom/part10Writer.js';
import { readDicom } from '../dicom/part10Reader.js';
import { plainFiles, type Sources } from '../dicom/sources.js';
import { explicitLittleEndian, transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { fillSegments } from '../dicomedit/fillSegments.js';
import { applyScripts, ScriptShelf, type ScriptedObject } from './applyScripts.js';
import { sweepKnownValues } from './clean/sweep.js';
import { heldForBurnedInText, refusalOf, summaryOf } from './inspect.js';
import { KnownValues } from './knownValues.js';
import { burnedInTextRisk } from './pixelRisk.js';
import { planFor, type Plan } from './plan.js';
import { applyProfile, type ProfileResult } from './profile.js';
import { newFileMeta, stampDataSet } from './stamp.js';
import type {
  DeidentificationRequest,
  DeidentifiedInstance,
  DeidentifyOutcome,
  InstanceSummary,
  Refusal,
  Segment,
} from './types.js';
import { keepingOwn, uidMapperFor, type UidMapper } from './uidMap.js';
import { verifyInstance } from './verify.js';

export interface DeidentifierOptions {
  /** For requests that name no scheme, or `gift-cloud`. */
  readonly mapper: UidMapper;
  /** Program version for the method text. */
  readonly version: string;
  /** Kept by an engine, so that scripts are read once and give the same random UIDs to all objects of it. */
  readonly scripts?: ScriptShelf;
  /** How files are opened; as they are unless told otherwise. */
  readonly sources?: Pick<Sources, 'open'>;
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
  const { sources = plainFiles } = options;
  try {
    const source = sources.open(path);
    try {
      if (request.stamp && !sameStamp(request.stamp, source.stamp)) return changedSinceInspection;
      const object = readDicom(source);
      const risk = burnedInTextRisk(object.elements, object.encoding);
      if (risk !== undefined) return heldForBurnedInText(risk);
      const summary = summaryOf(object, source);
      const mapper = keepingOwn(
        uidMapperFor(request.scheme, options.mapper),
        request.ownUids,
        summary.sopInstanceUid,
      );
      const plan = planFor(object, request, mapper);
      if ('status' in plan) return plan;
      const scripted = applyScripts(object, request, mapper, options.scripts ?? new ScriptShelf());
      if ('status' in scripted) return scripted;
      const content = object.deflated ? openContentSource(path, true, sources) : source;
      try {
        return make({ object, scripted, summary, content, plan, version: options.version });
      } finally {
        if (content !== source) content.close();
      }
    } finally {
      source.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}

interface Making {
  readonly object: DicomObject;
  /** What scripts left of it to the profile. */
  readonly scripted: ScriptedObject;
  readonly summary: InstanceSummary;
  /** The (inflated) source. */
  readonly content: ByteSource;
  readonly plan: Plan;
  readonly version: string;
}

/**
 * Profile, marks, encoding and check. Only an object in which the check finds something is swept for the patient's own
 * values and checked again: whoever writes no names into descriptions does not pay for those who do.
 */
function make(making: Making): DeidentifyOutcome {
  const { object, scripted, content, plan, version } = making;
  const { elements: edited, written, fills } = scripted;
  const expected = { ...plan, original: object, content, version, written, fills };
  const result = applyProfile({ ...object, elements: edited }, { ...plan, written });
  const outcome = verifyInstance(encode(result, making), expected);
  if (outcome.status !== 'held') return outcome;
  const { series, originalUids: uids } = plan;
  const known = new KnownValues(object.elements, { uids, ...(series && { series }) });
  const { elements, blanked } = sweepKnownValues(result.elements, known, object.encoding, written);
  if (blanked === 0) return outcome;
  return verifyInstance(
    encode({ elements, counts: { ...result.counts, blanked: result.counts.blanked + blanked } }, making),
    expected,
  );
}

function encode({ elements, counts }: ProfileResult, making: Making): DeidentifiedInstance {
  const { object, scripted, summary, plan, version } = making;
  const { written, fills } = scripted;
  const { mapper } = plan;
  // A deflated object is written inflated: its length must be known before it is sent.
  const encoding = object.deflated ? explicitLittleEndian : object.encoding;
  const transferSyntaxUid = object.deflated
    ? transferSyntaxUids.explicitLittleEndian
    : object.transferSyntaxUid;
  const sopInstanceUid = mapper.map(summary.sopInstanceUid);
  const meta = encodeFileMeta(
    newFileMeta({ sopClassUid: summary.sopClassUid, sopInstanceUid, transferSyntaxUid }),
  );
  const stamped = stampDataSet(elements, { ...plan, version, written }, encoding);
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
