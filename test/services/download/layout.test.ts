import assert from 'node:assert/strict';
import { DownloadRig, project } from '../../support/downloadRig.js';

describe('download: what goes where', () => {
  let rig: DownloadRig;

  before(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub1/Exp1/S1', { 'a.dcm': 'S1 a', 'deep/er/b c.dcm': 'S1 b' });
    await rig.addScan('Sub1/Exp1/S2', 'T2');
    await rig.putFiles('subjects/Sub1/experiments/Exp1/scans/S2', 'DICOM', { 'a.dcm': 'S2 a' });
    await rig.putFiles('subjects/Sub1/experiments/Exp1/scans/S2', 'NIFTI', { 'a.nii': 'S2 nifti' });
    // The same label as on the scans.
    await rig.putFiles('subjects/Sub1/experiments/Exp1', 'DICOM', { 'a.dcm': 'experiment a' });
    await rig.putFiles('subjects/Sub1', 'NOTES', { 'n.txt': 'subject notes' });
    await rig.putFiles('', 'NOTES', { 'n.txt': 'project notes' });
    await rig.addSeries('Sub2/Exp2/S1', { 'a.dcm': 'other a' });
    // What hangs on a subject and an experiment of the same name stays apart.
    await rig.addSeries('Sub2/Sub2/S1', { 'a.dcm': 'namesake a' });
    await rig.putFiles('subjects/Sub2/experiments/Sub2', 'NOTES', { 'n.txt': 'experiment notes' });
    await rig.putFiles('subjects/Sub2', 'NOTES', { 'n.txt': 'other notes' });
  });
  after(() => rig.close());

  const exp1 = {
    'Exp1/resources/DICOM/a.dcm': 'experiment a',
    'Exp1/scans/S1/DICOM/a.dcm': 'S1 a',
    'Exp1/scans/S1/DICOM/deep/er/b c.dcm': 'S1 b',
    'Exp1/scans/S2/DICOM/a.dcm': 'S2 a',
    'Exp1/scans/S2/NIFTI/a.nii': 'S2 nifti',
  };
  const sub2 = {
    'Exp2/scans/S1/DICOM/a.dcm': 'other a',
    'Sub2/resources/NOTES/n.txt': 'experiment notes',
    'Sub2/scans/S1/DICOM/a.dcm': 'namesake a',
    'Sub2/subject-resources/NOTES/n.txt': 'other notes',
  };
  const everything = {
    ...exp1,
    ...sub2,
    'Sub1/subject-resources/NOTES/n.txt': 'subject notes',
    [`${project}/project-resources/NOTES/n.txt`]: 'project notes',
  };

  const only = (wanted: RegExp): Record<string, string> =>
    Object.fromEntries(Object.entries(exp1).filter(([path]) => wanted.test(path)));

  const gets = async (
    request: Parameters<DownloadRig['download']>[0],
    tree: Readonly<Record<string, string>>,
  ): Promise<void> => {
    const fresh = new Date().getTime().toString(36) + Math.random().toString(36).slice(2);
    const outFolder = `${rig.out}/${fresh}`;
    const story = await rig.download({ outFolder, ...request });
    assert.equal(story.error, undefined);
    const found = Object.entries(await rig.tree())
      .filter(([path]) => path.startsWith(`${fresh}/`))
      .map(([path, text]) => [path.slice(fresh.length + 1), text]);
    assert.deepEqual(Object.fromEntries(found), tree);
    const paths = Object.keys(tree).sort();
    assert.deepEqual(
      story
        .of('file')
        .map(({ path }) => path)
        .sort(),
      paths,
    );
    assert.deepEqual(story.of('finished'), [
      {
        kind: 'finished',
        downloaded: paths.length,
        present: 0,
        failed: 0,
        unlisted: 0,
        bytes: Object.values(tree).join('').length,
      },
    ]);
  };

  it('takes a whole project', () => gets({ targets: [{ project }] }, everything));

  it('takes a subject', () => gets({ targets: [{ project, subject: 'Sub2' }] }, sub2));

  it('takes an experiment, by label', () =>
    gets({ targets: [{ project, subject: 'Sub1', experiment: 'Exp1' }] }, exp1));

  it('takes an experiment by accession IDs, under its labels', async () => {
    const [row] = (await rig.archive().listExperiments(project)).filter(({ label }) => label === 'Exp1');
    assert.ok(row);
    await gets({ targets: [{ project, subject: row.subjectId, experiment: row.id }] }, exp1);
  });

  it('takes several scans', () => {
    const path = { project, subject: 'Sub1', experiment: 'Exp1' };
    return gets({ targets: ['S1', 'S2'].map((scan) => ({ ...path, scan })) }, only(/scans/));
  });

  it('takes single resources of exactly their level', async () => {
    const path = { project, subject: 'Sub1', experiment: 'Exp1' };
    await gets({ targets: [{ ...path, resource: 'DICOM' }] }, only(/resources/));
    await gets({ targets: [{ ...path, scan: 'S2', resource: 'NIFTI' }] }, only(/NIFTI/));
    await gets(
      { targets: [{ project, subject: 'Sub1', resource: 'NOTES' }] },
      { 'Sub1/subject-resources/NOTES/n.txt': 'subject notes' },
    );
    await gets(
      { targets: [{ project, resource: 'NOTES' }] },
      { [`${project}/project-resources/NOTES/n.txt`]: 'project notes' },
    );
  });

  it('takes a resource by its id', async () => {
    const path = { project, subject: 'Sub1', experiment: 'Exp1' };
    const rows = await rig.archive().listAllResources(project, 'Sub1', 'Exp1');
    const nifti = rows.find(({ label }) => label === 'NIFTI');
    assert.ok(nifti);
    await gets({ targets: [{ ...path, scan: 'S2', resource: nifti.id }] }, only(/NIFTI/));
  });

  it('chooses scans by type or ID, and then nothing that is no scan', async () => {
    await gets({ targets: [{ project, subject: 'Sub1' }], scanTypes: ['T2'] }, only(/scans\/S2/));
    await gets({ targets: [{ project, subject: 'Sub1' }], scanTypes: ['S1'] }, only(/scans\/S1/));
  });

  it('chooses resources by label on every level', () =>
    gets(
      { resources: ['NOTES', 'NIFTI'] },
      Object.fromEntries(Object.entries(everything).filter(([path]) => /NOTES|NIFTI/.test(path))),
    ));

  it('leaves out scans by type or ID, and resources by label, and nothing else', async () => {
    const targets = [{ project, subject: 'Sub1' }];
    const left = (wanted: RegExp): Record<string, string> =>
      Object.fromEntries(
        Object.entries(everything).filter(([path]) => /^\w+1\//.test(path) && !wanted.test(path)),
      );
    await gets({ targets, withoutScanTypes: ['T2'] }, left(/scans\/S2/));
    await gets({ targets, withoutScanTypes: ['S1'] }, left(/scans\/S1/));
    await gets({ targets, withoutScanTypes: ['S1', 'T2'] }, left(/scans/));
    await gets({ targets, withoutResources: ['DICOM'] }, left(/DICOM/));
    await gets({ targets, withoutResources: ['NOTES', 'NIFTI'], scanTypes: ['T2'] }, only(/S2\/DICOM/));
  });

  it('takes a resource that was chosen itself whatever the filters say', async () => {
    const target = { project, subject: 'Sub1', experiment: 'Exp1', scan: 'S2', resource: 'NIFTI' };
    const filters = { scanTypes: ['T1'], resources: ['DICOM'], withoutScanTypes: ['T2'] };
    await gets({ targets: [target], ...filters }, only(/NIFTI/));
  });

  it('puts project and subject into the path when asked to', async () => {
    const at = (prefix: string): Record<string, string> =>
      Object.fromEntries(Object.entries(exp1).map(([path, text]) => [`${prefix}/${path}`, text]));
    const targets = [{ project, subject: 'Sub1', experiment: 'Exp1' }];
    await gets({ targets, includeProject: true }, at(project));
    await gets({ targets, includeSubject: true }, at('Sub1'));
    await gets({ targets, includeProject: true, includeSubject: true }, at(`${project}/Sub1`));
    await gets(
      { targets: [{ project, subject: 'Sub1', resource: 'NOTES' }], includeProject: true },
      { [`${project}/Sub1/subject-resources/NOTES/n.txt`]: 'subject notes' },
    );
  });

  it('takes what was chosen twice once', () => {
    const target = { project, subject: 'Sub1', experiment: 'Exp1' };
    return gets({ targets: [target, { ...target }] }, exp1);
  });

  for (const [what, target] of [
    ['a subject', { project, subject: 'NOBODY' }],
    ['an experiment', { project, subject: 'Sub1', experiment: 'NONE' }],
    ['an experiment of another subject', { project, subject: 'Sub1', experiment: 'Exp2' }],
    ['a scan', { project, subject: 'Sub1', experiment: 'Exp1', scan: 'NONE' }],
    ['a resource', { project, subject: 'Sub1', experiment: 'Exp1', scan: 'S1', resource: 'NONE' }],
    ['a resource of the project', { project, resource: 'NONE' }],
    ['a project', { project: 'NOSUCH' }],
  ] as const) {
    it(`says that ${what} is not there`, async () => {
      const story = await rig.download({ targets: [target] });
      assert.equal(story.error?.code, 'NOT_FOUND_OR_NOT_ALLOWED');
      assert.deepEqual(story.of('file'), []);
    });
  }

  it('says that one may not read a project, in one error', async () => {
    const story = await rig.download({}, { archive: rig.archive('dave') });
    assert.equal(story.error?.code, 'NOT_FOUND_OR_NOT_ALLOWED');
    assert.deepEqual(story.of('file'), []);
    assert.deepEqual(story.of('unlisted'), []);
  });

  it('names no file in the log', () => {
    assert.ok(rig.logged.length > 0);
    assert.doesNotMatch(rig.logged.join('\n'), /dcm|nii|NOTES|Sub1|Exp1|out/);
  });

  it('never asks for compressed answers, whose length would not be that of the file', async () => {
    const capturing = await DownloadRig.start({ capture: true });
    try {
      await capturing.addSeries('S/E/1', { a: 'a' });
      await capturing.download();
      const asked = capturing.sandbox.requests.filter(
        ({ headers }) => headers?.['user-agent'] !== 'SandboxContract',
      );
      assert.ok(asked.length > 3);
      assert.deepEqual(
        new Set(asked.map(({ headers }) => headers?.['accept-encoding'])),
        new Set(['identity']),
      );
    } finally {
      await capturing.close();
    }
  });
});
