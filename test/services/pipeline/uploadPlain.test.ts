import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { SandboxUser } from '../../support/sandboxRequests.js';
import { UploadRig, project, type UploadStory } from '../../support/uploadRig.js';

const fieldColumn = 'xnat:subjectData/fields/field[name=gift_cloud_pseudonym]/field';

describe('upload to plain XNAT', function () {
  this.timeout(120_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start({ plainXnat: true });
  });
  afterEach(() => rig.close());

  const uploaded = async (...parameters: Parameters<UploadRig['upload']>): Promise<UploadStory> => {
    const story = await rig.upload(...parameters);
    assert.equal(story.error, undefined, story.error?.message);
    return story;
  };
  const owner = (): Promise<SandboxUser> => SandboxUser.signIn(rig.sandbox, 'alice');
  const subjects = async (): Promise<readonly string[]> =>
    (await rig.archive().listSubjects(project)).map(({ label }) => label);
  const waiting = async (): Promise<number> => (await rig.archive().listPrearchive(project)).length;
  const writes = (pattern: RegExp): string[] =>
    rig.sandbox.requests
      .filter(({ method, path }) => method !== 'GET' && pattern.test(path))
      .map(({ method, path, status }) => `${method} ${path} ${status}`);

  describe('of a new patient', () => {
    it('makes subject and experiment and leaves nothing in the prearchive', async () => {
      await writeSeries(rig.inputs, { instances: 3 });
      await writeSeries(rig.inputs, {
        instances: 2,
        series: 2,
        change: [{ tag: 0x00200011, vr: 'IS', value: '2' }],
      });
      const story = await uploaded();
      assert.deepEqual(new Set(story.statuses), new Set(['uploaded']));
      assert.deepEqual(story.places.toSorted(), [
        'AutoUploadSubject00001/AutoUploadSubject00001-Study1/1 archived',
        'AutoUploadSubject00001/AutoUploadSubject00001-Study1/2 archived',
      ]);
      assert.deepEqual(await subjects(), ['AutoUploadSubject00001']);
      assert.equal(await waiting(), 0);
      const names = story.receipt!.series.flatMap(({ instances }) => instances.map(({ name }) => name));
      assert.deepEqual(await rig.archivedNames(), names.toSorted());
    });

    it('keeps the pseudonym in a field of the subject', async () => {
      await writeSeries(rig.inputs, { patientId: 'PatientOne1' });
      await uploaded();
      const path = `/data/projects/${project}/subjects?columns=label,${encodeURIComponent(fieldColumn)}`;
      const [row] = await (await owner()).rows(path);
      assert.equal(row?.[fieldColumn.toLowerCase()], pseudonymOf('PatientOne1'));
    });

    it('sends a study into one session and commits it once', async () => {
      await writeSeries(rig.inputs, { instances: 70 });
      await writeSeries(rig.inputs, { instances: 2, series: 2 });
      await uploaded();
      assert.equal(writes(/services\/import/).length, 3);
      assert.equal(writes(/prearchive\/.*action/).length, 1);
    });

    it('keeps series apart that have one number', async () => {
      await writeSeries(rig.inputs, { instances: 2 });
      await writeSeries(rig.inputs, { instances: 3, series: 2 });
      const story = await uploaded();
      assert.deepEqual(
        story.of('series').map(({ instances, status }) => `${instances} ${status}`),
        ['2 archived', '3 archived'],
      );
      assert.equal(new Set(story.places).size, 2);
    });
  });

  describe('of a known patient', () => {
    beforeEach(async () => {
      await writeSeries(rig.inputs, { instances: 3 });
      await uploaded();
    });

    it('finds the same upload present, byte for byte', async () => {
      const before = writes(/services\/import/).length;
      const again = await uploaded();
      assert.deepEqual(new Set(again.statuses), new Set(['present']));
      assert.ok(again.files.every(({ confirmed }) => confirmed === 'fetched'));
      assert.equal(writes(/services\/import/).length, before);
    });

    it('finds the subject on another machine', async () => {
      const inputs = join(rig.folder, 'second');
      await writeSeries(inputs, { study: 2, instances: 2 });
      const story = await uploaded({ inputs: [inputs] }, { tools: rig.tools(join(rig.folder, 'other')) });
      assert.deepEqual(story.places, ['AutoUploadSubject00001/AutoUploadSubject00001-Study2/1 archived']);
      assert.deepEqual(await subjects(), ['AutoUploadSubject00001']);
    });

    it('adds late instances to the series, and late series to the study', async () => {
      await writeSeries(rig.inputs, { instances: 5 });
      await writeSeries(rig.inputs, {
        instances: 2,
        series: 2,
        change: [{ tag: 0x00200011, vr: 'IS', value: '2' }],
      });
      const story = await uploaded();
      const count = (wanted: string): number => story.statuses.filter((status) => status === wanted).length;
      assert.deepEqual([count('present'), count('uploaded')], [3, 4]);
      assert.equal((await rig.archive().listExperiments(project)).length, 1);
      assert.equal((await rig.archivedNames()).length, 7);
    });

    it('does not overwrite another object under the same UID', async () => {
      await writeSeries(rig.inputs, { instances: 3, change: [{ tag: 0x00180050, vr: 'DS', value: '7.25' }] });
      const story = await rig.upload();
      assert.deepEqual(new Set(story.statuses), new Set(['failed DUPLICATE_UID']));
    });
  });

  it('brings received data that goes afterwards only by its bytes', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    const story = await uploaded({ proof: 'fetched' });
    assert.ok(story.files.every(({ confirmed }) => confirmed === 'fetched'));
  });

  it('asks once which kind of server it is, and remembers', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    await uploaded();
    await uploaded();
    const asked = rig.sandbox.requests.filter(({ path }) => /\/pseudonyms\//.test(path));
    assert.equal(asked.length, 1);
  });

  it('knows files that the server gave other names by their UIDs', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    await uploaded();
    const alice = await owner();
    const [experiment] = await rig.archive().listExperiments(project);
    const path = { project, subject: experiment!.subjectLabel, experiment: experiment!.id, scan: '1' };
    const files = await rig.archive().listFiles(path, 'DICOM');
    for (const [at, { uri, name }] of files.entries()) {
      const { bytes } = await alice.get(uri);
      await alice.request('DELETE', uri);
      const renamed = uri.replace(name, `2.25.1-1-${at}-x.dcm`);
      await alice.upload(`${renamed}?inbody=true`, bytes, { contentType: 'application/octet-stream' });
    }
    const again = await uploaded();
    assert.deepEqual(new Set(again.statuses), new Set(['present']));
  });

  describe('where the server writes into what it archives', () => {
    const start = async (script: string): Promise<void> => {
      await rig.close();
      rig = await UploadRig.start({ plainXnat: true, ignorePreventAnon: true });
      // Reaches the server after the upload has read the scripts: an administrator changed it meanwhile.
      await writeSeries(rig.inputs, { instances: 2 });
      const admin = await SandboxUser.signIn(rig.sandbox, 'admin');
      onCommit = async () => {
        await admin.upload('/data/config/edit/image/dicom/script', script, { contentType: 'text/plain' });
      };
    };
    let onCommit: () => Promise<void> = () => Promise.resolve();
    const story = (): Promise<UploadStory> => {
      const archive = rig.archive();
      const commit = archive.commitSession.bind(archive);
      archive.commitSession = async (...parameters) => {
        await onCommit();
        return commit(...parameters);
      };
      return rig.upload({}, { archive });
    };

    it('compares headers where sizes differ, and says so', async () => {
      await start('(0008,0080) := "A hospital with a rather long name"');
      const told = await story();
      assert.equal(told.error, undefined, told.error?.message);
      assert.deepEqual(told.statuses, ['uploaded', 'uploaded']);
      assert.deepEqual(
        told.of('warning').map(({ code }) => code),
        ['CHANGED_BY_SERVER'],
      );
    });

    for (const [what, tag] of [
      ['SOP Instance', '0008,0018'],
      ['Series Instance', '0020,000e'],
      ['Study Instance', '0020,000d'],
    ] as const) {
      it(`stops when it changed the ${what} UID`, async () => {
        await start(`(${tag}) := "2.25.4711"`);
        const told = await story();
        assert.equal(told.error?.code, 'UID_CHANGED');
        assert.deepEqual(told.statuses, ['failed UID_CHANGED', 'failed UID_CHANGED']);
      });
    }
  });

  it('leaves sessions of others in the prearchive alone', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    rig.sandbox.faults.add({ method: 'POST', pathPattern: 'action=commit', action: 'status', status: 409 });
    await rig.upload({}, { tools: rig.tools(join(rig.folder, 'other')) });
    rig.sandbox.faults.clear();
    assert.equal(await waiting(), 1);
    const inputs = join(rig.folder, 'second');
    await writeSeries(inputs, { study: 2, instances: 1 });
    const story = await uploaded({ inputs: [inputs] });
    assert.deepEqual(story.places, ['AutoUploadSubject00001/AutoUploadSubject00001-Study2/1 archived']);
    assert.equal(await waiting(), 1);
  });

  it('holds a patient whose pseudonym somebody put on two subjects', async () => {
    await writeSeries(rig.inputs, { instances: 1, patientId: 'PatientOne1' });
    const field = encodeURIComponent(fieldColumn);
    const alice = await owner();
    for (const label of ['One', 'Two']) {
      await alice.put(`/data/projects/${project}/subjects/${label}`);
      await alice.put(`/data/projects/${project}/subjects/${label}?${field}=${pseudonymOf('PatientOne1')}`);
    }
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['held PATIENT_AMBIGUOUS']);
    assert.match(story.files[0]?.reason ?? '', /One, Two/);
  });

  it('keeps a subject that was one too many, names it, and takes it for the next new patient', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const archive = rig.archive();
    const create = archive.createSubject.bind(archive);
    archive.createSubject = async (...parameters) => {
      // Another program brings the same patient in just before.
      archive.createSubject = create;
      await uploaded({}, { tools: rig.tools(join(rig.folder, 'other')) });
      return create(...parameters);
    };
    const story = await uploaded({}, { archive });
    assert.deepEqual(story.statuses, ['present']);
    assert.match(
      JSON.stringify(story.of('warning')),
      /SPARE_SUBJECT.*Subject AutoUploadSubject00002 is empty/,
    );
    assert.deepEqual(await subjects(), ['AutoUploadSubject00001', 'AutoUploadSubject00002']);
    const inputs = join(rig.folder, 'second');
    await writeSeries(inputs, { study: 2, instances: 1, patientId: 'ANOTHER' });
    const next = await uploaded({ inputs: [inputs] });
    assert.deepEqual(next.of('warning'), []);
    assert.deepEqual(next.places, ['AutoUploadSubject00002/AutoUploadSubject00002-Study1/1 archived']);
    assert.deepEqual(await subjects(), ['AutoUploadSubject00001', 'AutoUploadSubject00002']);
  });

  it('goes on with a subject that another program left without a number', async () => {
    await writeSeries(rig.inputs, { instances: 1, patientId: 'PatientOne1' });
    await (await owner()).put(`/data/projects/${project}/subjects/${pseudonymOf('PatientOne1')}`);
    await uploaded();
    assert.deepEqual(await subjects(), ['AutoUploadSubject00001']);
  });

  it('holds a study whose project keeps sessions in the prearchive, and sends it once', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    const alice = await owner();
    await alice.put(`/data/projects/${project}/prearchive_code/0`);
    const held = await rig.upload();
    assert.deepEqual(held.statuses, ['held WAITS_IN_PREARCHIVE', 'held WAITS_IN_PREARCHIVE']);
    const still = await rig.upload();
    assert.deepEqual(still.statuses, held.statuses);
    assert.equal(writes(/services\/import/).length, 1);
    const [session] = await rig.archive().listPrearchive(project);
    await alice.request('POST', `/data/services/archive?src=${session!.address.replace('/data', '')}`);
    assert.deepEqual((await uploaded()).statuses, ['present', 'present']);
  });

  it('tells who may not write before anything is sent', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    await uploaded();
    await writeSeries(rig.inputs, { instances: 2, study: 2 });
    const before = writes(/services\/import/).length;
    const story = await rig.upload({}, { archive: rig.archive('carol') });
    assert.equal(story.error?.code, 'NOT_ALLOWED');
    assert.equal(writes(/services\/import/).length, before);
  });

  it('notes nothing of the patient in the name of its sessions', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    await uploaded();
    assert.match(await readFile(join(rig.state, 'import-source'), 'utf8'), /^gift-cloud-[0-9a-f]{12}$/);
  });
});
