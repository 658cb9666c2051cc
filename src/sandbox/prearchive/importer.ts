import { createHash } from 'node:crypto';
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SandboxContext } from '../context.js';
import { readImportHeader, type ImportHeader } from '../dicom/headers.js';
import { prearchiveStamp } from '../server/dates.js';
import type { PrearchiveFile, PrearchiveRecord } from '../store/model.js';
import { seriesAllowed } from './seriesFilter.js';

export interface ImportTarget {
  /** Project that the objects go to; `Unassigned` where the user may not write. */
  readonly project: string;
  readonly subject: string | undefined;
  readonly session: string | undefined;
  readonly preventAnon: boolean;
  readonly preventAutoCommit: boolean;
  readonly source: string;
  readonly rename: boolean;
  readonly overwrite: string;
}

export interface ImportedFile {
  readonly name: string;
  readonly path: string;
}

/** An entry that is no DICOM object; what came before it stays in the prearchive. */
export class NotDicom extends Error {}

/** Key of a prearchive session in the store and its address below `/prearchive`. */
export function sessionKey({
  project,
  timestamp,
  folder,
}: Pick<PrearchiveRecord, 'project' | 'timestamp' | 'folder'>): string {
  return `projects/${project}/${timestamp}/${folder}`;
}

/** Sorts received objects into prearchive sessions: one per project, study and label. */
export class Importer {
  private lastStamp = 0;

  constructor(private readonly context: SandboxContext) {
    // What a killed process was archiving is there as it was received.
    for (const session of [...context.store.prearchive.values()]) {
      if (session.status !== 'ARCHIVING') continue;
      context.store.prearchive.put(sessionKey(session), { ...session, status: 'RECEIVING' });
    }
  }

  /** Takes one object; undefined when a series filter dropped it. */
  async take(target: ImportTarget, file: ImportedFile): Promise<string | undefined> {
    const header = readImportHeader(file.path);
    if (header === undefined) {
      await this.context.blobs.discard(file.path);
      throw new NotDicom(file.name);
    }
    if (!seriesAllowed(this.context, target.project, header.seriesDescription)) {
      await this.context.blobs.discard(file.path);
      return undefined;
    }
    const session = this.sessionFor(target, header);
    const name = target.rename ? renamed(header) : (file.name.split('/').at(-1) ?? file.name);
    const stored: PrearchiveFile = {
      name: join(header.seriesNumber, name),
      seriesUid: header.seriesUid,
      seriesNumber: header.seriesNumber,
      seriesDescription: header.seriesDescription,
      modality: header.modality,
    };
    const path = join(folderOf(this.context, session), stored.name);
    await mkdir(dirname(path), { recursive: true });
    await rename(file.path, path);
    const key = sessionKey(session);
    const current = this.context.store.prearchive.get(key) ?? session;
    this.context.store.prearchive.put(key, {
      ...current,
      lastModified: Date.now(),
      files: [...current.files.filter((other) => other.name !== stored.name), stored],
    });
    return key;
  }

  private sessionFor(target: ImportTarget, header: ImportHeader): PrearchiveRecord {
    const folder = target.session ?? plainName(header.patientId);
    for (const session of this.context.store.prearchive.values()) {
      const same =
        session.project === target.project &&
        session.studyUid === header.studyUid &&
        session.folder === folder;
      if (same && session.status === 'RECEIVING') return session;
    }
    const session: PrearchiveRecord = {
      project: target.project,
      timestamp: prearchiveStamp(this.nextStamp()),
      folder,
      name: folder,
      subject: target.subject ?? plainName(header.patientName),
      studyUid: header.studyUid,
      studyDate: header.studyDate,
      studyTime: header.studyTime,
      status: 'RECEIVING',
      lastModified: Date.now(),
      uploaded: '',
      preventAnon: String(target.preventAnon),
      preventAutoCommit: String(target.preventAutoCommit),
      source: target.source,
      overwrite: target.overwrite,
      files: [],
    };
    this.context.store.prearchive.put(sessionKey(session), session);
    return session;
  }

  /** Two sessions of one millisecond must not share a folder. */
  private nextStamp(): number {
    this.lastStamp = Math.max(Date.now(), this.lastStamp + 1);
    return this.lastStamp;
  }
}

export function folderOf(context: SandboxContext, session: PrearchiveRecord): string {
  return context.blobs.prearchiveFolder(session.project, session.timestamp, session.folder);
}

function plainName(text: string): string {
  const plain = text.replace(/[^A-Za-z0-9_-]+/g, '_');
  return plain === '' ? 'unknown' : plain;
}

/** `<study UID>-<series>-<instance>-<code>.dcm`, as the server's namer makes them (observed). */
function renamed(header: ImportHeader): string {
  const digest = createHash('sha1').update(header.sopInstanceUid).digest();
  const code = digest.readUInt32BE(0).toString(36).slice(0, 6);
  return `${header.studyUid}-${header.seriesNumber}-${header.instanceNumber}-${code}.dcm`;
}
