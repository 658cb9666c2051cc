import { cancelled, GiftCloudError, systemErrorCode } from '../support/errors.js';

/**
 * The server's own words from an HTML error page: the first h3, h1 or title without tags, at most 300 characters. Empty
 * where they could hold more than a message: the CSRF page repeats request headers with the session cookie (observed).
 */
export function serverMessage(body: string): string {
  const message = /<b>Message<\/b>([\s\S]*?)<\/p>/i.exec(body)?.[1];
  const heading = message ?? /<(h3|h1|title)[^>]*>([\s\S]*?)<\/\1>/i.exec(body)?.[2] ?? '';
  const text = heading
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim();
  if (/csrf|cookie|jsessionid|authorization/i.test(text)) return '';
  // Paths of the server's disk help nobody here.
  return text.replace(/(?:\/[\w.-]+){2,}/g, '…').slice(0, 300);
}

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
  const quote = said === '' ? '' : ` It said: ${said}`;
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
      `To ${what} was refused: it is not there, or you have no access to it.`,
      'Check the project. If you just got access, sign in again.',
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

const tlsCodes: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED',
  'UNABLE_TO_GET_ISSUER_CERT', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED', 'CERT_SIGNATURE_FAILURE',
]); // prettier-ignore

/** The typed error for a request that got no answer. */
export function connectionError(error: unknown): GiftCloudError {
  if (error instanceof GiftCloudError) return error;
  if (error instanceof Error && (error.name === 'CanceledError' || error.name === 'AbortError'))
    return cancelled(error);
  const code = systemErrorCode(error) ?? '';
  if (tlsCodes.has(code)) return certificateNotTrusted(error);
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return unreachable(
      'The name of the server is not known.',
      'Check the address for typing errors, the network and the VPN.',
      error,
    );
  }
  if (code === 'ECONNREFUSED') {
    return unreachable(
      'The server refuses connections.',
      'It may be restarting. Check address and port, then try again.',
      error,
    );
  }
  if (code === 'ETIMEDOUT' || code === 'ESOCKETTIMEDOUT') return timedOut(error);
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') {
    return unreachable('There is no way to the server.', 'Check the network and the VPN.', error);
  }
  return unreachable(
    'The connection to the server broke.',
    'Try again: what arrived is kept, nothing is sent twice.',
    error,
  );
}

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

function unreachable(message: string, hint: string, cause: unknown): GiftCloudError {
  return new GiftCloudError('SERVER_UNREACHABLE', message, { hint, retryable: true, cause });
}
