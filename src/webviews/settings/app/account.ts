import { button, onPress } from '../../shared/app/buttons.js';
import { byId, make, show } from '../../shared/app/elements.js';
import type { AccountState } from '../contract.js';
import { describe } from './controls.js';
import { answered, textField, texts, type Caller } from './page.js';

/** Signing in and out. The password is in its field until it was tried, and nowhere else. */
export class AccountPart {
  private readonly server = textField('server-url');
  private readonly user = textField('user-name');
  private readonly password = textField('password');
  private readonly signInButton = button('sign-in');
  /** What was typed stays, whatever else changes. */
  private typed = false;
  private account: AccountState | undefined;

  constructor(private readonly caller: Caller) {
    this.server.addEventListener('input', () => void this.checkAddress());
    this.user.addEventListener('input', () => (this.typed = true));
    byId('sign-in-form').addEventListener('submit', (event) => event.preventDefault());
    for (const field of [this.server, this.user, this.password]) {
      field.addEventListener('keydown', (event) => {
        if (event.key === 'Enter') void this.signIn();
      });
    }
    onPress('sign-in', () => void this.signIn());
    onPress('sign-out', () => void answered(caller.ask('signOut', null), 'sign-in-problem'));
    onPress('show-certificate', () => void this.showCertificate());
    onPress('register', () => void answered(caller.ask('register', this.server.value), 'server-url-problem'));
  }

  show(account: AccountState): void {
    this.account = account;
    byId('account-text').textContent = account.text;
    if (!this.typed) {
      this.server.value = account.serverUrl;
      this.user.value = account.userName;
    }
    byId('sign-out').hidden = !account.signedIn;
    byId('project-part').hidden = account.projects === undefined;
    show('projects-problem', account.failure);
  }

  private async checkAddress(): Promise<void> {
    this.typed = true;
    const problem = await this.caller.ask('checkAddress', this.server.value);
    show('server-url-problem', problem);
    describe(this.server, '', problem);
  }

  private async signIn(): Promise<void> {
    if (this.signInButton.disabled) return;
    const { server, user, password } = this;
    this.signInButton.disabled = true;
    byId('account-text').textContent = texts.signingIn;
    const ask = { serverUrl: server.value, userName: user.value, password: password.value };
    const done = await answered(this.caller.ask('signIn', ask), 'sign-in-problem');
    this.signInButton.disabled = false;
    password.value = '';
    if (done === undefined) {
      byId('account-text').textContent = this.account?.text ?? '';
      describe(password, '', byId('sign-in-problem').textContent);
      password.focus();
    } else {
      this.typed = false;
      describe(password, '', '');
      if (this.account) this.show(this.account);
    }
  }

  private async showCertificate(): Promise<void> {
    const list = byId('certificate');
    list.hidden = true;
    const lines = await answered(this.caller.ask('certificate', this.server.value), 'certificate-problem');
    if (!lines) return;
    list.replaceChildren(...lines.map((line) => make('li', line)));
    list.hidden = false;
  }
}
