import { randomBytes } from 'node:crypto';
import type { IncomingObject, Reception, ReceptionSink, SpoolSink } from '../spool/types.js';
import { toGiftCloudError, type GiftCloudError } from '../support/errors.js';

/** Errors after which nothing more can be taken. */
const final: ReadonlySet<string> = new Set(['DISK_FULL', 'QUOTA_FULL', 'KEY_MISSING', 'STATE_UNREADABLE']);

/**
 * What comes for one retrieval, counted on its way into the spool. To the spool all associations are one, which ends with
 * the retrieval. UIDs stay in memory.
 */
export class Tally implements Pick<ReceptionSink, 'begin'> {
  readonly received = new Set<string>();
  /** Objects that came and were not taken, and why. */
  readonly refused = new Map<string, GiftCloudError>();
  bytes = 0;
  /** Objects that came, also those that were not taken. */
  begun = 0;
  /** Nothing more can be taken. */
  full: GiftCloudError | undefined;
  private readonly association = randomBytes(8).toString('hex');

  /** @param onChange an object came, or a part of one, or could not be taken */
  constructor(
    private readonly sink: SpoolSink,
    private readonly onChange: (what: 'bytes' | 'object') => void,
  ) {}

  /** The job, once something came. */
  get job(): string | undefined {
    return this.received.size > 0 ? this.sink.folder : undefined;
  }

  async begin(object: IncomingObject): Promise<Reception> {
    const { sopInstanceUid } = object;
    this.begun++;
    // Asked for again together with others that were missing.
    if (this.received.has(sopInstanceUid)) return this.nowhere();
    try {
      const reception = await this.sink.begin({ ...object, association: this.association });
      return this.counted(reception, sopInstanceUid);
    } catch (error) {
      throw this.refuse(sopInstanceUid, error);
    }
  }

  /** Nothing more comes: the queue may send what came. */
  end(): void {
    this.sink.associationEnded(this.association);
  }

  private counted(reception: Reception, uid: string): Reception {
    let bytes = 0;
    return {
      write: async (piece) => {
        this.onChange('bytes');
        try {
          await reception.write(piece);
        } catch (error) {
          throw this.refuse(uid, error);
        }
        bytes += piece.length;
        this.onChange('bytes');
      },
      commit: async () => {
        try {
          await reception.commit();
        } catch (error) {
          throw this.refuse(uid, error);
        }
        this.received.add(uid);
        this.refused.delete(uid);
        this.bytes += bytes;
        this.onChange('object');
      },
      abort: () => reception.abort(),
    };
  }

  private nowhere(): Reception {
    return {
      write: async () => this.onChange('bytes'),
      commit: () => Promise.resolve(),
      abort: () => Promise.resolve(),
    };
  }

  private refuse(uid: string, thrown: unknown): GiftCloudError {
    const error = toGiftCloudError(thrown);
    this.refused.set(uid, error);
    if (final.has(error.code)) this.full ??= error;
    this.onChange('bytes');
    return error;
  }
}
