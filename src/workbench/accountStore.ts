import type { Event, SecretStorage } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { SecretKeeper } from './secretKeeper.js';

/** Who signs in where; safe to show. */
export interface Account {
  readonly serverUrl: string;
  readonly userName: string;
}

export interface StoredAccount extends Account {
  readonly password: string;
}

/** One account a server. */
export class AccountStore extends Disposable {
  private readonly kept: SecretKeeper;
  /** The secrets changed, perhaps in another window. */
  readonly onDidChange: Event<void>;

  constructor(secrets: SecretStorage) {
    super();
    this.kept = this.register(new SecretKeeper(secrets, 'giftcloud.account:'));
    this.onDidChange = this.kept.onDidChange;
  }

  async read(serverUrl: string): Promise<StoredAccount | undefined> {
    return parse(await this.kept.read(serverUrl));
  }

  /** False where the account lives until the window closes only (no keyring on Linux). */
  async write(account: StoredAccount): Promise<boolean> {
    return this.kept.write(account.serverUrl, JSON.stringify(account));
  }

  async remove(serverUrl: string): Promise<void> {
    await this.kept.remove(serverUrl);
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
