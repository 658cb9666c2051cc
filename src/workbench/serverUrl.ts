export type ServerUrlProblem = 'empty' | 'malformed' | 'insecure' | 'credentials' | 'extra';

/**
 * Normalises the address of a server: `https` is added where nothing is said, trailing slashes go. Patient data
 * travels to this address, so plain http is taken only where it can't leave the machine.
 */
export function parseServerUrl(
  text: string,
): { readonly url: string } | { readonly problem: ServerUrlProblem } {
  const trimmed = text.trim();
  if (trimmed === '') return { problem: 'empty' };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(withScheme)) return { problem: 'malformed' };
  const url = new URL(withScheme);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { problem: 'malformed' };
  if (url.username !== '' || url.password !== '') return { problem: 'credentials' };
  if (url.search !== '' || url.hash !== '') return { problem: 'extra' };
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return { problem: 'insecure' };
  return { url: `${url.origin}${url.pathname}`.replace(/\/+$/, '') };
}

/** Host part of a normalised address, for labels such as `user@host`. */
export function serverHost(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
