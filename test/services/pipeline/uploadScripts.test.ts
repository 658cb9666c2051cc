import assert from 'node:assert/strict';
import { dicomResource } from '../../../src/services/subjects/seriesPlace.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { SandboxUser } from '../../support/sandboxRequests.js';
import { MemorySource } from '../../support/memorySource.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { UploadRig, project, type UploadStory } from '../../support/uploadRig.js';
import { textsOf } from '../dicomedit/scriptBench.js';

describe('upload with scripts of the server', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
    await writeSeries(rig.inputs, { instances: 2 });
  });
  afterEach(() => rig.close());

  /** The script of the project; the site has the stock script. */
  async function projectScript(script: string): Promise<void> {
    const alice = await SandboxUser.signIn(rig.sandbox, 'alice');
    const path = `/data/config/edit/projects/${project}/image/dicom/script`;
    assert.equal((await alice.request('PUT', path, { body: script, contentType: 'text/plain' })).status, 200);
  }

  /** Texts of the first object that arrived. */
  async function archived(story: UploadStory): Promise<Record<string, string>> {
    const place = story.receipt?.series[0]?.place;
    assert.ok(place);
    const archive = rig.archive();
    const path = { project, subject: place.subject, experiment: place.experiment, scan: place.scan };
    const [file] = await archive.listFiles(path, dicomResource);
    assert.ok(file);
    const body = await archive.downloadFile(file.uri);
    const chunks: Buffer[] = [];
    for await (const chunk of body.stream) chunks.push(Buffer.from(chunk as Uint8Array));
    return textsOf(readDicom(new MemorySource(Buffer.concat(chunks))).elements);
  }

  it('runs site and project script before the profile, with the labels of the server', async () => {
    await projectScript(
      'version "6.6"\n(0010,0010) := concatenate[subject, "_", project]\n(0008,0050) := session\n(0008,1040) := (0010,0030)\n',
    );
    const story = await rig.upload();
    assert.deepEqual([story.error, story.statuses], [undefined, ['uploaded', 'uploaded']]);
    const { subject, experiment } = story.receipt!.series[0]!.place;
    const texts = await archived(story);
    assert.equal(texts['00100010'], `${subject}_${project}`);
    assert.equal(texts['00100020'], experiment);
    assert.equal(texts['00080050'], experiment);
    assert.equal(texts['00081030'], project);
    assert.equal(texts['00081040'], undefined);
  });

  it('repeats such an upload without doubles', async () => {
    await projectScript('(0008,0050) := session\n');
    assert.deepEqual((await rig.upload()).statuses, ['uploaded', 'uploaded']);
    assert.deepEqual((await rig.upload()).statuses, ['present', 'present']);
  });

  it('skips what the script rejects, and makes nothing for it', async () => {
    await projectScript('version "6.6"\nreject[]\n');
    const story = await rig.upload();
    assert.deepEqual(
      [story.error, story.statuses],
      [undefined, ['skipped SCRIPT_REJECTED', 'skipped SCRIPT_REJECTED']],
    );
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });

  for (const [what, script] of [
    ['can not be read', '(0010,0010) := "somebody";\n'],
    ['needs a variable of its own', '(0010,0010) := hospital\n'],
    ['fails on the last object only', '(0008,0018) ~ ".*2" : (0028,0010) := "many"\n'],
    ['wants to send something', '(0010,0010) := getURL["http://127.0.0.1:1/"]\n'],
  ] as const) {
    it(`stops before anything is sent for a script that ${what}`, async () => {
      await projectScript(script);
      const story = await rig.upload();
      assert.equal(story.error?.code, 'SCRIPT_ERROR');
      assert.match(story.error.message, /script of the project .*line 1, column \d+/);
      assert.deepEqual(story.receipt, undefined);
      assert.deepEqual(await rig.archive().listSubjects(project), []);
    });
  }
});
