import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { UploadRequest } from '../createServices.js';
import type { Reviewed } from '../pipeline/reviewed.js';
import type { UploadReview } from '../pipeline/types.js';
import { GiftCloudError } from '../support/errors.js';
import type { Archive } from '../xnat/archive.js';
import { jobLease } from './jobList.js';
import { journalVersion, newStatus, type JobOrder } from './jobRecord.js';
import type { OpenJob } from './jobRun.js';
import type { Journal, StoredJob } from './journal.js';
import { leaseLost, type Leases } from './leases.js';
import type { ReceivedData } from './received.js';

/** Encrypts what could name a patient. Errors: KEY_MISSING, PASSPHRASE_WRONG; STATE_UNREADABLE where a text was changed. */
export interface Sealer {
  /** @param label bound to the text, and needed to open it. */
  seal(text: string, label: string): Promise<string>;
  open(sealed: string, label: string): Promise<string>;
}

/** Makes orders of requests and back, and takes jobs for this process. */
export class JobStore {
  constructor(
    private readonly journal: Journal,
    private readonly leases: Leases,
    private readonly sealer: Sealer,
    private readonly now: () => number,
    private readonly received?: ReceivedData,
  ) {}

  /**
   * Makes a job of an upload that was confirmed, in the hands of the caller. The same order once more goes on with the job
   * that an earlier process did not bring to its end. Errors: those of the file system, KEY_MISSING.
   */
  async openNew(archive: Archive, request: UploadRequest, review: UploadReview): Promise<OpenJob> {
    const { serverUrl: server, userName: user } = archive;
    const order = await this.orderOf({ server, user }, request);
    const earlier = await this.adopt(order, request);
    if (earlier) return earlier;
    // Not "waiting" yet: whoever runs the queue would take it away at once.
    const status = newStatus('discovered', review.instances, review.bytes, order.created);
    await this.journal.add(order, status);
    const lease = await this.leases.acquire(this.journal.folderOf(order.id), jobLease);
    if (lease === undefined) throw leaseLost();
    return { order, status, lease };
  }

  /** Makes a job that waits for its turn; gives its id. Errors: those of the file system, KEY_MISSING. */
  async add(to: Destination, request: UploadRequest): Promise<string> {
    const order = await this.orderOf(to, request);
    await this.journal.add(order, newStatus('waiting', 0, 0, order.created));
    return order.id;
  }

  /** Takes a job that is there; undefined while somebody else has it, or when it went. */
  async take(id: string): Promise<(OpenJob & { readonly stored: ReadableJob }) | undefined> {
    const lease = await this.leases.acquire(this.journal.folderOf(id), jobLease);
    if (lease === undefined) return undefined;
    await this.journal.removeUnfinished(id);
    const stored = await this.journal.read(id);
    if (stored?.kind !== 'job') {
      await lease.release();
      return undefined;
    }
    return { order: stored.order, status: stored.status, lease, stored };
  }

  /** The request that a job was made of. @throws STATE_UNREADABLE, KEY_MISSING */
  async requestOf(order: JobOrder): Promise<UploadRequest> {
    const { id, project, profile, subjectPrefix, expectedSubject } = order;
    const reviewed = await this.reviewedOf(order);
    const isReceived = order.origin.kind !== 'files';
    const inputs = isReceived ? (this.received?.inputs(id) ?? []) : await this.inputsOf(order, id);
    return {
      ...{ inputs, project, profile, proof: isReceived ? 'fetched' : 'listed' },
      ...(subjectPrefix !== undefined && { subjectPrefix }),
      ...(expectedSubject !== undefined && { expectedSubject }),
      ...(reviewed && { reviewed }),
    };
  }

