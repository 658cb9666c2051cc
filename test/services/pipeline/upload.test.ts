import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DeidReport } from '../../../src/services/pipeline/deidReport.js';
import { deidReportText } from '../../../src/services/pipeline/deidReportText.js';
import { writeBytes, writeSeries, writeStructuredReport } from '../../support/seriesFiles.js';
import { withOptions } from '../deid/optionsFixture.js';
import { UploadRig, project } from '../../support/uploadRig.js';

describe('upload of a folder', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  it('makes subject, experiment, scan and files of a new patient, and proves it', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    await writeBytes(join(rig.inputs, 'notes.txt'), 'not for us');
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    assert.deepEqual(story.statuses, ['uploaded', 'uploaded', 'uploaded', 'skipped NOT_DICOM']);
    assert.deepEqual(story.places, ['AutoUploadSubject00001/AutoUploadSubject00001-Study1/Series1 archived']);
    assert.deepEqual(
      story.of('subject').map(({ subject, created }) => [subject, created]),
      [['AutoUploadSubject00001', true]],
    );
    const archive = rig.archive();
    const path = {
      project,
      subject: 'AutoUploadSubject00001',
      experiment: 'AutoUploadSubject00001-Study1',
      scan: 'Series1',
    };
    const files = await archive.listFiles(path, 'DICOM');
    assert.deepEqual(
      files.map(({ name, size }) => ({ name, size })).sort((a, b) => (a.name < b.name ? -1 : 1)),
      story.receipt?.series[0]?.instances
        .map(({ name, size }) => ({ name, size }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    assert.deepEqual(
      new Set(story.receipt?.series[0]?.instances.map((one) => one.confirmed)),
      new Set(['listed']),
    );
    const [experiment] = await archive.listExperiments(project);
    assert.equal(experiment?.xsiType, 'xnat:ctSessionData');
    assert.deepEqual(
      (await archive.listScans(project, path.subject, path.experiment))[0]?.xsiType,
      'xnat:ctScanData',
    );
  });

  it('names the profile of a file in review, receipt and marks', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    const story = await rig.upload({ profile: withOptions('retainFullDates') });
    assert.equal(story.error, undefined);
    assert.equal(story.of('review')[0]?.review.profile, 'test');
    assert.equal(story.receipt?.profile, 'test');
  });

  for (const [option, code] of [
    ['retainUids', 'PROFILE_NOT_AVAILABLE'],
    ['retainModifiedDates', 'KEY_MISSING'],
  ] as const) {
    it(`sends nothing with ${option}: ${code}`, async () => {
      await writeSeries(rig.inputs, { instances: 1 });
      const story = await rig.upload({ profile: withOptions(option) });
      assert.equal(story.error?.code, code);
      assert.deepEqual(story.statuses, []);
      assert.deepEqual(await rig.archive().listSubjects(project), []);
    });
  }

  it('keeps a receipt, and in the queue no more than counts once it is done', async () => {
    await writeSeries(rig.inputs);
    const story = await rig.upload();
    const receipts = await readdir(join(rig.state, 'receipts'));
    assert.equal(receipts.length, 1);
    assert.deepEqual(
      JSON.parse(await readFile(join(rig.state, 'receipts', receipts[0]!), 'utf8')),
      JSON.parse(JSON.stringify(story.receipt)),
    );
    const queue = rig.queue(rig.tools());
    await queue.refresh();
    const [job] = queue.jobs();
    assert.deepEqual([job?.state, `${job?.receipt}.json`], ['archived', receipts[0]]);
    const order = await readFile(join(rig.state, 'queue', job!.id, 'order.json'), 'utf8');
    assert.ok(!order.includes('inputs'), order);
    assert.deepEqual(await rig.notes(), []);
  });

  it('creates nothing twice when repeated, says present, and proves that by the bytes', async () => {
    await writeSeries(rig.inputs, { instances: 5 });
    await writeSeries(rig.inputs, { instances: 2, series: 2 });
    const first = await rig.upload();
    const second = await rig.upload();
    assert.deepEqual(new Set(second.statuses), new Set(['present']));
    assert.deepEqual(
      [...second.places].sort(),
      [...first.places].sort().map((one) => one.replace('archived', 'present')),
    );
    for (const series of second.receipt?.series ?? []) {
      assert.ok(series.instances.every((one) => one.confirmed === 'fetched'));
    }
    const archive = rig.archive();
    assert.equal((await archive.listSubjects(project)).length, 1);
    assert.equal((await archive.listExperiments(project)).length, 1);
    assert.equal(
      rig.sandbox.requests.filter(({ method, path }) => method === 'PUT' && path.includes('.zip')).length,
      2,
    );
  });

  it('says whose content was replaced, also when it is there already', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    await writeStructuredReport(join(rig.inputs, 'report'), 'Zq7plant was here');
    for (const status of ['uploaded', 'present']) {
      const story = await rig.upload();
      assert.deepEqual([...story.statuses].sort(), [status, `${status} CONTENT_REPLACED`]);
      assert.equal(story.receipt?.contentReplaced, 1);
      assert.deepEqual(story.receipt.refused, []);
    }
  });

  it('writes a report of how the data was de-identified, for programs and for people', async () => {
    await writeSeries(rig.inputs, { instances: 3 });
    await writeStructuredReport(join(rig.inputs, 'report'), 'Zq7plant was here');
    await writeSeries(rig.inputs, { series: 2, change: [{ tag: 0x00280301, vr: 'CS', value: 'YES' }] });
    for (const round of [1, 2]) {
      const { receipt } = await rig.upload();
      const names = await readdir(join(rig.state, 'reports'));
      assert.equal(names.length, 2 * round);
      const reports = await Promise.all(
        names
          .filter((name) => name.endsWith('.json'))
          .map(
            async (name) =>
              JSON.parse(await readFile(join(rig.state, 'reports', name), 'utf8')) as DeidReport,
          ),
      );
      const report = reports.find(({ started }) => started === receipt?.started);
      assert.ok(report);
      assert.equal(report.instances, 4);
      assert.equal(report.counts.contentReplaced, 1);
      // Study, series and instance UID of each object, at least.
      assert.ok(report.counts.uidsReplaced >= 12, String(report.counts.uidsReplaced));
      assert.deepEqual(
        report.refused.map(({ code, count }) => ({ code, count })),
        [{ code: 'BURNED_IN_TEXT_RISK', count: 3 }],
      );
      assert.match(report.method.join(), /Basic Profile PS3\.15 .* Table E\.1-1/);
      // The script that a fresh server comes with.
      const script = (await rig.archive().enabledScripts(project))[0]?.text ?? '';
      const sha256 = createHash('sha256').update(script).digest('hex');
      assert.deepEqual(report.scripts, [{ origin: 'site', sha256 }]);
      const text = deidReportText(report);
      assert.ok(names.some((name) => name.endsWith('.md')));
      assert.match(text, /\| Attributes with replaced UIDs \| \d+ \|/);
      assert.match(text, new RegExp(`\\| ${project} \\| AutoUploadSubject00001 \\|`));
    }
  });

  it('sends only what is new into a known series', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    await rig.upload();
    await writeSeries(rig.inputs, { instances: 4 });
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['present', 'present', 'uploaded', 'uploaded']);
  });

  it('puts another study of the same patient below the same subject, another patient elsewhere', async () => {
    await writeSeries(rig.inputs, { study: 1 });
    await rig.upload();
    await writeSeries(rig.inputs, { study: 2 });
    await writeSeries(rig.inputs, { study: 3, patientId: 'OTHER', patientName: 'Other^One' });
    const story = await rig.upload();
    assert.deepEqual([...story.places].sort(), [
      'AutoUploadSubject00001/AutoUploadSubject00001-Study1/Series1 present',
      'AutoUploadSubject00001/AutoUploadSubject00001-Study2/Series1 archived',
      'AutoUploadSubject00002/AutoUploadSubject00002-Study1/Series1 archived',
    ]);
  });

  it('never overwrites other bytes under the same name', async () => {
    await writeSeries(rig.inputs, { instances: 1 });
    await rig.upload();
    await rm(rig.inputs, { recursive: true });
    await writeSeries(rig.inputs, {
      instances: 1,
      rows: 4,
      change: [{ tag: 0x00180050, vr: 'DS', value: '3.5' }],
    });
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['failed DUPLICATE_UID']);
    assert.deepEqual(
      story.of('series').map(({ status }) => status),
      ['failed'],
    );
  });

  it('holds what may carry burned-in text and leaves nothing of it on the server', async () => {
    const secondaryCapture = { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.7' };
    await writeSeries(rig.inputs, { change: [secondaryCapture] });
    const story = await rig.upload();
    assert.deepEqual(new Set(story.statuses), new Set(['held BURNED_IN_TEXT_RISK']));
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });

  it('sends the rest of a series of which a part is held', async () => {
    const burned = { tag: 0x00280301, vr: 'CS', value: 'YES' };
    await writeSeries(rig.inputs, { instances: 1, change: [burned] });
    await writeSeries(join(rig.inputs, 'more'), { instances: 3 });
    await rm(join(rig.inputs, 'more', 'IM1_1_0001'));
    const story = await rig.upload();
    assert.deepEqual(story.statuses, ['held BURNED_IN_TEXT_RISK', 'uploaded', 'uploaded']);
    assert.deepEqual(
      story.of('series').map(({ status, instances }) => [status, instances]),
      [['archived', 2]],
    );
    assert.deepEqual(
      story.receipt?.refused.map(({ status, code, count }) => [status, code, count]),
      [['held', 'BURNED_IN_TEXT_RISK', 1]],
    );
  });

  it('warns about an empty folder and sends nothing but the sign-in', async () => {
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    assert.deepEqual(
      story.of('warning').map(({ code }) => code),
      ['NO_DICOM_FOUND'],
    );
    assert.ok(
      rig.sandbox.requests.every(({ method, path }) => method === 'GET' || path.includes('JSESSION')),
    );
  });

  it('asks before it sends, and sends nothing when told not to', async () => {
    await writeSeries(rig.inputs);
    let asked = 0;
    const story = await rig.upload({
      confirm: async (review) => {
        asked++;
        assert.deepEqual([review.patients, review.studies, review.series, review.instances], [1, 1, 1, 3]);
        return false;
      },
    });
    assert.equal(asked, 1);
    assert.equal(story.error?.code, 'CANCELLED');
    assert.deepEqual(new Set(story.statuses), new Set(['failed CANCELLED']));
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });

  it('holds a drop on a subject that is somebody else', async () => {
    await writeSeries(rig.inputs, { patientId: 'ONE' });
    await rig.upload();
    const wrong = await rig.upload({ expectedSubject: 'AutoUploadSubject00007' });
    assert.deepEqual(new Set(wrong.statuses), new Set(['held PATIENT_AMBIGUOUS']));
    const right = await rig.upload({ expectedSubject: 'AutoUploadSubject00001' });
    assert.deepEqual(new Set(right.statuses), new Set(['present']));
  });

  it('gives every file one final word, whatever stands in the folder', async () => {
    await writeSeries(rig.inputs, { instances: 2 });
    await writeSeries(join(rig.inputs, 'again'), { instances: 1 });
    await writeSeries(join(rig.inputs, 'none'), { study: 5, patientId: '' });
    const [path] = await writeSeries(join(rig.inputs, 'cut'), { study: 6, instances: 1 });
    const bytes = await readFile(path!);
    await writeBytes(path!, bytes.subarray(0, bytes.length - 30));
    await writeBytes(join(rig.inputs, 'empty'), '');
    const story = await rig.upload();
    assert.deepEqual(story.statuses, [
      'uploaded',
      'uploaded',
      'skipped DUPLICATE_UID',
      'failed DICOM_DAMAGED',
      'skipped NOT_DICOM',
      'held PATIENT_ID_MISSING',
      'held PATIENT_ID_MISSING',
      'held PATIENT_ID_MISSING',
    ]);
  });
});
