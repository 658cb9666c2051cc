import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import type { KnownPatient } from '../../../src/services/patients/types.js';
import { runAnonymise } from '../../../src/services/pipeline/anonymiseLocal.js';
import { pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { serverKinds } from '../../support/serverKinds.js';
import { uidRoot, writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

for (const [server, options] of serverKinds) {
  describe(`upload and the key file of the patients: ${server}`, () => {
    let rig: UploadRig;
    beforeEach(async () => {
      rig = await UploadRig.start(options);
      await writeSeries(rig.inputs, { instances: 2 });
    });
    afterEach(() => rig.close());

    const known = async (): Promise<readonly KnownPatient[]> => {
      const file = new PatientFile(rig.state);
      try {
        return await file.patients();
      } finally {
        file.dispose();
      }
    };

    it('remembers who stands behind a subject, and which study behind an experiment', async () => {
      const story = await rig.upload();
      assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
      assert.deepEqual(await known(), [
        {
          server: rig.archive().serverUrl,
          project,
          pseudonym: pseudonymOf('HOSP0001'),
          subject: 'AutoUploadSubject00001',
          identities: [{ patientName: 'Müller^Jörg', patientId: 'HOSP0001', patientBirthDate: '19700102' }],
          studies: [
            {
              studyUid: pseudonymOf(`${uidRoot}.1`),
              experiment: 'AutoUploadSubject00001-Study1',
              studyDate: '20200102',
              accessionNumber: 'ACC123',
            },
          ],
        },
      ]);
    });

    it('remembers a patient whose data is there already', async () => {
      await rig.upload();
      await rm(join(rig.state, 'patients'), { recursive: true });
      const story = await rig.upload({}, { tools: rig.tools() });
      assert.deepEqual(story.statuses, ['present', 'present']);
      assert.equal((await known()).length, 1);
    });

    it('has remembered the patient when the first byte leaves', async () => {
      const refusing = { value: () => Promise.reject(new GiftCloudError('NOT_ALLOWED', 'Not for you.')) };
      const archive = Object.create(rig.archive(), { putZip: refusing, importZip: refusing }) as Archive;
      const story = await rig.upload({}, { archive });
      assert.ok(story.error);
      assert.deepEqual(await rig.archivedNames(), []);
      assert.equal((await known())[0]?.subject, 'AutoUploadSubject00001');
    });

    it('takes nothing from data that comes from the archive', async () => {
      await rig.upload();
      const local = {
        engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' }),
        writer: new InProcessWriter(),
        keys: new KeyStore(rig.state),
      };
      const outFolder = join(rig.folder, 'out');
      const request = { inputs: [rig.inputs], outFolder, profile: basicProfile };
      for await (const event of runAnonymise(request, local)) assert.ok(event);
      const before = await known();
      const story = await rig.upload({ inputs: [outFolder] }, { tools: rig.tools() });
      assert.equal(story.error, undefined);
      assert.deepEqual(await known(), before);
    });

    for (const [what, change] of [
      ['birth date', { tag: 0x00100030, vr: 'DA', value: '19700103' }],
      ['name', { tag: 0x00100010, vr: 'PN', value: 'Somebody^Else' }],
    ] as const) {
      it(`holds a known patient ID with another ${what} than before, and sends the rest`, async () => {
        await rig.upload();
        const inputs = join(rig.folder, 'later');
        await writeSeries(inputs, { instances: 1, study: 2, change: [change] });
        await writeSeries(inputs, { instances: 1, study: 3, patientId: 'HOSP0002' });
        const names = await rig.archivedNames();
        const story = await rig.upload({ inputs: [inputs] }, { tools: rig.tools() });
        assert.equal(story.error, undefined);
        assert.deepEqual(story.statuses, ['held PATIENT_AMBIGUOUS', 'uploaded']);
        assert.equal((await rig.archivedNames()).length, names.length + 1);
        assert.equal((await known()).length, 2);
      });
    }

    it('sends nothing without the key', async () => {
      await rig.upload();
      await rm(join(rig.state, 'keys/patients.json'));
      const inputs = join(rig.folder, 'later');
      await writeSeries(inputs, { instances: 1, study: 2, patientId: 'HOSP0002' });
      const story = await rig.upload({ inputs: [inputs] }, { tools: rig.tools() });
      assert.equal(story.error?.code, 'KEY_MISSING');
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
    });
  });
}
