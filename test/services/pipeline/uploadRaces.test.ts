import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { serverKinds } from '../../support/serverKinds.js';
import { writeSeries } from '../../support/seriesFiles.js';
import type { ExperimentRow } from '../../../src/services/xnat/archive.js';
import type { ToldByProcess } from '../../support/uploadProcess.js';
import { UploadRig, project, type UploadStory } from '../../support/uploadRig.js';

const good = new Set(['uploaded', 'present']);

for (const [server, options] of serverKinds) {
  describe(`uploads that meet: ${server}`, function () {
    this.timeout(120_000);
    let rig: UploadRig;
    beforeEach(async () => {
      rig = await UploadRig.start(options);
    });
    afterEach(() => rig.close());

    /** What must hold whatever the order was: every patient in one subject, every file where its study and series are. */
    const everythingInItsPlace = async (stories: readonly UploadStory[], patients: number): Promise<void> => {
      for (const story of stories) {
        assert.equal(story.error, undefined, story.error?.message);
        assert.ok(
          story.statuses.every((status) => good.has(status)),
          story.statuses.join(', '),
        );
      }
      const archive = rig.archive();
      const used = new Set(stories.flatMap((story) => story.receipt!.series.map((one) => one.place.subject)));
      assert.equal(used.size, patients, [...used].join());
      for (const story of stories) {
        for (const { place, instances } of story.receipt!.series) {
          const files = await archive.listFiles(
            { project, subject: place.subject, experiment: place.experiment, scan: place.scan },
            'DICOM',
          );
          const names = new Set(files.map(({ name }) => name));
          assert.ok(instances.every(({ name }) => names.has(name)));
        }
      }
    };

    for (const [what, separate] of [
      ['in one process', false],
      ['of programs that know nothing of each other', true],
    ] as const) {
      it(`bring one new patient to one subject ${what}`, async () => {
        await writeSeries(rig.inputs, { instances: 4 });
        const shared = rig.tools();
        const stories = await Promise.all(
          [1, 2, 3, 4].map((at) =>
            rig.upload({}, { tools: separate ? rig.tools(join(rig.folder, `state${at}`)) : shared }),
          ),
        );
        await everythingInItsPlace(stories, 1);
        assert.equal(
          new Set(stories.flatMap((story) => story.receipt!.series.map((one) => JSON.stringify(one.place))))
            .size,
          1,
        );
      });

      it(`keep different new patients apart ${what}`, async () => {
        const shared = rig.tools();
        const patients = [1, 2, 3, 4, 5];
        for (const at of patients) {
          await writeSeries(join(rig.inputs, `${at}`), { study: at, patientId: `P${at}`, instances: 2 });
        }
        const stories = await Promise.all(
          patients.map((at) =>
            rig.upload(
              { inputs: [join(rig.inputs, `${at}`)] },
              { tools: separate ? rig.tools(join(rig.folder, `state${at}`)) : shared },
            ),
          ),
        );
        await everythingInItsPlace(stories, patients.length);
        assert.equal((await rig.archive().listExperiments(project)).length, patients.length);
      });

      it(`bring studies and series of one patient to their own places ${what}`, async () => {
        const shared = rig.tools();
        const parts: [number, number][] = [
          [1, 1],
          [1, 2],
          [2, 1],
          [2, 2],
        ];
        for (const [study, series] of parts) {
          await writeSeries(join(rig.inputs, `${study}${series}`), { study, series, instances: 2 });
        }
        const stories = await Promise.all(
          parts.map(([study, series]) =>
            rig.upload(
              { inputs: [join(rig.inputs, `${study}${series}`)] },
              { tools: separate ? rig.tools(join(rig.folder, `state${study}${series}`)) : shared },
            ),
          ),
        );
        await everythingInItsPlace(stories, 1);
        const places = stories.flatMap((story) => story.receipt!.series.map((one) => one.place));
        assert.equal(new Set(places.map((place) => place.experiment)).size, 2);
        assert.equal(new Set(places.map((place) => JSON.stringify(place))).size, 4);
      });
    }

    // On plain XNAT nobody can take a pseudonym over: the field is set on the one subject that has its label.
    if (options.plainXnat !== true) {
      it('sees that the mapping changed after the data was sent, and sends it to the winner', async () => {
        await writeSeries(rig.inputs, { instances: 2 });
        const archive = rig.archive();
        const find = archive.findSubjectByPseudonym.bind(archive);
        const put = archive.putZip.bind(archive);
        let sent = 0;
        archive.putZip = async (...parameters) => {
          sent++;
          return put(...parameters);
        };
        let moved = false;
        archive.findSubjectByPseudonym = async (...parameters) => {
          const tree = await find(...parameters);
          if (tree === undefined || sent === 0) return tree;
          // Another program won the pseudonym while the first zip was on its way.
          if (!moved) await archive.createSubject(project, 'Winner', undefined);
          moved = true;
          const [winner] = (await archive.listSubjects(project)).filter(({ label }) => label === 'Winner');
          const own = await archive.listExperiments(project, 'Winner');
          const below = await Promise.all(
            own.map(async ({ id, label, xsiType, uid }) => ({
              id,
              label,
              xsiType,
              uid,
              scans: (await archive.listScans(project, 'Winner', id)).map((scan) => ({
                id: scan.id,
                xsiType: scan.xsiType,
                uid: tree.experiments[0]!.scans[0]!.uid,
                resources: [{ label: 'DICOM', fileCount: undefined }],
              })),
            })),
          );
          return { id: winner!.id, label: 'Winner', experiments: below };
        };
        const story = await rig.upload({}, { archive });
        assert.equal(story.error, undefined);
        assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
        assert.equal(sent, 2);
        assert.equal(story.receipt?.series[0]?.place.subject, 'Winner');
        assert.deepEqual(
          story.of('warning').map(({ code }) => code),
          ['LEFT_BEHIND'],
        );
      });
    }

    it('works between real processes', async () => {
      await writeSeries(rig.inputs, { instances: 3 });
      await writeSeries(rig.inputs, { instances: 2, study: 2 });
      const run = (state: string): Promise<ToldByProcess> =>
        new Promise((resolve, reject) => {
          const child = fork(
            join(import.meta.dirname, '../../support/uploadProcess.ts'),
            [rig.sandbox.url, rig.inputs, join(rig.folder, state)],
            { execArgv: ['--import=tsx'] },
          );
          child.once('message', (message) => resolve(message as ToldByProcess));
          child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
        });
      // The same state folder for two of them: that is the normal case on one machine.
      const told = await Promise.all([run('one'), run('one'), run('two')]);
      for (const { statuses } of told) {
        assert.ok(
          statuses.every((status) => good.has(status)),
          statuses.join(),
        );
      }
      const archive = rig.archive();
      const experiments = (await archive.listExperiments(project)).toSorted((a, b) =>
        a.id.localeCompare(b.id),
      );
      const counts: number[] = [];
      for (const { uid } of experiments) {
        const [first, ...more] = experiments.filter((row) => row.uid === uid);
        const [scan] = await archive.listScans(project, first!.subjectId, first!.id);
        counts.push((await archive.listFiles({ ...placeOf(first!), scan: scan!.id }, 'DICOM')).length);
        // Equal UIDs get in beside each other where writers meet (observed): everybody ends in the first, and says so.
        if (more.length > 0) assert.ok(told.some(({ warnings }) => warnings.length > 0));
      }
      assert.deepEqual([...new Set(counts)].sort(), [2, 3]);
      assert.equal(new Set(experiments.map((row) => row.subjectId)).size, 1);
    });
  });
}

function placeOf(row: ExperimentRow): { project: string; subject: string; experiment: string } {
  return { project, subject: row.subjectId, experiment: row.id };
}
