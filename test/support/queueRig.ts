import type { LeasePace } from '../../src/services/queue/leases.js';
import type { QueuedJob, QueueLead } from '../../src/services/queue/types.js';
import { defaultQueuePace, type QueuePace } from '../../src/services/queue/retries.js';
import type { FileTransferQueue, QueueOptions } from '../../src/services/queue/transferQueue.js';
import type { UploadRequest } from '../../src/services/createServices.js';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { toGiftCloudError } from '../../src/services/support/errors.js';
import type { Archive } from '../../src/services/xnat/archive.js';
import { project, type UploadRig } from './uploadRig.js';
import type { RigTools } from './uploadTools.js';

/** Quick looks and retries, so that nobody waits in tests. */
export const quickPace: QueuePace = {
  ...defaultQueuePace,
  pollMs: 10,
  progressMs: 10,
  firstRetryMs: 20,
  mostRetryMs: 100,
};

/** A lease that ends soon after its owner stopped, and not because a test machine is busy for a moment. */
export const quickLeases: LeasePace = { ttlMs: 1500, beatMs: 100 };

/** One process of those that share the state folder of a rig, with a queue that runs in the background; it ends with the rig. */
export class QueueProcess {
  readonly queue: FileTransferQueue;
  readonly tools: RigTools;
  private readonly archive: Archive;
  private readonly stop = new AbortController();
  private lead: QueueLead | undefined;
  private working: Promise<void> = Promise.resolve();
  private closed: Promise<void> | undefined;

  constructor(
    private readonly rig: UploadRig,
    options: Partial<QueueOptions> = {},
    tools = rig.tools(),
  ) {
    this.tools = tools;
    this.archive = rig.archive();
    this.queue = rig.queue(tools, { pace: quickPace, ...options });
    rig.onClose(() => this.close());
  }

  /** Takes the lead and runs the queue. */
  async work(
    archives: () => Promise<Archive | undefined> = () => Promise.resolve(this.archive),
  ): Promise<void> {
    this.lead = await this.queue.lead();
    this.working = this.queue.work(archives, this.lead, this.stop.signal);
  }

  /** The code that a foreground upload ended with, undefined when all went well. */
  async upload(request: Partial<UploadRequest> = {}, archive = this.archive): Promise<string | undefined> {
    const whole = { inputs: [this.rig.inputs], project, profile: basicProfile, ...request };
    try {
      for await (const _ of this.queue.upload(archive, whole));
      return undefined;
    } catch (error) {
      return toGiftCloudError(error).code;
    }
  }

  /** A foreground upload that is cancelled as soon as it is a job. */
  async interrupted(request: Partial<UploadRequest>, stop: AbortController): Promise<void> {
    const whole = { inputs: [this.rig.inputs], project, profile: basicProfile, ...request };
    const run = async (): Promise<void> => {
      for await (const event of this.queue.upload(this.archive, whole, stop.signal))
        if (event.kind === 'planned') stop.abort();
    };
    await run().catch(() => undefined);
  }

  /** A job that waits for somebody who runs the queue. */
  add(request: Partial<UploadRequest> = {}): Promise<string> {
    const whole = { inputs: [this.rig.inputs], project, profile: basicProfile, ...request };
    return this.queue.add({ server: this.archive.serverUrl, user: this.archive.userName }, whole);
  }

  async jobs(): Promise<readonly QueuedJob[]> {
    await this.queue.refresh();
    return this.queue.jobs();
  }

  async job(id: string): Promise<QueuedJob> {
    const found = (await this.jobs()).find((job) => job.id === id);
    if (found === undefined) throw new Error(`job ${id} is not there`);
    return found;
  }

  /** Waits until the job is as it should be. */
  async until(id: string, fits: (job: QueuedJob) => boolean): Promise<QueuedJob> {
    for (;;) {
      const job = await this.job(id);
      if (fits(job)) return job;
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  close(): Promise<void> {
    return (this.closed ??= this.end());
  }

  private async end(): Promise<void> {
    this.stop.abort();
    await this.working;
    await this.lead?.release();
    this.queue.dispose();
    await this.archive.signOut().catch(() => undefined);
  }
}
