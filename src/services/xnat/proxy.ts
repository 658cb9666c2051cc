import type { AgentOptions } from 'node:http';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { GiftCloudError } from '../support/errors.js';
import type { ServerAddress } from './serverAddress.js';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Agent for the proxy that the environment names (HTTPS_PROXY, ALL_PROXY, NO_PROXY), or undefined. For the command line:
 * inside VS Code the editor's own proxy settings are applied to every request by the editor. Never for this machine itself.
 * @throws USAGE for a proxy address that is none
 */
export function proxyAgent(
  address: ServerAddress,
  environment: Environment,
  settings: AgentOptions,
): HttpsProxyAgent<string> | undefined {
  const proxy = proxyFor(address, environment);
  if (!proxy) return undefined;
  const agent = new ProxyAgent(proxy, settings);
  // What a proxy says instead of connecting must not pass for an answer of the server.
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }, request: { destroy(e: Error): void }) => {
    if (statusCode !== 200) request.destroy(refusedByProxy(statusCode));
  });
  return agent;
}

/** The proxy that requests to this address go through, if any. It may hold a password. @throws USAGE */
export function proxyFor(address: ServerAddress, environment: Environment): URL | undefined {
  if (address.loopback || address.protocol !== 'https:') return undefined;
  const named = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'].map((name) => environment[name]);
  const proxy = named.find((value) => value !== undefined && value !== '');
  if (proxy === undefined) return undefined;
  if (isExcluded(address, environment['no_proxy'] ?? environment['NO_PROXY'] ?? '')) return undefined;
  return proxyUrl(proxy);
}

/** Closes, with the others, the connections on which the proxy has not answered yet: nobody else knows them. */
class ProxyAgent extends HttpsProxyAgent<string> {
  private readonly stop: AbortController;

  constructor(proxy: URL, settings: AgentOptions) {
    const stop = new AbortController();
    super(proxy, { ...settings, signal: stop.signal });
    this.stop = stop;
  }

  override destroy(): void {
    this.stop.abort();
    super.destroy();
  }
}

/** An address without a scheme, as `proxy.example.org:3128`, is http: so do curl and wget take it. */
function proxyUrl(text: string): URL {
  const whole = text.includes('://') ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (url && url.hostname !== '' && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  // Without the address itself, which may hold a password.
  throw new GiftCloudError('USAGE', 'The environment names a proxy whose address can not be used.', {
    hint: 'Set HTTPS_PROXY to http://host:port or https://host:port.',
  });
}

function refusedByProxy(status: number): GiftCloudError {
  const hint =
    status === 407
      ? 'The proxy wants a user name and a password: HTTPS_PROXY=http://user:password@host:port.'
      : 'Ask who runs the proxy whether it may connect to the server, or name the server in NO_PROXY.';
  return new GiftCloudError('SERVER_UNREACHABLE', `The proxy refused the connection (${status}).`, {
    hint,
    retryable: true,
  });
}

/** NO_PROXY: a list of hosts and domain suffixes, each with or without a port, `*` for all. */
function isExcluded({ host, port }: ServerAddress, list: string): boolean {
  const name = host.toLowerCase();
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, excluded = '', only] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry) ?? [];
      if (only !== undefined && Number(only) !== port) return false;
      return entry === '*' || name === excluded || name.endsWith(`.${excluded}`);
    });
}
