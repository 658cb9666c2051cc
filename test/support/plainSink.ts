import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { firstText } from '../../src/services/dicom/elements.js';
import { openFileSource } from '../../src/services/dicom/fileSource.js';
import { readDicom } from '../../src/services/dicom/part10Reader.js';
import type { IncomingObject, Reception, ReceptionSink, SpoolSink } from '../../src/services/spool/types.js';
import { GiftCloudError, type ErrorCode } from '../../src/services/support/errors.js';
import { buildElement, buildDataSet } from './dicomBuilder.js';

/** A sink that keeps objects as plain files: what the listener has to do is the same as with the encrypted spool. */
export class PlainSink implements ReceptionSink {
  readonly received: (IncomingObject & { readonly path: string })[] = [];
  readonly ended: string[] = [];
  readonly archivedUids = new Set<string>();
  readonly pendingUids = new Set<string>();
  /** Thrown by `begin`, `write` or `commit`. */
  fail: { readonly at: 'begin' | 'write' | 'commit'; readonly code: ErrorCode } | undefined;
  open = 0;
  private readonly listeners = new Set<() => void>();

  constructor(
    readonly folder: string,
    private readonly sync = true,
  ) {}

  async begin(object: IncomingObject): Promise<Reception> {
    this.failAt('begin');
    await mkdir(this.folder, { recursive: true });
    const path = join(this.folder, randomBytes(8).toString('hex'));
    const file = await open(`${path}.part`, 'wx', 0o600);
    this.open++;
    await file.write(fileHead(object));
    let closed = false;
    const close = async (): Promise<void> => {
      if (closed) return;
      closed = true;
      this.open--;
      await file.close();
    };
    const abort = async (): Promise<void> => {
      await close();
      await rm(`${path}.part`, { force: true });
    };
    return {
      write: async (bytes) => {
        this.failAt('write');
        await file.write(bytes);
      },
      commit: async () => {
        try {
          this.failAt('commit');
          if (this.sync) await file.sync();
          await close();
          check(`${path}.part`, object);
        } catch (error) {
          await abort();
          throw error;
        }
        await rename(`${path}.part`, path);
        this.received.push({ ...object, path });
      },
      abort,
    };
  }

  associationEnded(association: string): void {
    this.ended.push(association);
  }

  async archived(uids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(uids.filter((uid) => this.archivedUids.has(uid)));
  }

  async pending(uids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(uids.filter((uid) => this.pendingUids.has(uid)));
  }

  onDidSettle(listener: () => void): { dispose: () => void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  settle(): void {
    for (const listener of this.listeners) listener();
  }

  async files(): Promise<string[]> {
    return readdir(this.folder).catch(() => []);
  }

  private failAt(at: 'begin' | 'write' | 'commit'): void {
    if (this.fail?.at === at) throw new GiftCloudError(this.fail.code, 'asked for by a test');
  }
}

/** The sink as the spool gives it to a retrieval. */
export function asSpoolSink(sink: PlainSink, folder: string): SpoolSink {
  return {
    folder,
    begin: (object) => sink.begin(object),
    associationEnded: (association) => sink.associationEnded(association),
    archived: (uids) => sink.archived(uids),
    pending: (uids) => sink.pending(uids),
    onDidSettle: (listener) => sink.onDidSettle(listener),
  };
}

/** Preamble, prefix and file meta in front of the data set (PS3.10 7.1). */
function fileHead({ sopClassUid, sopInstanceUid, transferSyntax }: IncomingObject): Buffer {
  const group = buildDataSet([
    { tag: 0x00020001, vr: 'OB', value: Buffer.of(0, 1) },
    { tag: 0x00020002, vr: 'UI', value: sopClassUid },
    { tag: 0x00020003, vr: 'UI', value: sopInstanceUid },
    { tag: 0x00020010, vr: 'UI', value: transferSyntax },
    { tag: 0x00020012, vr: 'UI', value: '1.2.826.0.1.3680043.10.999.1' },
  ]);
  const length = buildElement({ tag: 0x00020000, vr: 'UL', value: [group.length] });
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM', 'latin1'), length, group]);
}

export const headLength = (object: IncomingObject): number => fileHead(object).length;

function check(path: string, { sopClassUid, sopInstanceUid }: IncomingObject): void {
  const source = openFileSource(path);
  try {
    const { elements } = readDicom(source);
    if (
      firstText(elements, 0x00080016) !== sopClassUid ||
      firstText(elements, 0x00080018) !== sopInstanceUid
    ) {
      throw new GiftCloudError('SOP_MISMATCH', 'not what was announced');
    }
  } finally {
    source.close();
  }
}
