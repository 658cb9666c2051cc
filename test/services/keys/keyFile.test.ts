import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { keyIdOf } from '../../../src/services/keys/derive.js';
import {
  openKeyFile,
  parseKeyFile,
  plainKeyFile,
  sealedKeyFile,
  type ProjectKey,
} from '../../../src/services/keys/keyFile.js';
import { GiftCloudError, type ErrorCode } from '../../../src/services/support/errors.js';

const secret = randomBytes(32);
const key: ProjectKey = {
  project: 'BRAIN',
  id: keyIdOf(secret),
  scheme: 'keyed',
  created: '2026-11-26T00:00:00.000Z',
  key: secret,
};

const open = async (text: string, passphrase?: string): Promise<ProjectKey> => {
  const file = parseKeyFile(text);
  assert.ok(file);
  return openKeyFile(file, () => Promise.resolve(passphrase));
};
const isError =
  (code: ErrorCode) =>
  (error: unknown): boolean =>
    GiftCloudError.is(error, code);

describe('key file', () => {
  let sealed: string;
  before(async () => (sealed = await sealedKeyFile(key, 'Grün & blau')));

  it('comes back as it was, plain and sealed', async () => {
    assert.deepEqual({ ...(await open(plainKeyFile(key))), key: secret }, key);
    const opened = await open(sealed, 'Grün & blau');
    assert.deepEqual(Buffer.from(opened.key), secret);
    assert.equal(opened.id, key.id);
  });

  it('does not show the key, and never seals it twice in the same way', async () => {
    for (const form of ['base64', 'hex', 'latin1'] as const)
      assert.ok(!sealed.includes(secret.toString(form)));
    assert.notEqual(await sealedKeyFile(key, 'Grün & blau'), sealed);
  });

  it('opens with a passphrase however its accents were typed', async () => {
    assert.equal((await open(sealed, 'Gru\u0308n & blau')).id, key.id);
  });

  it('opens with no other passphrase', async () => {
    await assert.rejects(open(sealed, 'grün & blau'), isError('PASSPHRASE_WRONG'));
    await assert.rejects(open(sealed, ''), isError('KEY_MISSING'));
    await assert.rejects(open(sealed), isError('KEY_MISSING'));
  });

  for (const [what, change] of [
    ['project', (text: string) => text.replace('"BRAIN"', '"HEART"')],
    ['id', (text: string) => text.replace(key.id, '0123456789abcdef')],
    ['scheme', (text: string) => text.replace('"keyed"', '"gift-cloud"')],
    ['date', (text: string) => text.replace('2026', '2025')],
    [
      'sealed bytes',
      (text: string) => text.replace(/"data": "(.)/, (_, sign) => `"data": "${sign === 'A' ? 'B' : 'A'}`),
    ],
    ['tag', (text: string) => text.replace(/"tag": "[^"]*"/, '"tag": "AAAA"')],
  ] as const) {
    it(`does not open when its ${what} was changed`, async () => {
      const changed = change(sealed);
      assert.notEqual(changed, sealed);
      await assert.rejects(open(changed, 'Grün & blau'), isError('PASSPHRASE_WRONG'));
    });
  }

  it('is none when anything of it is missing, or asks for more than a machine has', () => {
    const none = [
      '',
      'null',
      '[]',
      '{}',
      sealed.slice(0, -20),
      sealed.replace('"version": 1', '"version": 2'),
      sealed.replace('"n": 131072', '"n": 1073741824'),
      sealed.replace('"n": 131072', '"n": 131071'),
      sealed.replace('"r": 8', '"r": 8000'),
      sealed.replace('"p": 1', '"p": 100000'),
      sealed.replace('"data"', '"date"'),
      plainKeyFile(key).replace(/"key": ".{8}/, '"key": "AAAAAAAA'),
    ];
    for (const text of none) assert.equal(parseKeyFile(text), undefined, text);
  });
});
