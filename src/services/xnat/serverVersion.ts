import { parseJson } from './tables.js';
import type { XnatClient } from './xnatClient.js';

/** Statuses of a server that does not have the question, or answers it to administrators alone. */
const unanswered = [400, 401, 403, 404] as const;

/** XNAT says its version in one place since 1.7, in another one before (reference: XNAT REST API, 1.5). */
export async function readServerVersion(
  client: XnatClient,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const what = 'tell its version';
  const build = await client.text(
    { method: 'GET', path: '/xapi/siteConfig/buildInfo', what },
    [200, ...unanswered],
    signal,
  );
  const named = build.status === 200 ? versionOf(build.body) : undefined;
  if (named !== undefined) return named;
  const { status, body } = await client.text(
    { method: 'GET', path: '/data/version', what },
    [200, ...unanswered],
    signal,
  );
  return status === 200 ? /^\s*(\d+(?:\.\d+)+[\w.-]{0,20})\s*$/.exec(body)?.[1] : undefined;
}

function versionOf(body: string): string | undefined {
  if (!body.trimStart().startsWith('{')) return undefined;
  const { version } = parseJson(body) as { readonly version?: unknown };
  return typeof version === 'string' && /^[\w.-]{1,30}$/.test(version) ? version : undefined;
}
