import { parseTable } from './tables.js';
import type { XnatClient, ClientRequest } from './xnatClient.js';

/**
 * Texts of the enabled, non-blank versions of one setting of the server. 404 means that there is none (observed); everything
 * else that is no table is an error: without certainty nothing is sent.
 */
export async function enabledConfigs(
  client: XnatClient,
  request: Pick<ClientRequest, 'path' | 'what' | 'opensSession'>,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const asTable = { ...request, method: 'GET', query: { format: 'json' } } as const;
  const { status, body } = await client.text(asTable, [200, 404], signal);
  if (status === 404) return [];
  return parseTable(body)
    .filter((row) => row.text('status') === 'enabled' && row.text('contents').trim() !== '')
    .map((row) => row.text('contents'));
}
