import type { ByteSource } from '../dicom/byteSource.js';
import type { DataElement } from '../dicom/dataSet.js';
import { firstText } from '../dicom/elements.js';
import { readDicom } from '../dicom/part10Reader.js';
import { tags } from '../dicom/tags.js';
import type { Archive, FileRow } from '../xnat/archive.js';
import { connectionError } from '../xnat/httpErrors.js';
import { unexpectedAnswer } from '../xnat/tables.js';

/** UIDs come before pixels and, but for those below group 0020, before private elements. */
const mostBytes = 1024 * 1024;
const afterUids = 0x00200010;

export interface ArchivedUids {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
}

/**
 * The UIDs of a file as the archive holds it: its beginning is fetched. Errors: those of the archive, UNEXPECTED_ANSWER also
 * for what is no DICOM object.
 */
export async function fetchUids(archive: Archive, row: FileRow, signal: AbortSignal): Promise<ArchivedUids> {
  const elements = headerOf(new Beginning(await fetchBeginning(archive, row, signal), row.size));
  return {
    sopInstanceUid: firstText(elements, tags.SOPInstanceUID) ?? '',
    seriesInstanceUid: firstText(elements, tags.SeriesInstanceUID) ?? '',
    studyInstanceUid: firstText(elements, tags.StudyInstanceUID) ?? '',
  };
}

function headerOf(beginning: ByteSource): readonly DataElement[] {
  try {
    return readDicom(beginning, { untilTag: afterUids }).elements;
  } catch {
    throw unexpectedAnswer();
  }
}

async function fetchBeginning(archive: Archive, row: FileRow, signal: AbortSignal): Promise<Buffer> {
  const { stream } = await archive.downloadFile(row.uri, signal);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= mostBytes) break;
    }
  } catch (error) {
    throw connectionError(error);
  } finally {
    stream.destroy();
  }
  return Buffer.concat(chunks);
}

/** The beginning of a file of known size; what lies behind it is not read before the UIDs are found. */
class Beginning implements ByteSource {
  constructor(
    private readonly bytes: Buffer,
    readonly size: number,
  ) {}

  read(position: number, length: number): Buffer {
    return this.bytes.subarray(position, position + length);
  }

  close(): void {
    // It owns nothing.
  }
}
