import { cancelled, GiftCloudError, systemErrorCode } from '../support/errors.js';

/**
 * The server's own words from an HTML error page: the first h3, h1 or title without tags, at most 300 characters. Empty
 * where they could hold more than a message: the CSRF page repeats request headers with the session cookie (observed).
 */
export function serverMessage(body: string): string {
  const page = body.slice(0, longestPage);
  const message = /<b>Message<\/b>([\s\S]*?)<\/p>/i.exec(page)?.[1];
  const heading = message ?? /<(h3|h1|title)[^>]*>([\s\S]*?)<\/\1>/i.exec(page)?.[2] ?? '';
  const text = heading
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  // "Status page" is the title of all of them where there is no message.
  if (text === 'Status page' || /csrf|cookie|jsessionid|authorization/i.test(text)) return '';
  // Paths of the server's disk help nobody here, and 32 hex digits are what a session ID looks like.
  return text
    .replace(/(?:\/[\w.-]+){2,}/g, '…')
    .replace(/\b[0-9a-f]{32}\b/gi, '…')
    .slice(0, 300);
}

/** Characters of an error page that are looked at; a message stands at its beginning. */
const longestPage = 16_384;

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** The typed error for a status that is no success. `what` names the action, e.g. "create a subject". */
export function httpError(status: number, body: string, what: string): GiftCloudError {
  const said = serverMessage(body);
  const quote = said === '' ? '' : ` It said: "${said}".`;
  const make = (
    code: ConstructorParameters<typeof GiftCloudError>[0],
    message: string,
    hint: string,
    retryable = false,
  ): GiftCloudError => new GiftCloudError(code, `${message}${quote}`, { hint, retryable, status });
  if (status === 507 || status === 413 || /no space left|disk quota/i.test(body)) {
    return make(
      'SERVER_FULL',
      `The server has no space (or takes no request this large) to ${what}.`,
      'Tell the administrator of the server, then repeat the action: nothing is sent twice.',
      true,
    );
  }
  if (status === 401)
    return make(
      'SIGN_IN_REQUIRED',
      'The server wants you to sign in again.',
      'Sign in, then repeat the action.',
      true,
    );
  if (status === 403) {
    return make(
      'NOT_ALLOWED',
      `You may not ${what}.`,
      'Ask an owner of the project for more rights. If you just got them, sign in again: the server remembers old rights for a session.',
    );
  }
  if (status === 404 || status === 417 || status === 422) {
    return make(
      'NOT_FOUND_OR_NOT_ALLOWED',
      `The server refused to ${what}: it is not there, or you have no access to it.`,
      'Check the project. If you just got access, sign in again.',
    );
  }
  if (status === 429 || status === 503) {
    return make(
      'SERVER_ERROR',
      `The server is too busy (${status}) to ${what}.`,
      'Try again in a few minutes.',
      true,
    );
  }
  if (status >= 500) {
    return make(
      'SERVER_ERROR',
      `The server had an error (${status}) when asked to ${what}.`,
      'Try again in a few minutes; if it stays, tell the administrator of the server.',
      true,
    );
  }
  return make(
    'UNEXPECTED_ANSWER',
    `The server gave an unexpected answer (${status}) when asked to ${what}.`,
    'Check the address of the server.',
  );
}

/** OpenSSL's verdicts on a certificate (X509_V_ERR_*) as Node names them, and Node's own on the name. */
const untrusted =
  /^(?:CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED)/;

/**
 * The typed error for a request that got no answer.
 * @param proxied whether a proxy of the environment stands in between, which may be what failed.
 */
export function connectionError(error: unknown, proxied = false): GiftCloudError {
  if (error instanceof GiftCloudError) return error;
  if (error instanceof Error && (error.name === 'CanceledError' || error.name === 'AbortError'))
    return cancelled(error);
  const code = systemErrorCode(error) ?? '';
  if (untrusted.test(code)) return certificateNotTrusted(error);
  if (code === 'ETIMEDOUT') return timedOut(error);
  const [, message, hint] = failures.find(([codes]) => codes.test(code)) ?? brokenConnection;
  return new GiftCloudError('SERVER_UNREACHABLE', message, {
    hint: proxied ? `${hint} Requests go through the proxy of HTTPS_PROXY.` : hint,
    retryable: true,
    cause: error,
  });
}

const failures: readonly (readonly [codes: RegExp, message: string, hint: string])[] = [
  [
    /^(?:ENOTFOUND|EAI_)/,
    'The name of the server is not known.',
    'Check the address for typing errors, the network and the VPN.',
  ],
  [
    /^ECONNREFUSED$/,
    'The server refuses connections.',
    'It may be restarting. Check address and port, then try again.',
  ],
  [
    /^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/,
    'There is no way to the server.',
    'Check the network and the VPN.',
  ],
  [
    /^(?:EPROTO|ERR_SSL_)/,
    'No secure connection to the server came about.',
    'Check address and port: this may not be a port for https.',
  ],
];

const brokenConnection = [
  /^/,
  'The connection to the server broke.',
  'Try again: what arrived is kept, nothing is sent twice.',
] as const;

export function timedOut(cause?: unknown): GiftCloudError {
  return new GiftCloudError('SERVER_TIMEOUT', 'The server did not answer in time.', {
    hint: 'A firewall, or a server that accepts listed addresses only (IP allow-list), looks like this: ask the administrator, check the VPN.',
    retryable: true,
    cause,
  });
}

export function certificateNotTrusted(cause?: unknown): GiftCloudError {
  return new GiftCloudError('CERTIFICATE_NOT_TRUSTED', 'The certificate of the server is not trusted.', {
    hint: 'Compare its fingerprint with the administrator and confirm it (editor: sign in; command line: --pin), or name the CA file of your site.',
    cause,
  });
}
