import type { DataElement, DicomObject, Encoding } from '../dicom/dataSet.js';
import { dataSetBytes, readDataSetBytes } from '../dicom/dataSetBytes.js';
import { damaged } from '../dicom/dicomErrors.js';
import { findElement, firstText, numberElement, sequenceElement, textElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';
import { transferSyntax } from '../dicom/transferSyntaxes.js';
import { isUid } from '../dicom/uids.js';
import { status } from './wellKnown.js';

/** Attributes of storage commitment (PS3.4 tables J.3-1 and J.3-2). */
const tag = {
  transactionUid: 0x00081195,
  failureReason: 0x00081197,
  failedSequence: 0x00081198,
  referencedSequence: 0x00081199,
} as const;

export interface ReferencedInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
}

export interface CommitmentRequest {
  readonly transactionUid: string;
  readonly instances: readonly ReferencedInstance[];
}

/** Requests of some ten thousand instances fit. */
export const longestRequest = 16 * 1024 * 1024;

/** Reads the data set of an N-ACTION-RQ (PS3.4 J.3.2). @throws DICOM_DAMAGED */
export function decodeCommitment(bytes: Buffer, syntaxUid: string): CommitmentRequest {
  const { encoding } = transferSyntax(syntaxUid);
  const elements = readDataSetBytes(bytes, encoding);
  const transactionUid = firstText(elements, tag.transactionUid) ?? '';
  const instances = (findElement(elements, tag.referencedSequence)?.items ?? []).map(
    (item): ReferencedInstance => ({
      sopClassUid: firstText(item.elements, tags.ReferencedSOPClassUID) ?? '',
      sopInstanceUid: firstText(item.elements, tags.ReferencedSOPInstanceUID) ?? '',
    }),
  );
  const whole = instances.every(
    ({ sopClassUid, sopInstanceUid }) => isUid(sopClassUid) && isUid(sopInstanceUid),
  );
  if (!isUid(transactionUid) || instances.length === 0 || !whole) {
    throw damaged('a request for storage commitment is incomplete');
  }
  return { transactionUid, instances };
}

/** The data set of an N-EVENT-REPORT-RQ (PS3.4 J.3.3): what is committed and what is not. */
export function encodeResult(
  request: CommitmentRequest,
  committed: ReadonlySet<string>,
  syntaxUid: string,
): Buffer {
  const { encoding } = transferSyntax(syntaxUid);
  const good = request.instances.filter(({ sopInstanceUid }) => committed.has(sopInstanceUid));
  const bad = request.instances.filter(({ sopInstanceUid }) => !committed.has(sopInstanceUid));
  const elements: DicomObject['elements'] = [
    textElement(tag.transactionUid, 'UI', request.transactionUid, encoding),
    ...(bad.length === 0 ? [] : [referenced(tag.failedSequence, bad, encoding, true)]),
    ...(good.length === 0 ? [] : [referenced(tag.referencedSequence, good, encoding, false)]),
  ];
  return dataSetBytes(elements, encoding);
}

function referenced(
  sequence: number,
  instances: readonly ReferencedInstance[],
  encoding: Encoding,
  failed: boolean,
): DataElement {
  const items = instances.map(({ sopClassUid, sopInstanceUid }) => ({
    elements: [
      textElement(tags.ReferencedSOPClassUID, 'UI', sopClassUid, encoding),
      textElement(tags.ReferencedSOPInstanceUID, 'UI', sopInstanceUid, encoding),
      ...(failed ? [numberElement(tag.failureReason, 'US', status.noSuchInstance, encoding)] : []),
    ],
  }));
  return sequenceElement(sequence, items, encoding);
}
