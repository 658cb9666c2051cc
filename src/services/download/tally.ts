import type { ResourceFile } from './fileRows.js';
import type { DownloadEvent, FileStatus } from './types.js';

/** Counts what a download has done and has still to do. */
export class Tally {
  placesTotal = 0;
  private placesPlanned = 0;
  private placesDone = 0;
  private filesTotal = 0;
  private filesDone = 0;
  private bytesTotal = 0;
  private bytesDone = 0;
  private growing = true;
  private unlisted = 0;
  private bytes = 0;
  private readonly files: Record<FileStatus, number> = { downloaded: 0, present: 0, failed: 0 };

  listed(files: readonly ResourceFile[]): void {
    this.filesTotal += files.length;
    for (const { row } of files) this.bytesTotal += row.size;
  }

  placePlanned(): void {
    this.placesPlanned++;
  }

  placeDone(): void {
    this.placesDone++;
  }

  allPlanned(): void {
    this.growing = false;
  }

  notListed(): void {
    this.unlisted++;
  }

  /** Bytes of a file that is arriving; negative when what had arrived counts no more. */
  arrived(bytes: number): void {
    this.bytesDone += bytes;
  }

  /** @param counted bytes of it that `arrived` has counted. */
  fileDone(status: FileStatus, size: number, counted: number): void {
    this.filesDone++;
    this.files[status]++;
    this.bytesDone += size - counted;
    if (status === 'downloaded') this.bytes += size;
  }

  planning(): DownloadEvent {
    const { placesPlanned, placesTotal, filesTotal, bytesTotal } = this;
    return { kind: 'planning', placesPlanned, placesTotal, files: filesTotal, bytes: bytesTotal };
  }

  planned(): DownloadEvent {
    return { kind: 'planned', files: this.filesTotal, bytes: this.bytesTotal };
  }

  progress(): DownloadEvent {
    const { filesDone, filesTotal, bytesDone, bytesTotal, placesDone, placesTotal, growing } = this;
    return {
      kind: 'progress',
      filesDone,
      filesTotal,
      bytesDone,
      bytesTotal,
      placesDone,
      placesTotal,
      growing,
    };
  }

  result(): Omit<Extract<DownloadEvent, { kind: 'finished' }>, 'kind'> {
    return { ...this.files, unlisted: this.unlisted, bytes: this.bytes };
  }
}
