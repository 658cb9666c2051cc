import { HttpsProxyAgent } from 'https-proxy-agent';
import type { ConnectionOptions } from 'node:tls';
import type { ServerAddress } from './serverAddress.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Agent for the proxy that the environment names (HTTPS_PROXY, NO_PROXY), or undefined. For the command line: inside
 * VS Code the editor's own proxy settings are applied to every request by the editor. Never for this machine itself.
 */
export function proxyAgent(
  address: ServerAddress,
  environment: Environment,
  tls: ConnectionOptions,
): HttpsProxyAgent<string> | undefined {
  if (address.loopback || address.protocol !== 'https:') return undefined;
  const proxy =
    environment['HTTPS_PROXY'] ??
    environment['https_proxy'] ??
    environment['ALL_PROXY'] ??
    environment['all_proxy'];
  if (proxy === undefined || proxy === '') return undefined;
  if (isExcluded(address.host, environment['NO_PROXY'] ?? environment['no_proxy'] ?? '')) return undefined;
  return new HttpsProxyAgent(proxy, { ...tls, keepAlive: true });
}

/** NO_PROXY: a list of hosts and domain suffixes, `*` for all. */
function isExcluded(host: string, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const name = entry
        .replace(/:\d+$/, '')
        .replace(/^\*?\./, '')
        .toLowerCase();
      return entry === '*' || host.toLowerCase() === name || host.toLowerCase().endsWith(`.${name}`);
    });
}
