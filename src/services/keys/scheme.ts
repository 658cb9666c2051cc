/**
 * How original identifiers become new ones. A plain object: it travels to the worker thread, and nowhere else, because it
 * holds the key.
 */
export type PseudonymScheme =
  | { readonly name: 'gift-cloud' }
  | {
      readonly name: 'keyed';
      /** Fingerprint of the key, see `keyIdOf`. */
      readonly keyId: string;
      /** The project key, 32 bytes. */
      readonly key: Uint8Array;
    };

export type SchemeName = PseudonymScheme['name'];

/** What existing servers hold: an unsalted hash, see subjects/pseudonyms.ts. */
export const giftCloudScheme: PseudonymScheme = { name: 'gift-cloud' };

export function isSchemeName(value: unknown): value is SchemeName {
  return value === 'gift-cloud' || value === 'keyed';
}
