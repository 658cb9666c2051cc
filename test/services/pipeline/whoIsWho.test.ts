import assert from 'node:assert/strict';
import { join } from 'node:path';
import { PatientFile } from '../../../src/services/patients/patientFile.js';
import type { AskWhoIsWho, DoubtfulPatient, PatientAnswer } from '../../../src/services/pipeline/types.js';
import { pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { writeSeries, type SeriesOptions } from '../../support/seriesFiles.js';
import { project, UploadRig, type UploadStory } from '../../support/uploadRig.js';

const birthDate = (value: string) => ({ tag: 0x00100030, vr: 'DA', value });
const issuer = (value: string) => ({ tag: 0x00100021, vr: 'LO', value });

describe('patients of whom nobody can say who they are', () => {
  let rig: UploadRig;
  let asked: DoubtfulPatient[];
  beforeEach(async () => {
    rig = await UploadRig.start();
    asked = [];
  });
  afterEach(() => rig.close());

  const answering =
    (...answers: PatientAnswer[]): AskWhoIsWho =>
    (patients) => {
      asked.push(...patients);
      return Promise.resolve(answers);
    };
  let folders = 0;
  const upload = async (
    whoIsWho: AskWhoIsWho | undefined,
    ...series: SeriesOptions[]
  ): Promise<UploadStory> => {
    const inputs = join(rig.folder, `in${++folders}`);
    for (const one of series) await writeSeries(inputs, { instances: 1, ...one });
    return rig.upload({ inputs: [inputs], ...(whoIsWho && { whoIsWho }) }, { tools: rig.tools() });
  };
  const subjectOf = (story: UploadStory): string | undefined => story.receipt?.series[0]?.place.subject;
  const nobody = (...studies: number[]): SeriesOptions[] =>
    studies.map((study) => ({ study, patientId: '', patientName: 'Nobody^Known' }));

  it('are held when nobody is asked, or nobody answers', async () => {
    for (const ask of [undefined, answering(), answering({ kind: 'hold' })]) {
      const story = await upload(ask, ...nobody(1));
      assert.deepEqual(story.statuses, ['held PATIENT_ID_MISSING']);
    }
    assert.deepEqual(await rig.archive().listSubjects(project), []);
    assert.equal(asked[0]?.identity.patientName, 'Nobody^Known');
    assert.deepEqual([asked[0]?.byPatientId, asked[0]?.studies, asked[0]?.instances], [false, 1, 1]);
  });

  it('get a subject of their own that the next upload finds without a question, also with nobody to ask', async () => {
    const first = await upload(answering({ kind: 'new' }), ...nobody(1));
    assert.deepEqual(first.statuses, ['uploaded']);
    const again = await upload(undefined, ...nobody(1, 2));
    assert.deepEqual(again.statuses, ['present', 'uploaded']);
    assert.equal(subjectOf(again), subjectOf(first));
    assert.equal((await rig.archive().listSubjects(project)).length, 1);
    // Somebody of another birth date is asked about.
    const other = { ...nobody(3)[0], change: [birthDate('19800101')] };
    assert.deepEqual((await upload(undefined, other)).statuses, ['held PATIENT_ID_MISSING']);
  });

  it('are asked about one by one where not even name and birth date tell them apart', async () => {
    const unnamed = nobody(1, 2).map((one) => ({ ...one, change: [birthDate('')] }));
    const story = await upload(answering({ kind: 'new' }, { kind: 'new' }), ...unnamed);
    assert.equal(asked.length, 2);
    assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
    assert.equal((await rig.archive().listSubjects(project)).length, 2);
    assert.deepEqual(
      (await upload(undefined, ...unnamed)).statuses,
      Array(2).fill('held PATIENT_ID_MISSING'),
    );
  });

  it('go to the subject that a person names, whoever made it', async () => {
    const known = await upload(undefined, { study: 1, patientId: 'K1' });
    const subject = subjectOf(known)!;
    const story = await upload(answering({ kind: 'subject', subject }), ...nobody(2));
    assert.deepEqual(story.statuses, ['uploaded']);
    assert.equal(subjectOf(story), subject);
    assert.equal((await rig.archive().listExperiments(project, subject)).length, 2);
    assert.equal(subjectOf(await upload(undefined, ...nobody(3))), subject);
  });

  it('with a known Patient ID and another name are the same or another, as a person says', async () => {
    const known = subjectOf(await upload(undefined, { study: 1, patientId: 'K1', patientName: 'Old^Name' }));
    const married = { study: 2, patientId: 'K1', patientName: 'New^Name' };
    const stranger = { study: 3, patientId: 'K1', patientName: 'Some^Body' };
    assert.deepEqual(
      (await upload(answering({ kind: 'hold' }, { kind: 'hold' }), married, stranger)).statuses,
      Array(2).fill('held PATIENT_AMBIGUOUS'),
    );
    assert.deepEqual([asked[0]?.byPatientId, asked[0]?.subject], [true, known]);
    const same = await upload(answering({ kind: 'byPatientId' }), married);
    const other = await upload(answering({ kind: 'new' }), stranger);
    assert.deepEqual([same.statuses, other.statuses], [['uploaded'], ['uploaded']]);
    assert.equal(subjectOf(same), known);
    assert.notEqual(subjectOf(other), known);
    assert.equal(asked.at(-1)?.namesakes[0]?.subject, known);
    // Both answers are remembered.
    const later = await upload(undefined, { ...married, study: 4 }, { ...stranger, study: 5 });
    assert.deepEqual(later.statuses, ['uploaded', 'uploaded']);
    assert.deepEqual(
      new Set(later.receipt?.series.map(({ place }) => place.subject)),
      new Set([known, subjectOf(other)]),
    );
  });

  it('of one Patient ID within one upload are asked about apart', async () => {
    const one = { study: 1, patientId: 'K1', patientName: 'One^Person' };
    const two = { study: 2, patientId: 'K1', patientName: 'Two^Person', change: [issuer('Elsewhere')] };
    const story = await upload(answering({ kind: 'byPatientId' }, { kind: 'new' }), one, two);
    assert.equal(asked.length, 2);
    assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
    assert.equal((await rig.archive().listSubjects(project)).length, 2);
    assert.equal(
      (await rig.archive().findSubjectByPseudonym(project, pseudonymOf('K1')!))?.experiments.length,
      1,
    );
  });

  it('are told by the review before it is sent, and named nowhere in the state folder', async () => {
    const inputs = join(rig.folder, 'reviewed');
    await writeSeries(inputs, { instances: 2, ...nobody(1)[0] });
    const story = await rig.upload({
      inputs: [inputs],
      whoIsWho: answering({ kind: 'new' }),
      confirm: (review) => {
        assert.deepEqual([review.instances, review.refused], [2, []]);
        return Promise.resolve(true);
      },
    });
    assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
    const file = new PatientFile(rig.state);
    assert.equal((await file.patients())[0]?.identities[0].patientName, 'Nobody^Known');
    file.dispose();
    assert.ok(!rig.logged.join().includes('Nobody'));
  });
});
