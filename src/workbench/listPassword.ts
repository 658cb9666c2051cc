import type { Event, SecretStorage } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { SecretKeeper } from './secretKeeper.js';

const name = 'password';

/** The password of the patient list. */
export class ListPassword extends Disposable {
  private readonly kept: SecretKeeper;
  /** It changed, perhaps in another window. */
  readonly onDidChange: Event<void>;

  constructor(secrets: SecretStorage) {
    super();
    this.kept = this.register(new SecretKeeper(secrets, 'giftcloud.patientList.'));
    this.onDidChange = this.kept.onDidChange;
  }

  async read(): Promise<string | undefined> {
    return this.kept.read(name);
  }

  /** False where it lives until the window closes only (no keyring on Linux). */
  async write(password: string): Promise<boolean> {
    return this.kept.write(name, password);
  }

  async remove(): Promise<void> {
    await this.kept.remove(name);
  }
}
