import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../support/atomicFile.js';
import { GiftCloudError } from '../support/errors.js';
import { projectPath } from './archivePaths.js';
import type { XnatClient } from './xnatClient.js';

/** With rows for pseudonyms (the GIFT-Cloud extension), or XNAT as it comes. */
export type ServerKind = 'extension' | 'plain';

/** What is remembered of servers. */
export interface KnownServers {
  kindOf(serverUrl: string): Promise<ServerKind | undefined>;
  remember(serverUrl: string, kind: ServerKind): Promise<void>;
}

/**
 * Asks a server which kind it is, by two addresses that lead nowhere: a pseudonym that nobody has is 404 with the extension
 * and 400 without, and anything else unknown below a project is 400 on both (GIFT-Cloud server, observed; source of XNAT).
 * Errors: EXTENSION_MISSING for any other pair of answers, those of the client.
 */
export async function askServerKind(
  client: XnatClient,
  project: string,
  signal?: AbortSignal,
): Promise<ServerKind> {
  const nowhere = randomBytes(8).toString('hex');
  const status = async (below: string): Promise<number> => {
    const path = projectPath(project, below, nowhere);
    const request = { method: 'GET', path, what: 'see what the server can do' } as const;
    return (await client.text(request, [200, 400, 403, 404], signal)).status;
  };
  const [pseudonym, unknown] = [await status('pseudonyms'), await status(nowhere)];
  if (unknown === 400 && pseudonym === 404) return 'extension';
  if (unknown === 400 && pseudonym === 400) return 'plain';
  throw new GiftCloudError(
    'EXTENSION_MISSING',
    'The server answers neither like GIFT-Cloud nor like XNAT: nobody can say how it keeps pseudonyms.',
    { hint: 'Check the address of the server, and whether you have access to the project.' },
  );
}

/** Remembers servers in this process. */
export class ServersInMemory implements KnownServers {
  private readonly kinds = new Map<string, ServerKind>();

  kindOf(serverUrl: string): Promise<ServerKind | undefined> {
    return Promise.resolve(this.kinds.get(serverUrl));
  }

  remember(serverUrl: string, kind: ServerKind): Promise<void> {
    this.kinds.set(serverUrl, kind);
    return Promise.resolve();
  }
}

/** Remembers servers in a state folder, one file each; what can't be read there is asked again. */
export class ServersOnDisk implements KnownServers {
  private readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, 'servers');
  }

  async kindOf(serverUrl: string): Promise<ServerKind | undefined> {
    try {
      const { server, kind } = JSON.parse(await readFile(this.fileOf(serverUrl), 'utf8')) as {
        server?: unknown;
        kind?: unknown;
      };
      return server === serverUrl && (kind === 'extension' || kind === 'plain') ? kind : undefined;
    } catch {
      return undefined;
    }
  }

  async remember(serverUrl: string, kind: ServerKind): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFileAtomic(this.fileOf(serverUrl), JSON.stringify({ server: serverUrl, kind }));
  }

  private fileOf(serverUrl: string): string {
    const name = createHash('sha256').update(serverUrl).digest('hex').slice(0, 16);
    return join(this.folder, `${name}.json`);
  }
}
