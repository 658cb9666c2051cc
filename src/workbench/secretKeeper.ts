import { EventEmitter, type Event, type SecretStorage } from 'vscode';
import { Disposable } from '../services/support/disposable.js';

/** Texts under names, in the editor's secret storage; where that can't keep one, for this session only. */
export class SecretKeeper extends Disposable {
  private readonly sessionOnly = new Map<string, string>();
  private readonly changed = this.register(new EventEmitter<void>());
  /** One of them changed, perhaps in another window. */
  readonly onDidChange: Event<void> = this.changed.event;

  /** @param prefix of the names in the secret storage. */
  constructor(
    private readonly secrets: SecretStorage,
    private readonly prefix: string,
  ) {
    super();
    this.register(
      secrets.onDidChange((event) => {
        if (event.key.startsWith(prefix)) this.changed.fire();
      }),
    );
  }

  /** What is not stored yet, or could not be, is newer than what lies in the storage: it is looked for last. */
  async read(name: string): Promise<string | undefined> {
    const stored = await this.stored(name);
    return this.sessionOnly.get(name) ?? stored;
  }

  /**
   * Keeps the text and reads it back. False where the secret storage did not keep it (no keyring on Linux):
   * then it lives until the window closes.
   */
  async write(name: string, text: string): Promise<boolean> {
    // Before the secret storage is asked: its change event must already find the text.
    this.sessionOnly.set(name, text);
    try {
      await this.secrets.store(this.prefix + name, text);
    } catch {
      return false;
    }
    if ((await this.stored(name)) !== text) return false;
    this.sessionOnly.delete(name);
    return true;
  }

  async remove(name: string): Promise<void> {
    this.sessionOnly.delete(name);
    try {
      await this.secrets.delete(this.prefix + name);
    } catch {
      // A secret storage that can't be written holds nothing of ours.
    }
  }

  private async stored(name: string): Promise<string | undefined> {
    try {
      return await this.secrets.get(this.prefix + name);
    } catch {
      // A locked or broken keyring is the same as no secret: the person is asked, a protected list is not written.
      return undefined;
    }
  }
}
