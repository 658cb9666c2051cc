import type { DeidentificationCounts, Refusal } from '../deid/types.js';
import { throwIfAborted } from '../support/errors.js';
import type { FileRow } from '../xnat/archive.js';
import { anonymise, type NamedInstance } from './anonymise.js';
import type { UploadContext } from './context.js';
import { ahead } from './events.js';
import type { RefusedInstance } from './group.js';
import { notesOf } from './ledger.js';
import { packageBatches } from './package.js';
import { redact } from './redact.js';
import type { SeriesStore } from './seriesStore.js';
import { isTransient, readAgain } from './transient.js';
import type { ReadyInstance, SourceInstance } from './types.js';
import { verify } from './verify.js';
import { archiveName, hashObject, ZipBody } from './zipStream.js';

/** One object on its way into the archive. */
export interface SentItem {
  readonly source: SourceInstance;
  readonly size: number;
  /** SHA-256 (hex) of the bytes that were sent, or would have been. */
  readonly sha256: string;
  /**
   * How its name came to be in the archive: sent by us and answered well; sent by us with an answer that got lost; or
   * there before. The last two count only when their bytes were fetched back.
   */
  readonly origin: 'sent' | 'unsure' | 'before';
  readonly counts: DeidentificationCounts;
}

/**
 * Stage "upload": the objects of one series into their store, batch after batch. What is there already is not sent but
 * noted for comparison; what an error left unsure is noted too. The caller holds the lock of the store: parallel uploads
 * into one place lose files silently (GIFT-Cloud server, observed).
 */
export class SeriesUpload {
  /** By name in the archive. */
  readonly items = new Map<string, SentItem>();
  readonly refused: RefusedInstance[] = [];
  private mayWrite = false;

  constructor(
    private readonly context: UploadContext,
    readonly store: SeriesStore,
    private readonly whom: Omit<NamedInstance, 'source'>,
    private readonly hooks: {
      /** Reads once more who the place belongs to; called right before the first byte. */
      readonly beforeFirstByte: () => Promise<void>;
      /** How many instances have been sent or refused. */
      readonly onProgress: (done: number) => void;
    },
    readonly signal: AbortSignal,
  ) {}

  /** The files that the archive holds now, by our names. */
  list(): Promise<ReadonlyMap<string, FileRow>> {
    return readAgain(() => this.store.list(), this.context.pace.resendMs, this.signal);
  }

  /** Sends what is not among the names that are there. Errors: those of the archive, MAPPING_CHANGED, CANCELLED. */
  async send(sources: readonly SourceInstance[], there: ReadonlyMap<string, unknown>): Promise<void> {
    const named = sources.map((source) => ({ source, ...this.whom }));
    const anonymised = redact(anonymise(named, this.context, this.signal));
    const ready = verify(anonymised, (source, refusal) => this.refuse(source, refusal));
    const missing = this.notThere(ready, there);
    for await (const batch of ahead(packageBatches(missing))) await this.put(batch);
  }

  refuse(source: SourceInstance, refusal: Refusal): void {
    this.refused.push({ instance: source, refusal });
    this.context.ledger.advance(1);
  }

  private async *notThere(
    instances: AsyncIterable<ReadyInstance>,
    there: ReadonlyMap<string, unknown>,
  ): AsyncGenerator<ReadyInstance, void, undefined> {
    for await (const ready of instances) {
      if (!there.has(archiveName(ready))) yield ready;
      else {
        await this.note(ready, 'before');
        this.context.ledger.advance(1);
      }
    }
  }

  private async put(batch: readonly ReadyInstance[]): Promise<void> {
    if (batch.length === 0) return;
    if (!this.mayWrite) await this.hooks.beforeFirstByte();
    this.mayWrite = true;
    this.hooks.onProgress(this.items.size + this.refused.length);
    const { ledger, logger, sources } = this.context;
    const body = new ZipBody(batch, (bytes) => ledger.advance(0, bytes), sources);
    try {
      const { duplicates } = await this.store.put(body);
      const before = new Set(duplicates);
      for (const ready of batch) {
        const known = body.sent.get(archiveName(ready))?.sha256;
        await this.note(ready, before.has(archiveName(ready)) ? 'before' : 'sent', known);
      }
      ledger.advance(batch.length);
      this.hooks.onProgress(this.items.size + this.refused.length);
    } catch (error) {
      throwIfAborted(this.signal);
      const broken = body.failure;
      if (broken !== undefined) {
        const { code, message: reason } = broken.error;
        this.refuse(broken.ready.source, { status: 'failed', code, reason });
        await this.put(batch.filter((ready) => ready !== broken.ready));
        return;
      }
      if (!isTransient(error)) throw error;
      logger.warn('the answer to an upload was lost', { files: batch.length });
      for (const ready of batch) await this.note(ready, 'unsure', body.sent.get(archiveName(ready))?.sha256);
    }
  }

  private async note(ready: ReadyInstance, origin: SentItem['origin'], sha256?: string): Promise<void> {
    const { source, verified } = ready;
    const known = sha256 ?? (await hashObject(ready, this.signal, this.context.sources));
    this.items.set(archiveName(ready), {
      ...{ source, size: verified.size, sha256: known, origin },
      ...notesOf(verified),
    });
  }
}
