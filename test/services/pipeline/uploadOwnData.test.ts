import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runAnonymise } from '../../../src/services/pipeline/anonymiseLocal.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import { serverKinds } from '../../support/serverKinds.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig, project } from '../../support/uploadRig.js';

/** Safety rules, 8: "Patient Identity Removed" is never believed, but what is provably ours keeps its names. */
for (const [server, options] of serverKinds) {
  describe(`upload of what was de-identified before: ${server}`, () => {
    let rig: UploadRig;
    beforeEach(async () => {
      rig = await UploadRig.start(options);
      await writeSeries(rig.inputs, { instances: 3 });
    });
    afterEach(() => rig.close());

    /** Fetches everything that the project holds into a folder, as a download does. */
    async function downloaded(): Promise<string> {
      const folder = join(rig.folder, 'downloaded');
      await mkdir(folder);
      const archive = rig.archive();
      for (const { id, subjectLabel } of await archive.listExperiments(project)) {
        for (const scan of await archive.listScans(project, subjectLabel, id)) {
          const path = { project, subject: subjectLabel, experiment: id, scan: scan.id };
          for (const { name, uri } of await archive.listFiles(path, 'DICOM')) {
            const chunks: Buffer[] = [];
            for await (const chunk of (await archive.downloadFile(uri)).stream) {
              chunks.push(Buffer.from(chunk as Uint8Array));
            }
            await writeFile(join(folder, name), Buffer.concat(chunks));
          }
        }
      }
      return folder;
    }

    it('finds everything present when a downloaded study comes back, and goes on finding the original', async () => {
      await rig.upload();
      const names = await rig.archivedNames();
      const folder = await downloaded();
      for (const inputs of [[folder], [folder], [rig.inputs]]) {
        const story = await rig.upload({ inputs });
        assert.equal(story.error, undefined);
        assert.deepEqual(story.statuses, ['present', 'present', 'present']);
      }
      assert.deepEqual(await rig.archivedNames(), names);
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
    });

    it('puts a file that the server does not have beside the others, under a new name', async () => {
      await writeSeries(`${rig.inputs}2`, { instances: 4 });
      await rig.upload({ inputs: [`${rig.inputs}2`] });
      const all = await rig.archivedNames();
      assert.equal(all.length, 4);
      const folder = await downloaded();
      const other = await UploadRig.start(options);
      try {
        // A server that knows only three of the files.
        await other.upload({ inputs: [rig.inputs] });
        const known = await other.archivedNames();
        const story = await other.upload({ inputs: [folder] });
        assert.equal(story.error, undefined);
        assert.deepEqual(story.statuses.toSorted(), ['present', 'present', 'present', 'uploaded']);
        assert.equal((await other.archive().listSubjects(project)).length, 1);
        const names = await other.archivedNames();
        assert.equal(names.length, 4);
        assert.deepEqual(
          names.filter((name) => all.includes(name)),
          known,
        );
      } finally {
        await other.close();
      }
    });

    it('keeps the subject of what was de-identified locally, once the server knows the pseudonym', async () => {
      await rig.upload();
      const outFolder = join(rig.folder, 'local');
      const tools = {
        engine: new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' }),
        writer: new InProcessWriter(),
        keys: new KeyStore(rig.state),
      };
      const request = { inputs: [rig.inputs], outFolder, profile: basicProfile };
      for await (const { kind } of runAnonymise(request, tools)) assert.notEqual(kind, 'warning');
      const story = await rig.upload({ inputs: [outFolder] });
      assert.equal(story.error, undefined);
      assert.deepEqual(story.statuses, ['present', 'present', 'present']);
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
    });

    it('hashes names and UIDs that only look like ours', async () => {
      const folder = join(rig.folder, 'strange');
      await mkdir(folder);
      await rig.upload();
      const strange = await downloaded();
      const empty = await UploadRig.start(options);
      try {
        // This server has never seen them: nothing proves that they are ours.
        const story = await empty.upload({ inputs: [strange] });
        assert.deepEqual(story.statuses, ['uploaded', 'uploaded', 'uploaded']);
        const originals = new Set(await rig.archivedNames());
        assert.deepEqual(
          (await empty.archivedNames()).filter((name) => originals.has(name)),
          [],
        );
      } finally {
        await empty.close();
      }
    });
  });
}
