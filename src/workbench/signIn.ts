import { l10n } from 'vscode';
import { cancelled, GiftCloudError, toGiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Account } from './accountStore.js';
import type { Certificates } from './certificates.js';
import type { Connection, Session } from './connection.js';
import { back, type Dialogs } from './dialogs.js';
import type { LazyServices } from './lazyServices.js';
import { parseServerUrl, serverHost, type ServerUrlProblem } from './serverUrl.js';
import type { Settings } from './settings.js';
import { errorText } from './texts.js';

const totalSteps = 3;

/** Asks for server, user and password in native boxes and signs in; Back and Cancel work at every step. */
export class SignIn {
  private running: Promise<Session | undefined> | undefined;
  /** The last account on its way into settings and secrets. */
  private keeping: Promise<boolean> = Promise.resolve(true);

  constructor(
    private readonly connection: Connection,
    private readonly certificates: Certificates,
    private readonly services: LazyServices,
    private readonly settings: Settings,
    private readonly dialogs: Dialogs,
  ) {}

  /** Gives the session, or undefined when the person gave up. Two callers at once share one set of questions. */
  run(prefill: Partial<Account> = {}): Promise<Session | undefined> {
    if (this.running) return this.running;
    const running = this.ask(prefill).finally(() => {
      if (this.running === running) this.running = undefined;
    });
    this.running = running;
    return running;
  }

  /** The session of this window, after asking for one where there is none. */
  async require(): Promise<Session> {
    await this.connection.restored;
    const session = this.connection.session ?? (await this.run());
    if (session) return session;
    throw new GiftCloudError('CANCELLED', l10n.t('Signing in was cancelled.'));
  }

  private async ask(prefill: Partial<Account>): Promise<Session | undefined> {
    await this.connection.restored;
    // A failure to keep it was told to whoever signed in.
    await this.keeping.catch(() => undefined);
    const known = this.connection.session?.account;
    let serverUrl = prefill.serverUrl ?? this.settings.serverUrl;
    let userName = prefill.userName ?? known?.userName ?? '';
    let step = 1;
    for (;;) {
      if (step === 1) {
        const answer = await this.askServer(serverUrl);
        if (answer === undefined || answer === back) return undefined;
        serverUrl = answer;
        step = 2;
      } else if (step === 2) {
        const answer = await this.askUser(serverUrl, userName);
        if (answer === undefined) return undefined;
        if (answer !== back) userName = answer;
        step = answer === back ? 1 : 3;
      } else {
        const answer = await this.askPassword({ serverUrl, userName });
        if (answer !== back) return answer;
        step = 2;
      }
    }
  }

  private async askServer(value: string): Promise<string | typeof back | undefined> {
    const answer = await this.dialogs.askText({
      title: l10n.t('Sign In to GIFT-Cloud'),
      step: 1,
      totalSteps,
      prompt: l10n.t('Address of the server'),
      placeholder: 'https://gift-cloud.example.org',
      value,
      validate: (text) => {
        const parsed = parseServerUrl(text);
        return 'problem' in parsed ? serverUrlText(parsed.problem) : undefined;
      },
    });
    if (typeof answer !== 'string') return answer;
    const parsed = parseServerUrl(answer);
    return 'url' in parsed ? parsed.url : undefined;
  }

  private async askUser(serverUrl: string, value: string): Promise<string | typeof back | undefined> {
    const answer = await this.dialogs.askText({
      title: l10n.t('Sign In to {0}', serverHost(serverUrl)),
      step: 2,
      totalSteps,
      canGoBack: true,
      prompt: l10n.t('User name'),
      value,
      validate: (text) => (text.trim() === '' ? l10n.t('Enter your user name.') : undefined),
    });
    return typeof answer === 'string' ? answer.trim() : answer;
  }

  private async askPassword(account: Account): Promise<Session | typeof back | undefined> {
    const refused = new Set<string>();
    const signedIn: { archive?: Archive } = {};
    const answer = await this.dialogs.askText({
      title: l10n.t('Sign In to {0}', serverHost(account.serverUrl)),
      step: 3,
      totalSteps,
      canGoBack: true,
      password: true,
      prompt: l10n.t('Password of {0}', account.userName),
      validate: (text) => {
        if (text === '') return l10n.t('Enter your password.');
        // The server locks the account after some wrong passwords: the same one is not worth a try.
        return refused.has(text) ? l10n.t('The server refused this password.') : undefined;
      },
      attempt: async (password) => {
        try {
          signedIn.archive = await this.signIn(account, password);
          return undefined;
        } catch (thrown) {
          const error = toGiftCloudError(thrown);
          if (error.code !== 'SIGN_IN_REFUSED') throw error;
          refused.add(password);
          return errorText(error);
        }
      },
    });
    if (typeof answer !== 'string' || !signedIn.archive) return answer === back ? back : undefined;
    // The tree shows the account already: whoever signs in from now on wants to be asked anew.
    this.running = undefined;
    await this.keep(account, answer, signedIn.archive);
    return this.connection.session;
  }

  /**
   * Signs in with what a form asked for, and keeps it; what there was before stays when that fails.
   * @throws SIGN_IN_REFUSED, ACCOUNT_NOT_ACTIVE, SERVER_UNREACHABLE, SERVER_TIMEOUT, CERTIFICATE_NOT_TRUSTED, CANCELLED
   */
  async begin(account: Account, password: string): Promise<void> {
    await this.connection.restored;
    await this.keeping.catch(() => undefined);
    await this.keep(account, password, await this.signIn(account, password));
  }

  private async keep(account: Account, password: string, archive: Archive): Promise<void> {
    this.keeping = this.connection.begin({ ...account, password }, archive);
    if (!(await this.keeping)) this.sayNotKept();
  }

  private async signIn(account: Account, password: string): Promise<Archive> {
    const archive = await this.connection.open(account, password);
    try {
      await archive.signIn();
      return archive;
    } catch (thrown) {
      if (toGiftCloudError(thrown).code !== 'CERTIFICATE_NOT_TRUSTED') throw thrown;
      // The password has not left: the connection ended before anything but the handshake was sent.
      if (!(await this.certificates.confirm(account.serverUrl, await this.services.get()))) throw cancelled();
      const trusted = await this.connection.open(account, password);
      await trusted.signIn();
      return trusted;
    }
  }

  private sayNotKept(): void {
    const message = l10n.t(
      'This machine has no place to keep the password. You stay signed in until the window closes.',
    );
    void this.dialogs.notify('info', message, []);
  }
}

/** What is wrong with the address of a server. */
export function serverUrlText(problem: ServerUrlProblem): string {
  switch (problem) {
    case 'empty':
      return l10n.t('Enter the address of the server.');
    case 'malformed':
      return l10n.t('This is not the address of a web server.');
    case 'insecure':
      return l10n.t('Use https: plain http is taken only for a server on this machine.');
    case 'credentials':
      return l10n.t('Leave user name and password out of the address.');
    case 'extra':
      return l10n.t('Leave out everything after "?" or "#".');
  }
}
