import assert from 'node:assert/strict';
import { join } from 'node:path';
import { group, holdDoubtful } from '../../../src/services/pipeline/group.js';
import type { InstanceSummary } from '../../../src/services/deid/types.js';
import type { SourceInstance } from '../../../src/services/pipeline/types.js';
import { sourceInstance } from '../../support/readyInstance.js';
import { temporaryFolder, writeBytes } from '../../support/seriesFiles.js';

describe('grouping', () => {
  const make = (...facts: Partial<InstanceSummary>[]): SourceInstance[] =>
    facts.map((fact, index) => sourceInstance(index, `/nowhere/${index}`, fact));
  const refusals = async (instances: readonly SourceInstance[]): Promise<string[]> =>
    holdDoubtful(await group(instances)).refused.map(
      ({ instance, refusal }) => `${instance.index} ${refusal.status} ${refusal.code}`,
    );

  it('keeps patients, studies and series strictly apart', async () => {
    const { studies, refused } = await group(
      make(
        { patientId: 'A', studyInstanceUid: '1', seriesInstanceUid: '1.1' },
        { patientId: 'B', studyInstanceUid: '2', seriesInstanceUid: '2.1' },
        { patientId: 'A ', studyInstanceUid: '1', seriesInstanceUid: '1.2' },
        { patientId: 'A', studyInstanceUid: '3', seriesInstanceUid: '1.1' },
        { patientId: 'A', studyInstanceUid: '1', seriesInstanceUid: '1.1' },
      ),
    );
    assert.deepEqual(refused, []);
    assert.deepEqual(
      studies.map((study) => [
        study.patientId,
        study.studyInstanceUid,
        study.series.map((series) => [series.seriesInstanceUid, series.instances.map(({ index }) => index)]),
      ]),
      [
        [
          'A',
          '1',
          [
            ['1.1', [0, 4]],
            ['1.2', [2]],
          ],
        ],
        ['A', '3', [['1.1', [3]]]],
        ['B', '2', [['2.1', [1]]]],
      ],
    );
  });

  it('holds objects without Patient ID, and only those', async () => {
    assert.deepEqual(
      await refusals(make({ patientId: 'A' }, { patientId: undefined }, { patientId: ' \0' })),
      ['1 held PATIENT_ID_MISSING', '2 held PATIENT_ID_MISSING'],
    );
  });

  it('holds a study of two Patient IDs, and only that study', async () => {
    const study = { studyInstanceUid: '9' };
    assert.deepEqual(await refusals(make({ ...study, patientId: 'A' }, { ...study, patientId: 'B' }, {})), [
      '0 held PATIENT_AMBIGUOUS',
      '1 held PATIENT_AMBIGUOUS',
    ]);
  });

  for (const [what, one, other] of [
    ['name', { patientName: 'Meier^Anna' }, { patientName: 'Meier^Hanna' }],
    ['ideographic name', { patientName: 'A^B=山田^太郎' }, { patientName: 'A^B=山田^花子' }],
    ['birth date', { patientBirthDate: '19700101' }, { patientBirthDate: '19710101' }],
    ['issuer', { issuerOfPatientId: 'Hospital 1' }, { issuerOfPatientId: 'Hospital 2' }],
  ] as const) {
    it(`holds a Patient ID with another ${what}`, async () => {
      assert.deepEqual(await refusals(make(one, other, { patientId: 'B', studyInstanceUid: '8' })), [
        '0 held PATIENT_AMBIGUOUS',
        '1 held PATIENT_AMBIGUOUS',
      ]);
    });
  }

  it('sees no contradiction in missing facts and other spellings', async () => {
    const same = make(
      { patientName: 'MEIER^Anna', patientBirthDate: '1970.01.01' },
      { patientName: 'Meier^Anna^^', patientBirthDate: '19700101' },
      { patientName: 'Meier^ Anna =迈尔' },
      { patientName: undefined, patientBirthDate: undefined },
    );
    assert.deepEqual(await refusals(same), []);
  });

  it('fails objects without the UIDs that tell where they belong', async () => {
    assert.deepEqual(await refusals(make({ seriesInstanceUid: '' })), ['0 failed DICOM_DAMAGED']);
  });

  it('types a series by what most of its objects are', async () => {
    const { studies } = await group(
      make(
        { modality: 'SR', sopClassUid: '1.1' },
        { modality: 'CT', sopClassUid: '2.2' },
        { modality: 'CT', sopClassUid: '2.2' },
      ),
    );
    assert.deepEqual(
      studies[0]?.series.map((series) => [series.modality, series.sopClassUid]),
      [['CT', '2.2']],
    );
  });

  it('takes a SOP Instance UID once: the same bytes are skipped, others fail', async () => {
    const folder = await temporaryFolder();
    try {
      const contents = ['same', 'same', 'diff', 'longer'];
      const instances: SourceInstance[] = [];
      for (const [index, content] of contents.entries()) {
        const path = join(folder.path, String(index));
        await writeBytes(path, content);
        instances.push(sourceInstance(index, path, { sopInstanceUid: '1.2', size: content.length }));
      }
      assert.deepEqual(await refusals(instances), [
        '1 skipped DUPLICATE_UID',
        '2 failed DUPLICATE_UID',
        '3 failed DUPLICATE_UID',
      ]);
    } finally {
      await folder.remove();
    }
  });
});
