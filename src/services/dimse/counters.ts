import { Listeners } from '../queue/listeners.js';
import type { DisposableLike } from '../support/disposable.js';
import type { ListenerState, ListenerStatus } from './listenerTypes.js';

type Count = 'accepted' | 'aborted' | 'silent' | 'badHandshakes';

/** What happens at the listener, in numbers. */
export class Counters {
  private readonly counts: Record<Count | 'objects' | 'bytes' | 'associations', number> = {
    ...{ accepted: 0, aborted: 0, silent: 0, badHandshakes: 0 },
    ...{ objects: 0, bytes: 0, associations: 0 },
  };
  private readonly rejected = new Map<string, number>();
  private readonly refused = new Map<string, number>();
  private readonly changed = new Listeners<void>();
  private state: ListenerState = 'stopped';
  private port: number | undefined;

  get status(): ListenerStatus {
    return {
      state: this.state,
      port: this.port,
      ...this.counts,
      rejected: Object.fromEntries(this.rejected),
      refused: Object.fromEntries(this.refused),
    };
  }

  onDidChange(listener: () => void): DisposableLike {
    return this.changed.add(listener);
  }

  become(state: ListenerState, port?: number): void {
    this.state = state;
    this.port = port;
    this.changed.tell();
  }

  count(what: Count): void {
    this.counts[what]++;
    this.changed.tell();
  }

  associations(open: number): void {
    this.counts.associations = open;
    this.changed.tell();
  }

  received(bytes: number): void {
    this.counts.objects++;
    this.counts.bytes += bytes;
    this.changed.tell();
  }

  reject(code: string): void {
    this.rejected.set(code, (this.rejected.get(code) ?? 0) + 1);
    this.changed.tell();
  }

  refuse(code: number): void {
    const name = code.toString(16).padStart(4, '0');
    this.refused.set(name, (this.refused.get(name) ?? 0) + 1);
    this.changed.tell();
  }
}
