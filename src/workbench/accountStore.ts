import { EventEmitter, type Event, type SecretStorage } from 'vscode';
import { Disposable } from '../services/support/disposable.js';

/** Who signs in where; safe to show. */
export interface Account {
  readonly serverUrl: string;
  readonly userName: string;
}

export interface StoredAccount extends Account {
  readonly password: string;
}

const prefix = 'giftcloud.account:';

/** One account a server, in the editor's secret storage; where that can't keep a secret, for this session only. */
export class AccountStore extends Disposable {
  private readonly sessionOnly = new Map<string, StoredAccount>();
  private readonly changed = this.register(new EventEmitter<void>());
  /** The secrets changed, perhaps in another window. */
  readonly onDidChange: Event<void> = this.changed.event;

  constructor(private readonly secrets: SecretStorage) {
    super();
    this.register(
      secrets.onDidChange((event) => {
        if (event.key.startsWith(prefix)) this.changed.fire();
      }),
    );
  }

  async read(serverUrl: string): Promise<StoredAccount | undefined> {
    return parse(await this.secret(serverUrl)) ?? this.sessionOnly.get(serverUrl);
  }

  /**
   * Keeps the account and reads it back. False where the secret storage did not keep it (no keyring on Linux):
   * then the account lives until the window closes.
   */
  async write(account: StoredAccount): Promise<boolean> {
    const text = JSON.stringify(account);
    // Before the secret storage is asked: its change event must already find the account.
    this.sessionOnly.set(account.serverUrl, account);
    try {
      await this.secrets.store(prefix + account.serverUrl, text);
    } catch {
      return false;
    }
    if ((await this.secret(account.serverUrl)) !== text) return false;
    this.sessionOnly.delete(account.serverUrl);
    return true;
  }

  async remove(serverUrl: string): Promise<void> {
    this.sessionOnly.delete(serverUrl);
    try {
      await this.secrets.delete(prefix + serverUrl);
    } catch {
      // A secret storage that can't be written holds nothing of ours.
    }
  }

  private async secret(serverUrl: string): Promise<string | undefined> {
    try {
      return await this.secrets.get(prefix + serverUrl);
    } catch {
      // A locked or broken keyring is the same as no password: the person is asked.
      return undefined;
    }
  }
}

function parse(text: string | undefined): StoredAccount | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as Partial<StoredAccount> | null;
    const { serverUrl, userName, password } = value ?? {};
    if (typeof serverUrl !== 'string' || typeof userName !== 'string' || typeof password !== 'string') {
      return undefined;
    }
    return { serverUrl, userName, password };
  } catch {
    return undefined;
  }
}
