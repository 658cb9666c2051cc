import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { isUid } from '../../../src/services/dicom/uids.js';
import { keyedUidMapper } from '../../../src/services/deid/uidMap.js';
import { dateOffsetDays, keyedPseudonym, keyedUid, keyIdOf } from '../../../src/services/keys/derive.js';

const key = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const uid = '1.2.826.0.1.3680043.10.999.1';

/** The same written again from its description, so that a change of the code can't change the names unseen. */
function described(secret: Buffer, purpose: string, ...parts: string[]): Buffer {
  const pieces = [`gift-cloud ${purpose} 1`, ...parts].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return createHmac('sha256', secret).update(Buffer.concat(pieces)).digest();
}

const decimal = (digest: Buffer): string => BigInt(`0x${digest.toString('hex', 0, 16)}`).toString();

describe('names with a key', () => {
  it('are HMAC-SHA-256 of the project key, 128 bits as a decimal number', () => {
    assert.equal(keyedUid(key, uid), `2.25.${decimal(described(key, 'uid', uid))}`);
    assert.equal(
      keyedPseudonym(key, 'HOSPITAL', 'A-1'),
      `2_25_${decimal(described(key, 'patient', 'HOSPITAL', 'A-1'))}`,
    );
    assert.equal(keyIdOf(key), described(key, 'key id').toString('hex', 0, 8));
  });

  it('stay what they are: archives rely on them', () => {
    assert.equal(keyIdOf(key), '68e6cdb4343eb18d');
    assert.equal(keyedUid(key, uid), '2.25.143441185537481133891368395368523255033');
    assert.equal(keyedPseudonym(key, '', '1234567'), '2_25_59921562569117481395944878257705347829');
    assert.equal(dateOffsetDays(key, '', '1234567'), -870);
  });

  it('are UIDs and differ from key to key', () => {
    for (let number = 0; number < 500; number++) {
      const made = keyedUid(key, `${uid}.${number}`);
      assert.ok(isUid(made), made);
      assert.notEqual(made, keyedUid(other, `${uid}.${number}`));
    }
  });

  it('cover issuer and ID, and take no text apart in two ways', () => {
    const all = [
      keyedPseudonym(key, '', 'AB'),
      keyedPseudonym(key, 'A', 'B'),
      keyedPseudonym(key, 'AB', 'C'),
      keyedPseudonym(key, 'A', 'BC'),
      keyedPseudonym(key, 'B', 'A'),
    ];
    assert.equal(new Set(all).size, all.length);
  });

  it('do not count padding', () => {
    assert.equal(keyedUid(key, `${uid}\0`), keyedUid(key, uid));
    assert.equal(keyedPseudonym(key, 'H', ' 12 '), keyedPseudonym(key, 'H', '12'));
  });

  it('of one purpose are no names of another', () => {
    const uidNumber = keyedUid(key, '12').slice('2.25.'.length);
    assert.notEqual(keyedPseudonym(key, '', '12'), `2_25_${uidNumber}`);
  });

  it('keep registered UIDs and no text at all', () => {
    const mapper = keyedUidMapper(key);
    assert.equal(mapper.map('1.2.840.10008.1.2.1'), '1.2.840.10008.1.2.1');
    assert.equal(mapper.map(''), '');
    assert.equal(mapper.map(uid), keyedUid(key, uid));
    assert.equal(mapper.scheme, 'keyed');
  });
});

describe('date offset of a patient', () => {
  it('is a whole number of days from -3650 to -1, spread over all of them', () => {
    const seen = new Set<number>();
    for (let patient = 0; patient < 60_000; patient++) {
      const days = dateOffsetDays(key, '', String(patient));
      assert.ok(Number.isInteger(days) && days >= -3650 && days <= -1, String(days));
      seen.add(days);
    }
    assert.equal(seen.size, 3650);
  });

  it('is the same for a patient everywhere, another one for another issuer or key', () => {
    const days = (secret: Buffer, issuer: string): number[] =>
      Array.from({ length: 20 }, (_, patient) => dateOffsetDays(secret, issuer, `P${patient}`));
    assert.deepEqual(days(key, 'H'), days(Buffer.from(key), 'H'));
    assert.notDeepEqual(days(key, 'H'), days(key, 'K'));
    assert.notDeepEqual(days(key, 'H'), days(other, 'H'));
  });
});
