import { hexStatus, isDone, nodeRefused } from '../dimse/nodeStatus.js';
import type { GiftCloudError } from '../support/errors.js';
import type { LastAnswer } from './subOperations.js';
import type { Shortfall } from './types.js';

type Reason = Omit<Shortfall, 'count'>;

const notSent: Reason = {
  ...{ kind: 'not-sent', code: '' },
  reason: 'The PACS lists them and did not send them.',
};
const notNamed: Reason = {
  ...{ kind: 'failed', code: '' },
  reason: 'The PACS says that it could not send them.',
};

/** Why instances are not here: what became of the last request for each. UIDs stay in memory. */
export class Shortfalls {
  private readonly reasons = new Map<string, Reason>();
  /** Of requests whose instances are not known. */
  private unnamed = 0;

  /** A request came to its end. @param missing its instances that are not here; undefined where the PACS lists none */
  answered(missing: readonly string[] | undefined, { status, failed, failedUids }: LastAnswer): void {
    if (missing === undefined) this.unnamed += failed;
    const named = new Set(failedUids);
    const general: Reason = isDone(status)
      ? notSent
      : { kind: 'failed', code: hexStatus(status), reason: nodeRefused(status).message };
    for (const uid of missing ?? []) this.reasons.set(uid, named.has(uid) ? notNamed : general);
  }

  /** A request broke. */
  broke(missing: readonly string[] | undefined, { code, message }: GiftCloudError): void {
    for (const uid of missing ?? []) this.reasons.set(uid, { kind: 'failed', code, reason: message });
  }

  /** Counted by reason. @param missing all instances that are not here */
  count(missing: Iterable<string>, refused: ReadonlyMap<string, GiftCloudError>): readonly Shortfall[] {
    const counts = new Map<string, Shortfall>();
    const add = (reason: Reason, more = 1): void => {
      const key = `${reason.kind} ${reason.code} ${reason.reason}`;
      counts.set(key, { ...reason, count: (counts.get(key)?.count ?? 0) + more });
    };
    const listed = new Set(missing);
    for (const uid of new Set([...listed, ...refused.keys()])) {
      const error = refused.get(uid);
      if (error) add({ kind: 'refused', code: error.code, reason: error.message });
      else add(this.reasons.get(uid) ?? notSent);
    }
    if (this.unnamed > 0) add(notNamed, this.unnamed);
    return [...counts.values()];
  }
}
