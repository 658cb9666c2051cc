import type { SubjectTree } from './archive.js';
import { PseudonymFields } from './pseudonymFields.js';
import { PseudonymRows, type PseudonymStore } from './pseudonymRows.js';
import { askServerKind, type KnownServers, type ServerKind } from './serverKind.js';
import type { XnatClient } from './xnatClient.js';

/** The pseudonyms of a server, wherever its kind keeps them. */
export class ServerPseudonyms implements PseudonymStore {
  private kind: Promise<ServerKind> | undefined;

  constructor(
    private readonly client: XnatClient,
    private readonly serverUrl: string,
    private readonly servers: KnownServers,
  ) {}

  /** Meaning and errors: `Archive.kindOfServer`. */
  kindOfServer(project: string, signal?: AbortSignal): Promise<ServerKind> {
    return (this.kind ??= this.learn(project, signal).catch((error: unknown) => {
      this.kind = undefined;
      throw error;
    }));
  }

  async find(project: string, pseudonym: string, signal?: AbortSignal): Promise<SubjectTree | undefined> {
    return (await this.store(project, signal)).find(project, pseudonym, signal);
  }

  async post(
    project: string,
    subject: string,
    pseudonym: string,
    signal?: AbortSignal,
  ): Promise<'created' | 'exists'> {
    return (await this.store(project, signal)).post(project, subject, pseudonym, signal);
  }

  private async store(project: string, signal: AbortSignal | undefined): Promise<PseudonymStore> {
    const kind = await this.kindOfServer(project, signal);
    return kind === 'plain' ? new PseudonymFields(this.client) : new PseudonymRows(this.client);
  }

  private async learn(project: string, signal: AbortSignal | undefined): Promise<ServerKind> {
    const known = await this.servers.kindOf(this.serverUrl);
    if (known !== undefined) return known;
    const kind = await askServerKind(this.client, project, signal);
    await this.servers.remember(this.serverUrl, kind);
    return kind;
  }
}
