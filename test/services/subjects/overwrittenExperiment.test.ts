import assert from 'node:assert/strict';
import { prepareSeries, type HashedSeries } from '../../../src/services/subjects/seriesPlace.js';
import { subjectContext } from '../../support/subjectContext.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const pseudonym = '2_25_1';

describe('an experiment whose UID another program has just overwritten', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const seriesOf = (study: number): HashedSeries => ({
    ...{ pseudonym, studyUid: `2_25_7${study}`, seriesUid: `2_25_8${study}`, expectedSubject: undefined },
    ...{ sessionType: 'xnat:mrSessionData', scanType: 'xnat:mrScanData' },
  });
  const context = (warnings: string[] = []) => subjectContext(rig.archive(), rig.state, warnings);

  it('gets no scan of the other study, not even while it is empty', async () => {
    const archive = rig.archive();
    const names = { project, subject: 'Auto00001', experiment: 'Auto00001-Study1' };
    const xsiType = 'xnat:mrSessionData';
    await archive.createSubject(project, names.subject, undefined);
    await archive.postPseudonym(project, names.subject, pseudonym);
    // Made for the first study; then two programs meet that bring the second one.
    const { id } = await archive.createExperiment({ ...names, xsiType, uid: seriesOf(1).studyUid });
    await archive.createExperiment({ ...names, xsiType, uid: seriesOf(2).studyUid });
    const second = await prepareSeries(context(), seriesOf(2));
    assert.equal(second.place.experiment, 'Auto00001-Study2');
    assert.deepEqual(await archive.listScans(project, names.subject, id), []);
    const first = await prepareSeries(context(), seriesOf(1));
    assert.equal(first.experimentId, id);
  });

  it('is named in every run when a race left it without data', async () => {
    const archive = rig.archive();
    const names = { project, subject: 'Auto00001', experiment: 'Auto00001-Study1' };
    await archive.createSubject(project, names.subject, undefined);
    await archive.postPseudonym(project, names.subject, pseudonym);
    await archive.createExperiment({ ...names, xsiType: 'xnat:mrSessionData', uid: '2_25_79_left' });
    for (let run = 1; run <= 2; run++) {
      const warnings: string[] = [];
      await prepareSeries(context(warnings), seriesOf(1));
      assert.match(warnings.join(), /^LEFT_EXPERIMENT Experiment \w+ is empty/);
    }
  });
});
