import { isLoopbackHost } from './serverUrl.js';

/**
 * Whether the extension host is the machine in front of the person. A desktop window without a remote is; so is a
 * browser-served editor that is opened through a loopback address, whose remote name is `127.0.0.1:PORT`.
 */
export function isThisMachine(remoteName: string | undefined): boolean {
  if (remoteName === undefined) return true;
  const host = /^(.*):\d+$/.exec(remoteName)?.[1];
  return host !== undefined && isLoopbackHost(host);
}
