/**
 * Random access to the bytes of one DICOM file. Synchronous on purpose: the reader runs in a worker thread, where
 * synchronous positional reads are several times faster than the promise API (measured in docs/architecture.md).
 * Positions may exceed 2^32: they are plain numbers, exact up to 2^53.
 */
export interface ByteSource {
  /** Size in bytes at the time of opening. */
  readonly size: number;
  /** Up to `length` bytes from `position`; fewer only at the end of the source. */
  read(position: number, length: number): Buffer;
  close(): void;
}

/** What tells that a file is still the one that was read: compared before and after its bytes are sent. */
export interface SourceStamp {
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
}
