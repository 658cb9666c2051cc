import type { Access } from './access.js';
import type { Elements } from './store/elements.js';
import type { Blobs } from './store/blobs.js';
import type { ArchiveStore } from './store/archiveStore.js';
import type { Sessions } from './server/sessions.js';

/** What every route works with. */
export interface SandboxContext {
  readonly store: ArchiveStore;
  readonly blobs: Blobs;
  readonly access: Access;
  readonly elements: Elements;
  readonly sessions: Sessions;
  readonly plainXnat: boolean;
  /** Scripts run on every import, whatever `prevent_anon` says. */
  readonly ignorePreventAnon: boolean;
  readonly digests: boolean;
  readonly contextPath: string;
  /** The pause between checking and storing in which the real server's races happen; none without treacheries. */
  raceWindow(): Promise<void>;
  readonly treacheries: boolean;
}
