import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile, presetProfile } from '../../../src/services/deid/profiles/presets.js';
import type { ProjectKey } from '../../../src/services/keys/keyFile.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import {
  markerPlace,
  profileDigest,
  readMarker,
  writeMarker,
  type Marker,
} from '../../../src/services/keys/marker.js';
import { ProjectKeys } from '../../../src/services/keys/projectKeys.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const profile = basicProfile;
const researchMr = presetProfile('research-mr')!;

describe('the marker of a project', function () {
  this.timeout(60_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const storeOf = (): KeyStore => new KeyStore(rig.state);
  const createKey = (): Promise<ProjectKey> => storeOf().create(project, { scheme: 'keyed' });
  const marker = (): Promise<Marker | undefined> => readMarker(rig.archive(), project);
  const mark = (wanted: Partial<Marker>): Promise<void> =>
    writeMarker(rig.archive(), project, {
      scheme: 'gift-cloud',
      profile: profileDigest(profile),
      earlier: [],
      ...wanted,
    });
  const writes = (): number =>
    rig.sandbox.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('JSESSION')).length;

  describe('stops before anything is written', () => {
    beforeEach(() => writeSeries(rig.inputs));

    const stops = async (code: string, text: RegExp): Promise<void> => {
      const before = writes();
      const story = await rig.upload();
      assert.equal(story.error?.code, code, story.error?.message);
      assert.match(story.error?.message ?? '', text);
      assert.equal(writes(), before);
    };

    it('when the project has data of the scheme gift-cloud and there is a key for it here', async () => {
      await rig.upload();
      await createKey();
      await stops('SCHEME_MISMATCH', /scheme "gift-cloud"/);
    });

    it('when the marker names a key and there is none', async () => {
      await mark({ scheme: 'keyed', keyId: '0123456789abcdef' });
      await stops('KEY_MISSING', /no key/);
    });

    it('when the marker names another key', async () => {
      await mark({ scheme: 'keyed', keyId: '0123456789abcdef' });
      await createKey();
      await stops('SCHEME_MISMATCH', /0123456789abcdef/);
    });

    it('when the key was rotated and no owner agreed', async () => {
      await createKey();
      await rig.upload();
      await storeOf().rotate(project);
      await stops('SCHEME_MISMATCH', /set up for the key/);
    });

    it('when the key was lost', async () => {
      await createKey();
      await rig.upload();
      await rm(join(rig.state, 'keys'), { recursive: true });
      await stops('KEY_MISSING', /is not there/);
    });

    it('when the marker says gift-cloud and the key here is of the scheme keyed', async () => {
      await mark({});
      await createKey();
      await stops('SCHEME_MISMATCH', /scheme "gift-cloud"/);
    });

    it('when the data was made with another profile', async () => {
      await mark({ profile: profileDigest(researchMr) });
      await stops('SCHEME_MISMATCH', /another profile/);
    });

    for (const [what, text] of [
      ['is no JSON', 'hello'],
      ['is of a later version', '{"version":2,"scheme":"keyed","profile":"x"}'],
      ['names an unknown scheme', '{"version":1,"scheme":"salted","profile":"x"}'],
      ['names no key', '{"version":1,"scheme":"keyed","profile":"x"}'],
    ] as const) {
      it(`when the marker ${what}`, async () => {
        await rig.archive().writeProjectFile({ project, ...markerPlace }, text);
        await stops('SCHEME_MISMATCH', /can not be read/);
      });
    }
  });

  it('goes on by the scheme gift-cloud where the marker says so', async () => {
    await mark({});
    await writeSeries(rig.inputs);
    const story = await rig.upload();
    assert.deepEqual([story.error, story.receipt?.scheme], [undefined, 'gift-cloud']);
  });

  it('takes no marker of a member', async () => {
    const bob = rig.archive('bob');
    await assert.rejects(
      writeMarker(bob, project, { scheme: 'gift-cloud', profile: profileDigest(profile), earlier: [] }),
      /did not keep/,
    );
    assert.equal(await marker(), undefined);
  });

  describe('after an owner agreed to a new key', () => {
    const agreed = async (): Promise<void> => {
      await new ProjectKeys(storeOf()).agree({ archive: rig.archive(), project }, profile);
    };

    it('holds what is archived under the key before, and puts nothing beside it', async () => {
      await createKey();
      await writeSeries(rig.inputs, { instances: 2 });
      await rig.upload();
      const before = await rig.archivedNames();
      await storeOf().rotate(project);
      await agreed();
      const again = await rig.upload();
      assert.deepEqual(again.statuses, ['held SCHEME_MISMATCH', 'held SCHEME_MISMATCH']);
      assert.deepEqual(await rig.archivedNames(), before);
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
      const more = `${rig.inputs}2`;
      await writeSeries(more, { study: 2, patientId: 'SOMEBODY-ELSE' });
      const other = await rig.upload({ inputs: [more] });
      assert.ok(other.statuses.every((status) => status === 'uploaded'));
    });

    it('holds what is archived under the scheme gift-cloud', async () => {
      await writeSeries(rig.inputs, { instances: 2 });
      await rig.upload();
      await createKey();
      await agreed();
      assert.deepEqual((await marker())?.earlier, [{ scheme: 'gift-cloud' }]);
      const again = await rig.upload();
      assert.deepEqual(again.statuses, ['held SCHEME_MISMATCH', 'held SCHEME_MISMATCH']);
    });

    it('says that it can not know where the key before is not here', async () => {
      const { key: _key, ...old } = await createKey();
      await agreed();
      await storeOf().rotate(project);
      await agreed();
      await rm(join(rig.state, 'keys', `project-${project}`, `${old.id}.json`));
      await writeSeries(rig.inputs);
      const story = await rig.upload();
      assert.deepEqual(
        story.of('warning').map(({ code }) => code),
        ['EARLIER_KEY_UNKNOWN'],
      );
    });
  });
});
