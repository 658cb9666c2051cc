import { GiftCloudError } from '../support/errors.js';
import { probeServerCertificate, sameFingerprint } from '../xnat/certificates.js';
import type { ServerAddress } from '../xnat/serverAddress.js';
import { defaultLimits } from '../xnat/timeLimits.js';
import { Transport } from '../xnat/transport.js';
import type { ServerToCheck, ServerTools, Verdict } from './types.js';

/** A certificate that ends sooner than this is worth a word. */
const soonMs = 21 * 24 * 60 * 60 * 1000;

/**
 * Whether requests would be sent to the holder of this certificate: judged as for every request, by one without an account.
 * @throws SERVER_UNREACHABLE, SERVER_TIMEOUT, CANCELLED
 */
export async function checkCertificate(
  address: ServerAddress,
  trust: Pick<ServerToCheck, 'ca' | 'pin'>,
  tools: ServerTools,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  if (address.protocol === 'http:') {
    return { outcome: 'good', text: 'Not encrypted, and need not be: the server is on this machine.' };
  }
  const { environment, limits = defaultLimits } = tools;
  const { fingerprint, validTo } = await probeServerCertificate(address, { signal, environment, limits });
  if (trust.pin !== undefined && !sameFingerprint(trust.pin, fingerprint)) {
    return {
      outcome: 'bad',
      text: `The certificate is not the one that was confirmed. Its fingerprint is ${fingerprint}.`,
      hint: 'Ask the administrator of the server whether it was changed. If so, sign in again and compare the new one.',
    };
  }
  try {
    await askForNothing(address, trust, tools, signal);
  } catch (error) {
    if (!GiftCloudError.is(error, 'CERTIFICATE_NOT_TRUSTED')) throw error;
    const text = `${error.message} Its fingerprint is ${fingerprint}.`;
    return { outcome: 'bad', text, hint: error.hint };
  }
  const why = trust.pin === undefined ? 'trusted by this machine' : 'the one that was confirmed';
  const text = `The certificate is ${why}, and valid until ${validTo}.`;
  if (Date.parse(validTo) - Date.now() > soonMs) return { outcome: 'good', text };
  return { outcome: 'warning', text, hint: 'Remind the administrator of the server to renew it.' };
}

async function askForNothing(
  address: ServerAddress,
  { ca, pin }: Pick<ServerToCheck, 'ca' | 'pin'>,
  { userAgent, environment, limits = defaultLimits }: ServerTools,
  signal: AbortSignal | undefined,
): Promise<void> {
  const transport = new Transport({
    ...{ address, userAgent, limits },
    ...(ca !== undefined && { ca }),
    ...(pin !== undefined && { pin }),
    ...(environment !== undefined && { environment }),
  });
  try {
    const { stream } = await transport.send({ method: 'GET', path: '/' }, signal);
    stream.destroy();
  } finally {
    transport.close();
  }
}
