import { Listeners } from '../queue/listeners.js';
import type { DisposableLike } from '../support/disposable.js';
import type { ListenerStatus } from './listenerTypes.js';

type Count = 'accepted' | 'aborted' | 'silent' | 'badHandshakes';

export type ListenerCounts = Omit<ListenerStatus, 'state' | 'port'>;

/** What happens at the listener, in numbers. Listeners that follow one another share it, so that the numbers go on. */
export class Counters {
  private readonly counts: Record<Count | 'objects' | 'bytes' | 'associations', number> = {
    ...{ accepted: 0, aborted: 0, silent: 0, badHandshakes: 0 },
    ...{ objects: 0, bytes: 0, associations: 0 },
  };
  private readonly rejected = new Map<string, number>();
  private readonly refused = new Map<string, number>();
  private readonly listeners = new Listeners<void>();

  get all(): ListenerCounts {
    return {
      ...this.counts,
      rejected: Object.fromEntries(this.rejected),
      refused: Object.fromEntries(this.refused),
    };
  }

  onDidChange(listener: () => void): DisposableLike {
    return this.listeners.add(listener);
  }

  /** Something beside the numbers changed. */
  tell(): void {
    this.listeners.tell();
  }

  count(what: Count): void {
    this.counts[what]++;
    this.tell();
  }

  /** One association more is open, or one less. */
  associations(difference: 1 | -1): void {
    this.counts.associations += difference;
    this.tell();
  }

  received(bytes: number): void {
    this.counts.objects++;
    this.counts.bytes += bytes;
    this.tell();
  }

  reject(code: string): void {
    this.rejected.set(code, (this.rejected.get(code) ?? 0) + 1);
    this.tell();
  }

  refuse(code: number): void {
    const name = code.toString(16).padStart(4, '0');
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
    this.tell();
  }
}
