import assert from 'node:assert/strict';
import { interrupted } from '../../support/interrupted.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { serverKinds } from '../../support/serverKinds.js';
import { UploadRig, project } from '../../support/uploadRig.js';

for (const [server, options] of serverKinds) {
  describe(`cancelling an upload: ${server}`, function () {
    this.timeout(120_000);

    it('leaves nothing wrong behind at any moment, and the repeated upload completes it', async () => {
      let calls = 1;
      for (let moment = 1; moment <= calls; moment++) {
        for (const when of ['before', 'after'] as const) {
          const rig = await UploadRig.start(options);
          try {
            await writeSeries(rig.inputs, { instances: 2 });
            const stop = new AbortController();
            const archive = interrupted(rig.archive(), moment, when, () => stop.abort());
            const story = await rig.upload({}, { archive, signal: stop.signal });
            if (story.error === undefined) continue;
            calls = Math.max(calls, moment + 1);
            assert.equal(story.error.code, 'CANCELLED', `${when} call ${moment}`);
            const again = await rig.upload();
            assert.equal(again.error, undefined);
            assert.ok(again.statuses.every((status) => status === 'uploaded' || status === 'present'));
            const reader = rig.archive();
            const subjects = (await reader.listSubjects(project)).map(({ label }) => label);
            const used = again.receipt?.series[0]?.place.subject;
            assert.equal(subjects.length, 1, `${when} call ${moment}: ${subjects.join()}`);
            assert.ok(used !== undefined && subjects.includes(used));
            const experiments = await reader.listExperiments(project);
            assert.equal(experiments.length, 1, `${when} call ${moment}`);
            assert.equal((await reader.listScans(project, used, experiments[0]!.label)).length, 1);
            assert.deepEqual(await reader.listPrearchive(project), []);
            assert.deepEqual(await rig.notes(), []);
          } finally {
            await rig.close();
          }
        }
      }
      assert.ok(calls > 12, `went through ${calls} calls`);
    });

    it('tells every file and keeps the job as cancelled', async () => {
      const rig = await UploadRig.start(options);
      try {
        await writeSeries(rig.inputs, { instances: 3 });
        const stop = new AbortController();
        const story = await rig.upload(
          {},
          { signal: stop.signal, onEvent: (event) => event.kind === 'subject' && stop.abort() },
        );
        assert.equal(story.error?.code, 'CANCELLED');
        assert.deepEqual(story.statuses, Array(3).fill('failed CANCELLED'));
        const queue = rig.queue(rig.tools());
        await queue.refresh();
        assert.deepEqual(
          queue.jobs().map(({ state, active }) => [state, active]),
          [['cancelled', false]],
        );
      } finally {
        await rig.close();
      }
    });
  });
}
