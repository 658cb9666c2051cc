import type { ServerConnection } from '../createServices.js';
import type { Archive } from './archive.js';
import { assertAuthorities, assertFingerprint } from './certificates.js';
import { parseServerAddress } from './serverAddress.js';
import type { TimeLimits } from './timeLimits.js';
import type { KnownServers } from './serverKind.js';
import { Transport } from './transport.js';
import { WebSession } from './webSession.js';
import { XnatArchive } from './xnatArchive.js';
import { XnatClient } from './xnatClient.js';

/**
 * Puts the archive of one server together; nothing is sent yet.
 * @param environment proxies of the command line; left out inside the editor.
 * @param servers what is known of servers; asked anew for each archive when absent.
 * @throws INSECURE_ADDRESS, USAGE
 */
export function openXnatArchive(
  connection: ServerConnection,
  version: string,
  environment?: Readonly<Record<string, string | undefined>>,
  limits?: TimeLimits,
  servers?: KnownServers,
): Archive {
  const { ca, pin } = connection;
  const address = parseServerAddress(connection.url);
  if (ca !== undefined) assertAuthorities(ca);
  if (pin !== undefined) assertFingerprint(pin);
  const transport = new Transport({
    address,
    userAgent: userAgent(version),
    ...(ca !== undefined && { ca }),
    ...(pin !== undefined && { pin }),
    ...(environment !== undefined && { environment }),
    ...(limits !== undefined && { limits }),
  });
  return new XnatArchive(
    address.base,
    connection.userName,
    new XnatClient(transport, new WebSession(transport, connection)),
    servers,
  );
}

/** One that no server takes for a browser. */
export function userAgent(version: string): string {
  return `GiftCloudVSCode/${version}`;
}
