import { GiftCloudError } from '../support/errors.js';

/** Address of a server: where requests go, and what may be shown. */
export interface ServerAddress {
  /** Origin and context path without a trailing slash, e.g. `https://host/giftcloud`. */
  readonly base: string;
  readonly protocol: 'https:' | 'http:';
  readonly host: string;
  readonly port: number;
  readonly loopback: boolean;
}

/**
 * Reads the address of a server. https everywhere; http only to this machine.
 * @throws INSECURE_ADDRESS for http to another machine, USAGE for what is no address or holds a password.
 */
export function parseServerAddress(text: string): ServerAddress {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    throw notAnAddress();
  }
  if ((url.protocol !== 'https:' && url.protocol !== 'http:') || url.username !== '' || url.password !== '') {
    throw notAnAddress();
  }
  const loopback = isLoopback(url.hostname);
  if (url.protocol === 'http:' && !loopback) {
    throw new GiftCloudError('INSECURE_ADDRESS', 'The address of the server must start with https://.', {
      hint: 'Without encryption names and passwords could be read on the way. Ask for the https address of the server.',
    });
  }
  return {
    base: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    protocol: url.protocol,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port),
    loopback,
  };
}

/** Whether a host name means this machine: 127.0.0.0/8, ::1 or localhost. */
export function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function notAnAddress(): GiftCloudError {
  return new GiftCloudError('USAGE', 'This is not the address of a server.', {
    hint: 'Give it as https://host or https://host/path, without user name and password.',
  });
}
