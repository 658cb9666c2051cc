import { createHmac, hkdfSync } from 'node:crypto';

/** The keys of the spool, made from the key of the state folder (HKDF-SHA-256, RFC 5869): none of them tells another. */
export class SpoolKeys {
  private readonly files: Buffer;
  private readonly instances: Buffer;

  /** @param stateKey 32 bytes. */
  constructor(stateKey: Uint8Array) {
    const derived = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', stateKey, '', `gift-cloud spool ${purpose} 1`, 32));
    this.files = derived('file');
    this.instances = derived('instance');
  }

  /** Seals one file, whose salt is random: HMAC-SHA-256 (RFC 2104). */
  ofFile(salt: Uint8Array): Buffer {
    return createHmac('sha256', this.files).update(salt).digest();
  }

  /** Names an instance without telling which: the first 128 bits of an HMAC of its SOP Instance UID. */
  instanceName(sopInstanceUid: string): string {
    return createHmac('sha256', this.instances).update(sopInstanceUid, 'utf8').digest('hex').slice(0, 32);
  }
}
