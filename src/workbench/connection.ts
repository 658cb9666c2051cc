import { EventEmitter, type Event } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import type { GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Account, AccountStore, StoredAccount } from './accountStore.js';
import type { Certificates } from './certificates.js';
import type { LazyServices } from './lazyServices.js';
import { parseServerUrl } from './serverUrl.js';
import type { Settings } from './settings.js';

/** One signed-in account. Its archive is opened at first use and signs in by itself. */
export interface Session {
  readonly account: Account;
  archive(): Promise<Archive>;
}

/** The account of this window: restored from the secrets, replaced by signing in, ended by signing out. */
export class Connection extends Disposable {
  private current: (Session & { readonly password: string }) | undefined;
  /** While an account is being written, settings and secrets contradict each other for a moment. */
  private beginning = false;
  private readonly changed = this.register(new EventEmitter<void>());
  readonly onDidChangeSession: Event<void> = this.changed.event;
  /** Settled once the stored account was looked up. */
  readonly restored: Promise<void>;

  constructor(
    private readonly settings: Settings,
    private readonly accounts: AccountStore,
    private readonly certificates: Certificates,
    private readonly services: LazyServices,
  ) {
    super();
    this.restored = this.restore();
    this.register(accounts.onDidChange(() => void this.restore()));
  }

  get session(): Session | undefined {
    return this.current;
  }

  /** Opens the archive with a password that is tried now; nothing is kept. */
  async open(account: Account, password: string): Promise<Archive> {
    const services = await this.services.get();
    const ca = await this.certificates.ca();
    const pin = this.certificates.pin(account.serverUrl);
    return services.openArchive({
      url: account.serverUrl,
      userName: account.userName,
      password: () => Promise.resolve(password),
      ...(ca !== undefined && { ca }),
      ...(pin !== undefined && { pin }),
    });
  }

  /** Makes an account that has just signed in the one of this window; false where its password can't be kept. */
  async begin(account: StoredAccount, archive: Archive): Promise<boolean> {
    await this.restored;
    const before = this.current;
    this.beginning = true;
    try {
      this.use(account, Promise.resolve(archive));
      const kept = await this.accounts.write(account);
      if (this.settings.serverUrl !== account.serverUrl) await this.settings.setServerUrl(account.serverUrl);
      return kept;
    } finally {
      this.beginning = false;
      if (before) void endQuietly(before);
    }
  }

  /** Ends the session on the server too; a server that does not answer does not keep anybody signed in. */
  async end(): Promise<void> {
    const before = this.current;
    if (!before) return;
    this.current = undefined;
    await this.accounts.remove(before.account.serverUrl);
    this.changed.fire();
    await endQuietly(before);
  }

  /**
   * A refused password is never sent again (accounts lock): it is forgotten, the person has to sign in. True when that
   * has just ended the session.
   */
  async noteFailure(error: GiftCloudError): Promise<boolean> {
    if (error.code !== 'SIGN_IN_REFUSED' && error.code !== 'ACCOUNT_NOT_ACTIVE') return false;
    const before = this.current;
    if (!before) return false;
    this.current = undefined;
    await this.accounts.remove(before.account.serverUrl);
    this.changed.fire();
    return true;
  }

  /** Takes what the secrets say now for the server of the settings; also after another window changed them. */
  async restore(): Promise<void> {
    if (this.beginning) return;
    const parsed = parseServerUrl(this.settings.serverUrl);
    const stored = 'url' in parsed ? await this.accounts.read(parsed.url) : undefined;
    if (stored && this.current && sameAccount(stored, this.current)) return;
    if (!stored && !this.current) return;
    if (stored) this.use(stored);
    else {
      this.current = undefined;
      this.changed.fire();
    }
  }

  /** Opens the archive anew with the same account, as after a change of the trusted certificates. */
  reopen(): void {
    const { current } = this;
    if (current) this.use({ ...current.account, password: current.password });
  }

  /** A new session of the same account: the server keeps permissions for as long as a session lives (observed). */
  async renew(): Promise<void> {
    const before = this.current;
    if (!before) return;
    await endQuietly(before);
    this.reopen();
  }

  private use(stored: StoredAccount, opened?: Promise<Archive>): void {
    const account: Account = { serverUrl: stored.serverUrl, userName: stored.userName };
    let archive = opened;
    const open = (): Promise<Archive> => {
      archive ??= this.open(account, stored.password).catch((error: unknown) => {
        archive = undefined;
        throw error;
      });
      return archive;
    };
    this.current = { account, password: stored.password, archive: open };
    this.changed.fire();
  }
}

function sameAccount(stored: StoredAccount, session: Session & { readonly password: string }): boolean {
  return (
    stored.serverUrl === session.account.serverUrl &&
    stored.userName === session.account.userName &&
    stored.password === session.password
  );
}

async function endQuietly(session: Session): Promise<void> {
  try {
    await (await session.archive()).signOut();
  } catch {
    // The server ends idle sessions by itself after a quarter of an hour.
  }
}
