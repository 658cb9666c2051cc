import assert from 'node:assert/strict';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';

describe('an upload of somebody whom nobody knows', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
    stage.takeRequests();
  });
  afterEach(() => stage.close());

  const unknown = { patientId: '', patientName: 'Nobody^Known', instances: 2 };

  it('asks who it is before the review, and does not ask again', async () => {
    await writeSeries(stage.folder, unknown);
    await stage.upload(stage.folder, { who: ['New Subject'], review: true });
    await stage.dialogs.notice(/Archived 2 instances/);
    const list = stage.dialogs.lists.find(({ title }) => title === 'Who Is This Patient? (1 of 1)');
    assert.deepEqual(
      list?.rows.map(({ label }) => label),
      ['Hold Back', 'New Subject'],
    );
    assert.match(stage.dialogs.questions[0]?.detail ?? '', /2 instances of 1 patient/);

    stage.listenAnew();
    await writeSeries(stage.folder, { ...unknown, study: 2 });
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 2 instances; 2 were there already/);
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001']);
  });

  it('holds back without an answer, and goes to an existing subject with one', async () => {
    await writeSeries(stage.folder, { instances: 1, study: 9 });
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 1 instance/);
    await writeSeries(stage.folder, unknown);
    for (const answer of [undefined, 'AutoUploadSubject00001']) {
      stage.listenAnew();
      await stage.upload(stage.folder, { who: [answer], review: true });
      await stage.dialogs.notice(
        answer === undefined ? /1 instance archived already/ : /Archived 2 instances/,
      );
    }
    assert.deepEqual(await stage.texts('GIFTDEMO'), ['AutoUploadSubject00001']);
  });
});
