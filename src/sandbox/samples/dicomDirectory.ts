import { encodeDataSet, encodeFile, type SampleDataSet } from './dicomFile.js';
import type { SampleStudyFacts } from './sampleStudy.js';
import { seriesUid } from './sampleStudy.js';

/** What every directory record starts with; the offsets are filled in when all lengths are known. */
interface DirectoryRecord {
  readonly content: SampleDataSet;
  /** Index of the next record of the same level and of the first one below. */
  readonly next?: number;
  readonly lower?: number;
}

/** Media Storage Directory Storage. */
const MEDIA = {
  SOPClassUID: '1.2.840.10008.1.3.10',
  SOPInstanceUID: '1.2.826.0.1.3680043.10.90210.9.1',
};

/** A DICOMDIR as discs carry it (PS3.3 annex F), over one series: an index full of names, without an image. */
export function dicomDirectory(
  facts: SampleStudyFacts,
  series: number,
  images: readonly { readonly sopInstanceUid: string; readonly fileId: readonly string[] }[],
): Buffer {
  const { patient } = facts;
  const records: DirectoryRecord[] = [
    {
      content: { DirectoryRecordType: 'PATIENT', PatientName: patient.name, PatientID: patient.id },
      lower: 1,
    },
    {
      content: {
        DirectoryRecordType: 'STUDY',
        StudyDate: facts.date,
        StudyTime: facts.time,
        AccessionNumber: facts.accession,
        StudyDescription: facts.description,
        StudyInstanceUID: facts.studyUid,
        StudyID: facts.studyId,
      },
      lower: 2,
    },
    {
      content: {
        DirectoryRecordType: 'SERIES',
        Modality: 'CT',
        SeriesInstanceUID: seriesUid(facts, series),
        SeriesNumber: String(series),
      },
      lower: 3,
    },
    ...images.map((image, index) => ({
      content: {
        DirectoryRecordType: 'IMAGE',
        ReferencedFileID: image.fileId,
        ReferencedSOPClassUIDInFile: '1.2.840.10008.5.1.4.1.1.2',
        ReferencedSOPInstanceUIDInFile: image.sopInstanceUid,
        ReferencedTransferSyntaxUIDInFile: '1.2.840.10008.1.2.1',
        InstanceNumber: String(index + 1),
      },
      ...(index + 1 < images.length && { next: index + 4 }),
    })),
  ];
  const offsets = recordOffsets(records);
  return encodeFile(directory(records, offsets), { encoding: patient.encoding, media: MEDIA });
}

function directory(records: readonly DirectoryRecord[], offsets: readonly number[]): SampleDataSet {
  const offsetOf = (index: number | undefined): number => (index === undefined ? 0 : (offsets[index] ?? 0));
  return {
    FileSetID: 'STUDIES',
    OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity: offsetOf(0),
    OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity: offsetOf(0),
    FileSetConsistencyFlag: 0,
    DirectoryRecordSequence: records.map((record) => ({
      OffsetOfTheNextDirectoryRecord: offsetOf(record.next),
      RecordInUseFlag: 0xffff,
      OffsetOfReferencedLowerLevelDirectoryEntity: offsetOf(record.lower),
      ...record.content,
    })),
  };
}

/** Offsets count from the start of the file to each item (PS3.3 F.3.2.2); they don't change any length. */
function recordOffsets(records: readonly DirectoryRecord[]): number[] {
  const items = directory(records, []).DirectoryRecordSequence as readonly SampleDataSet[];
  // The sequence is the last element: its first item begins where a file without items ends.
  let offset = encodeFile(directory([], []), { media: MEDIA }).length;
  return items.map((item) => {
    const here = offset;
    offset += 8 + encodeDataSet(item, {}).length;
    return here;
  });
}
