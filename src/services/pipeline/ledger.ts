import { addCounts, noCounts, type CountTotals } from '../deid/counts.js';
import type { DeidentificationCounts, Refusal, VerifiedInstance } from '../deid/types.js';
import type { GiftCloudError } from '../support/errors.js';
import { noFiles } from './fileCounts.js';
import { countRefusals } from './review.js';
import type {
  DiscoverEvent,
  FileEvent,
  FileStatus,
  PipelineEvent,
  ProofOfArrival,
  RefusalCount,
  SourceInstance,
  Totals,
} from './types.js';

/** What became of one file, with what the profile did to the object that was made. */
export type FileResult =
  | {
      readonly status: 'deidentified' | 'uploaded' | 'present';
      readonly output?: string;
      readonly confirmed?: ProofOfArrival;
      readonly counts?: DeidentificationCounts;
    }
  | Refusal;

/** PS3.15 E.1, action D on Content Sequence and Encapsulated Document: the object arrives, what it said does not. */
const contentReplaced = {
  code: 'CONTENT_REPLACED',
  reason: 'The content of this report or document was replaced, as the profile requires.',
} as const;

const valuesBlanked = {
  code: 'VALUES_BLANKED',
  reason: 'Texts of this object named the patient; those places are blank now.',
} as const;

/** What the ledger keeps of an object that was made. */
export function notesOf({ counts }: VerifiedInstance): { readonly counts: DeidentificationCounts } {
  return { counts };
}

const progressEvery = 200;

/** Keeps count of the files: each gets one final word, whatever happens, and progress is told now and then. */
export class Ledger {
  private readonly open = new Map<number, string>();
  private readonly counts: Record<FileStatus, number> = { ...noFiles };
  private readonly refusals: Refusal[] = [];
  private done = noCounts;
  private files = 0;
  private instancesDone = 0;
  private instancesTotal = 0;
  private bytesTotal = 0;
  private bytesSent = 0;
  private toldAt = 0;

  constructor(private readonly emit: (event: PipelineEvent) => void) {}

  found(event: Exclude<DiscoverEvent, { readonly kind: 'progress' }>): void {
    this.files++;
    if (event.kind === 'refused') this.tell(event.index, event.path, event.refusal);
    else this.open.set(event.instance.index, event.instance.path);
  }

  settle({ index, path }: Pick<SourceInstance, 'index' | 'path'>, result: FileResult): void {
    if (this.open.delete(index)) this.tell(index, path, result);
  }

  /** After an error that ended the run: the files nobody can speak for any more. */
  settleRest(error: GiftCloudError): void {
    for (const [index, path] of this.open) {
      this.tell(index, path, { status: 'failed', code: error.code, reason: error.message });
    }
    this.open.clear();
  }

  expect(instances: number, bytes: number): void {
    this.instancesTotal = instances;
    this.bytesTotal = bytes;
  }

  advance(instances: number, bytes = 0): void {
    this.instancesDone += instances;
    this.bytesSent += bytes;
    const now = Date.now();
    if (now - this.toldAt < progressEvery) return;
    this.toldAt = now;
    this.progress();
  }

  progress(): void {
    this.emit({
      kind: 'progress',
      instancesDone: Math.min(this.instancesDone, this.instancesTotal),
      instancesTotal: this.instancesTotal,
      bytesSent: this.bytesSent,
      bytesTotal: this.bytesTotal,
    });
  }

  totals(): Totals {
    return { files: this.files, ...this.counts, bytesSent: this.bytesSent };
  }

  /** What the profile did to all objects that got through. */
  deidentified(): CountTotals {
    return this.done;
  }

  /** Why files were not sent, counted by reason. */
  refused(): readonly RefusalCount[] {
    return countRefusals(this.refusals);
  }

  private tell(index: number, path: string, result: FileResult): void {
    this.counts[result.status]++;
    this.emit({ kind: 'file', index, path, status: result.status, ...this.detailsOf(result) });
  }

  private detailsOf(result: FileResult): Pick<FileEvent, 'code' | 'reason' | 'output' | 'confirmed'> {
    if ('code' in result) {
      this.refusals.push(result);
      return { code: result.code, reason: result.reason };
    }
    const { counts, confirmed } = result;
    if (counts) this.done = addCounts(this.done, counts);
    const blanked = (counts?.blanked ?? 0) > 0;
    return {
      ...(result.output !== undefined && { output: result.output }),
      ...(confirmed !== undefined && { confirmed }),
      ...(counts?.contentReplaced ? contentReplaced : blanked && valuesBlanked),
    };
  }
}
