import { env, l10n, Uri } from 'vscode';
import { GiftCloudError, toGiftCloudError } from '../../services/support/errors.js';
import { certificateLines, type Certificates } from '../../workbench/certificates.js';
import type { Connection } from '../../workbench/connection.js';
import type { LazyServices } from '../../workbench/lazyServices.js';
import { parseServerUrl, serverHost } from '../../workbench/serverUrl.js';
import type { Settings } from '../../workbench/settings.js';
import { serverUrlText, type SignIn } from '../../workbench/signIn.js';
import { errorText } from '../../workbench/texts.js';
import { isNothing, isText, shape } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { AccountState, Project, SettingsCalls } from './contract.js';

export interface AccountTools {
  readonly connection: Connection;
  readonly certificates: Certificates;
  readonly signIn: SignIn;
  readonly services: LazyServices;
  readonly settings: Settings;
}

type AccountCalls = Pick<SettingsCalls, 'checkAddress' | 'signIn' | 'signOut' | 'certificate' | 'register'>;

/** Page of XNAT on which a person asks for an account. */
const registration = '/app/template/Register.vm';

/** Signing in from the page: the same account, secrets and questions as everywhere else. */
export class AccountForm {
  /** Wrong passwords of this page: the server locks the account after some. */
  private readonly refused = new Set<string>();
  private projects: readonly Project[] | undefined;
  private failure = '';

  constructor(
    private readonly tools: AccountTools,
    private readonly onChange: () => void,
  ) {}

  readonly handlers: Handlers<AccountCalls> = {
    checkAddress: {
      accepts: isText,
      run: (text) => {
        const parsed = parseServerUrl(text);
        return 'problem' in parsed ? serverUrlText(parsed.problem) : '';
      },
    },
    signIn: {
      accepts: shape({ serverUrl: isText, userName: isText, password: isText }),
      run: ({ serverUrl, userName, password }) =>
        this.signIn(addressOf(serverUrl), userName.trim(), password),
    },
    signOut: {
      accepts: isNothing,
      run: async () => {
        await this.tools.connection.end();
        return null;
      },
    },
    certificate: { accepts: isText, run: (serverUrl) => this.certificate(addressOf(serverUrl)) },
    register: {
      accepts: isText,
      run: async (serverUrl) => {
        await env.openExternal(Uri.parse(addressOf(serverUrl) + registration, true));
        return null;
      },
    },
  };

  get state(): AccountState {
    const { settings, connection } = this.tools;
    const account = connection.session?.account;
    return {
      signedIn: account !== undefined,
      serverUrl: account?.serverUrl ?? settings.serverUrl,
      userName: account?.userName ?? '',
      text: account
        ? l10n.t('Signed in to {0} as {1}.', serverHost(account.serverUrl), account.userName)
        : l10n.t('Nobody is signed in. The projects of the server appear here once you are.'),
      ...(account && this.projects && { projects: this.projects }),
      failure: account ? this.failure : '',
    };
  }

  /** Asks the server for the projects of whoever is signed in now. */
  async update(): Promise<void> {
    const { session } = this.tools.connection;
    this.projects = undefined;
    this.failure = '';
    this.onChange();
    if (!session) return;
    try {
      const rows = await (await session.archive()).listProjects();
      if (this.tools.connection.session !== session) return;
      this.projects = rows
        .map(({ id, name }) => ({ id, label: name === id ? id : `${id} · ${name}` }))
        .sort((a, b) => a.id.localeCompare(b.id));
      if (rows.length === 0) this.failure = l10n.t('Your account has no project on this server.');
    } catch (thrown) {
      if (this.tools.connection.session !== session) return;
      const error = toGiftCloudError(thrown);
      this.failure = errorText(error);
      await this.tools.connection.noteFailure(error);
    }
    this.onChange();
  }

  private async signIn(serverUrl: string, userName: string, password: string): Promise<null> {
    if (userName === '') throw new GiftCloudError('USAGE', l10n.t('Enter your user name.'));
    if (password === '') throw new GiftCloudError('USAGE', l10n.t('Enter your password.'));
    const tried = JSON.stringify([serverUrl, userName, password]);
    if (this.refused.has(tried)) {
      throw new GiftCloudError('SIGN_IN_REFUSED', l10n.t('The server refused this password.'));
    }
    try {
      await this.tools.signIn.begin({ serverUrl, userName }, password);
    } catch (error) {
      if (GiftCloudError.is(error, 'SIGN_IN_REFUSED')) this.refused.add(tried);
      throw error;
    }
    this.refused.clear();
    return null;
  }

  private async certificate(serverUrl: string): Promise<readonly string[]> {
    const { services, certificates } = this.tools;
    const shown = await (await services.get()).probeCertificate(serverUrl);
    return [...certificateLines(shown), certificates.standing(serverUrl, shown.fingerprint)];
  }
}

function addressOf(text: string): string {
  const parsed = parseServerUrl(text);
  if ('url' in parsed) return parsed.url;
  throw new GiftCloudError('USAGE', serverUrlText(parsed.problem));
}
