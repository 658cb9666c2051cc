import { GiftCloudError } from '../support/errors.js';

/** Bytes that the spool may take on the disk. What lies in it is asked for; what is on its way is counted here. */
export class Quota {
  limit: number | undefined;
  private reserved = 0;

  constructor(
    private readonly used: () => number,
    /** Counts anew: another process may have emptied it. */
    private readonly recount: () => Promise<void>,
  ) {}

  /** Takes room for bytes on their way. @throws QUOTA_FULL */
  async take(bytes: number): Promise<void> {
    if (!this.fits(bytes)) await this.recount();
    if (!this.fits(bytes)) throw quotaFull();
    this.reserved += bytes;
  }

  /** They lie in the spool now, or are gone. */
  give(bytes: number): void {
    this.reserved -= bytes;
  }

  private fits(bytes: number): boolean {
    return this.limit === undefined || this.used() + this.reserved + bytes <= this.limit;
  }
}

function quotaFull(): GiftCloudError {
  return new GiftCloudError('QUOTA_FULL', 'The spool is as full as it may be.', {
    hint: 'It empties as objects are archived: look into the transfer queue, or raise the quota.',
    retryable: true,
  });
}
