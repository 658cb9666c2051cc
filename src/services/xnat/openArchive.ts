import type { ServerConnection } from '../createServices.js';
import type { Archive } from './archive.js';
import { parseServerAddress } from './serverAddress.js';
import { Transport } from './transport.js';
import { WebSession } from './webSession.js';
import { XnatArchive } from './xnatArchive.js';
import { XnatClient } from './xnatClient.js';

/**
 * Puts the archive of one server together; nothing is sent yet.
 * @param environment proxies of the command line; left out inside the editor.
 * @throws INSECURE_ADDRESS, USAGE
 */
export function openXnatArchive(
  connection: ServerConnection,
  version: string,
  environment?: Readonly<Record<string, string | undefined>>,
): Archive {
  const address = parseServerAddress(connection.url);
  const transport = new Transport({
    address,
    userAgent: `GiftCloudVSCode/${version}`,
    ...(connection.ca !== undefined && { ca: connection.ca }),
    ...(connection.pin !== undefined && { pin: connection.pin }),
    ...(environment !== undefined && { environment }),
  });
  return new XnatArchive(
    address.base,
    connection.userName,
    new XnatClient(transport, new WebSession(transport, connection)),
  );
}