  private async orderOf({ server, user }: Destination, request: UploadRequest): Promise<JobOrder> {
    await this.journal.open();
    const id = request.dropped ?? randomUUID();
    const { project, profile, subjectPrefix, expectedSubject, reviewed } = request;
    return {
      ...{ version: journalVersion, id, origin: { kind: 'files' }, server, user, project, profile },
      ...(subjectPrefix !== undefined && { subjectPrefix }),
      ...(expectedSubject !== undefined && { expectedSubject }),
      created: new Date(this.now()).toISOString(),
      inputs: await this.sealer.seal(JSON.stringify(pathsOf(request)), id),
      ...(reviewed && { reviewed: await this.sealReviewed(reviewed, id) }),
    };
  }

  private async adopt(wanted: JobOrder, request: UploadRequest): Promise<OpenJob | undefined> {
    const inputs = pathsOf(request);
    for (const id of await this.journal.ids()) {
      const stored = await this.journal.read(id);
      if (stored?.kind !== 'job' || !(await this.isSame(stored.order, wanted, inputs))) continue;
      const job = await this.take(id);
      if (job === undefined) continue;
      if (job.order.inputs !== undefined && job.stored.wishes.length === 0) {
        const order = await this.reviewedAnew(job, request.reviewed);
        await this.journal.setPaused(id, false);
        return { ...job, order };
      }
      await job.lease.release();
    }
    return undefined;
  }

  /** What was agreed to last counts. */
  private async reviewedAnew({ order, lease }: OpenJob, reviewed: Reviewed | undefined): Promise<JobOrder> {
    if (order.reviewed === undefined && reviewed === undefined) return order;
    const { reviewed: _, ...rest } = order;
    const next = reviewed ? { ...rest, reviewed: await this.sealReviewed(reviewed, order.id) } : rest;
    await this.journal.writeOrder(next, lease);
    return next;
  }

  private sealReviewed(reviewed: Reviewed, id: string): Promise<string> {
    return this.sealer.seal(JSON.stringify([...reviewed]), reviewedLabel(id));
  }

  private async reviewedOf({ reviewed, id }: JobOrder): Promise<Reviewed | undefined> {
    return reviewed === undefined ? undefined : new Set(await this.openTexts(reviewed, reviewedLabel(id)));
  }

  private async isSame(a: JobOrder, b: JobOrder, inputs: readonly string[]): Promise<boolean> {
    if (a.origin.kind !== 'files' || a.inputs === undefined) return false;
    if (!isDeepStrictEqual(withoutOwn(a), withoutOwn(b))) return false;
    const known = await this.inputsOf(a, a.id).catch(() => undefined);
    return known !== undefined && isDeepStrictEqual(known, inputs);
  }

  private async inputsOf({ inputs }: JobOrder, id: string): Promise<readonly string[]> {
    if (inputs === undefined) throw unreadable();
    return this.openTexts(inputs, id);
  }

  private async openTexts(sealed: string, label: string): Promise<readonly string[]> {
    const value: unknown = JSON.parse(await this.sealer.open(sealed, label));
    if (!Array.isArray(value)) throw unreadable();
    return value.filter((text): text is string => typeof text === 'string');
  }
}

/** The account that a job is for. */
export interface Destination {
  readonly server: string;
  readonly user: string;
}

/** Neither of the two sealed texts of an order opens in the place of the other. */
function reviewedLabel(id: string): string {
  return `reviewed ${id}`;
}

export type ReadableJob = Extract<StoredJob, { kind: 'job' }>;

function pathsOf({ inputs }: UploadRequest): readonly string[] {
  return inputs.map((input) => resolve(input));
}

/** What two orders have in common where they ask for the same. */
function withoutOwn({ id: _, created: __, inputs: ___, reviewed: ____, ...rest }: JobOrder): unknown {
  return JSON.parse(JSON.stringify(rest));
}

function unreadable(): GiftCloudError {
  return new GiftCloudError('STATE_UNREADABLE', 'The queue does not know the files of this job any more.', {
    hint: 'Discard the job and upload the files again.',
  });
}
