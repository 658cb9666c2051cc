import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import schema from '../../../schemas/profile.schema.json' with { type: 'json' };
import { profileOptions } from '../../../src/services/deid/profiles/options.js';
import { presetNames } from '../../../src/services/deid/profiles/presets.js';
import {
  descriptorTags,
  parseProfile,
  safePrivateVrs,
} from '../../../src/services/deid/profiles/profileFile.js';
import { resolveProfile } from '../../../src/services/deid/profiles/resolveProfile.js';
import { knownSafePrivate } from '../../../src/services/deid/profiles/safePrivate.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';

const safe = { creator: 'ACME MR', group: '0019', element: '0c', vr: 'DS' };
const valid = { name: 'fetal-mr', options: ['cleanDescriptors', 'retainSafePrivate'] };

function refused(data: unknown): GiftCloudError {
  try {
    parseProfile(typeof data === 'string' ? data : JSON.stringify(data));
  } catch (error) {
    if (error instanceof GiftCloudError) return error;
    throw error;
  }
  throw new Error('the file was taken');
}

describe('a profile file', () => {
  it('is read with what it leaves out', () => {
    assert.deepEqual(parseProfile(JSON.stringify(valid)), {
      name: 'fetal-mr',
      title: 'fetal-mr',
      options: ['cleanDescriptors', 'retainSafePrivate'],
      safePrivate: knownSafePrivate,
      documents: 'replace',
    });
  });

  it('is read with all that it may say', () => {
    const file = {
      $schema: './profile.schema.json',
      ...valid,
      title: 'Fetal MR',
      descriptors: ['SeriesDescription', 'InterpretationText'],
      safePrivate: [{ ...safe, comment: 'b value' }],
      documents: 'hold',
    };
    assert.deepEqual(parseProfile(`\ufeff${JSON.stringify(file)}`), {
      name: 'fetal-mr',
      title: 'Fetal MR',
      options: valid.options,
      descriptors: [0x0008103e, 0x4008010b],
      safePrivate: [...knownSafePrivate, { creator: 'ACME MR', group: 0x19, element: 0x0c, vr: 'DS' }],
      documents: 'hold',
    });
  });

  for (const [title, data, told] of [
    ['that is no object', [], /must be an object/],
    ['with a field of another name', { ...valid, option: [] }, /has a field that nobody knows/],
    ['without name', { options: [] }, /"name" must be/],
    ['with a name that an object has no room for', { ...valid, name: 'n'.repeat(41) }, /"name" must be/],
    ['with the name of a preset', { ...valid, name: 'basic' }, /that of a preset/],
    ['with a title of two lines', { ...valid, title: 'a\nb' }, /"title" must be/],
    ['without options', { name: 'x' }, /"options" must be a list/],
    ['with an option that nobody knows', { ...valid, options: ['retainUids', 'keepAll'] }, /at place 2/],
    ['with an option of every object', { ...valid, options: ['toString'] }, /at place 1/],
    ['with an option twice', { ...valid, options: ['retainUids', 'retainUids'] }, /names one twice/],
    [
      'that keeps and moves dates',
      { ...valid, options: ['retainFullDates', 'retainModifiedDates'] },
      /not both/,
    ],
    [
      'with descriptors and no option for them',
      { name: 'x', options: [], descriptors: [] },
      /needs the option/,
    ],
    [
      'with a descriptor that is none',
      { ...valid, descriptors: ['PatientName'] },
      /"descriptors" has no row/,
    ],
    ['with private elements and no option', { name: 'x', options: [], safePrivate: [] }, /needs the option/],
    ['with a public group', { ...valid, safePrivate: [{ ...safe, group: '0018' }] }, /odd "group"/],
    ['with a reserved group', { ...valid, safePrivate: [{ ...safe, group: '0007' }] }, /odd "group"/],
    ['with a whole element number', { ...valid, safePrivate: [{ ...safe, element: '100c' }] }, /last two/],
    ['with bytes that nobody can check', { ...valid, safePrivate: [{ ...safe, vr: 'OB' }] }, /needs a "vr"/],
    ['with two creators', { ...valid, safePrivate: [{ ...safe, creator: 'A\\B' }] }, /"creator"/],
    ['with another word for documents', { ...valid, documents: 'keep' }, /"documents" must be/],
  ] as const) {
    it(`is refused ${title}`, () => {
      const error = refused(data);
      assert.equal(error.code, 'USAGE');
      assert.match(error.message, told);
    });
  }

  it('is refused when it is no JSON', () => {
    assert.equal(refused('{ name: 1 }').code, 'PROFILE_NOT_AVAILABLE');
  });

  it('is found by its path, and a name that is none of a preset is no other profile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gift-profile-'));
    const path = join(folder, 'my.gift-cloud-profile.json');
    writeFileSync(path, JSON.stringify(valid));
    assert.equal((await resolveProfile(path)).name, 'fetal-mr');
    assert.equal((await resolveProfile(undefined)).name, 'basic');
    for (const name of presetNames) assert.equal((await resolveProfile(name)).name, name);
    await assert.rejects(resolveProfile('research'), (error) => {
      assert.ok(GiftCloudError.is(error, 'PROFILE_NOT_AVAILABLE'));
      return true;
    });
    rmSync(folder, { recursive: true });
  });
});

describe('the schema of profile files', () => {
  it('names exactly what the program reads', () => {
    const { properties } = schema;
    assert.deepEqual(
      properties.options.items.oneOf.map((one) => one.const),
      profileOptions,
    );
    assert.deepEqual(properties.name.not.enum, presetNames);
    assert.deepEqual(properties.descriptors.items.enum, [...descriptorTags().keys()].sort());
    assert.deepEqual(properties.safePrivate.items.properties.vr.enum, safePrivateVrs);
  });

  it('says of each option what it does', () => {
    for (const { const: option, description } of schema.properties.options.items.oneOf)
      assert.match(description, /^[A-Z].*\.$/, option);
  });
});
