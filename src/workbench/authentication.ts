import {
  CancellationError,
  EventEmitter,
  type AuthenticationProvider,
  type AuthenticationProviderAuthenticationSessionsChangeEvent as SessionsChange,
  type AuthenticationSession,
} from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import type { Connection } from './connection.js';
import { serverHost } from './serverUrl.js';
import type { SignIn } from './signIn.js';

/** Puts the account into the editor's Accounts menu, with sign-in and sign-out. */
export class GiftCloudAuthentication extends Disposable implements AuthenticationProvider {
  private shown: AuthenticationSession | undefined;
  private readonly changed = this.register(new EventEmitter<SessionsChange>());
  readonly onDidChangeSessions = this.changed.event;

  constructor(
    private readonly connection: Connection,
    private readonly signIn: SignIn,
  ) {
    super();
    this.register(connection.onDidChangeSession(() => this.update()));
  }

  async getSessions(): Promise<AuthenticationSession[]> {
    await this.connection.restored;
    this.shown = this.toSession();
    return this.shown ? [this.shown] : [];
  }

  /** Asked by the Accounts menu or another extension. */
  async createSession(): Promise<AuthenticationSession> {
    await this.signIn.run();
    const session = this.toSession();
    if (!session) throw new CancellationError();
    return session;
  }

  async removeSession(id: string): Promise<void> {
    if (this.toSession()?.id === id) await this.connection.end();
  }

  private update(): void {
    const before = this.shown;
    const now = this.toSession();
    this.shown = now;
    if (before?.id === now?.id) return;
    this.changed.fire({ added: now ? [now] : [], removed: before ? [before] : [], changed: [] });
  }

  private toSession(): AuthenticationSession | undefined {
    const account = this.connection.session?.account;
    if (!account) return undefined;
    const label = `${account.userName}@${serverHost(account.serverUrl)}`;
    // No token: other extensions may see who is signed in, never a password or a session of the server.
    return { id: label, accessToken: '', account: { id: label, label }, scopes: [] };
  }
}
