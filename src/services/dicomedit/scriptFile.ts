import { newFileMeta } from '../deid/stamp.js';
import { openContentSource } from '../dicom/contentSource.js';
import type { DicomObject } from '../dicom/dataSet.js';
import { firstText } from '../dicom/elements.js';
import { openFileSource } from '../dicom/fileSource.js';
import { readDicom } from '../dicom/part10Reader.js';
import { encodeDataSet, encodeFileMeta } from '../dicom/part10Writer.js';
import { tags } from '../dicom/tags.js';
import { explicitLittleEndian, transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { writeObject } from '../dicom/writeSegments.js';
import { hashedText } from '../subjects/pseudonyms.js';
import { fillSegments } from './fillSegments.js';
import type { LookupTable } from './lookupTable.js';
import { UidMaps } from './run/uidMaps.js';
import { runScripts, type AppliedScripts, type ScriptOutcome } from './runScripts.js';
import type { Script } from './syntax/ast.js';

export interface ScriptFileRequest {
  readonly inFile: string;
  readonly outFile: string;
  readonly scripts: readonly Script[];
  readonly variables: Readonly<Record<string, string>>;
  readonly lookup: LookupTable;
  readonly ignoreRejection: boolean;
}

/**
 * Runs scripts on one DICOM file, and writes what they made of it; on every other outcome nothing is written. Nothing else
 * is done to the object: the result is not de-identified. A deflated file is written inflated, file meta anew.
 * Errors: those of reading and writing an object.
 */
export function scriptFile(request: ScriptFileRequest): ScriptOutcome {
  const { inFile, scripts, variables, lookup, ignoreRejection } = request;
  const source = openFileSource(inFile);
  try {
    const object = readDicom(source);
    const environment = { variables, lookup, ignoreRejection, uids: new UidMaps(), hashUid: hashedText };
    const outcome = runScripts(scripts, object, environment);
    if (outcome.status === 'applied') write(object, outcome, request);
    return outcome;
  } finally {
    source.close();
  }
}

function write(
  object: DicomObject,
  { elements, fills }: AppliedScripts,
  { inFile, outFile }: ScriptFileRequest,
): void {
  const { deflated } = object;
  const encoding = deflated ? explicitLittleEndian : object.encoding;
  const meta = newFileMeta({
    sopClassUid: firstText(elements, tags.SOPClassUID) ?? '',
    sopInstanceUid: firstText(elements, tags.SOPInstanceUID) ?? '',
    transferSyntaxUid: deflated ? transferSyntaxUids.explicitLittleEndian : object.transferSyntaxUid,
  });
  const dataSet = fillSegments(encodeDataSet(elements, encoding), fills);
  const content = openContentSource(inFile, deflated);
  try {
    writeObject(content, [{ bytes: encodeFileMeta(meta) }, ...dataSet], outFile);
  } finally {
    content.close();
  }
}
