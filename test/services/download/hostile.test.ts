import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Archive, FileRow, ResourceRow } from '../../../src/services/xnat/archive.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

/** A server may be broken into, or just have been filled by another system: its names are never trusted. */
describe('download: hostile and colliding names', () => {
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', { a: 'aaaa', b: 'bbbb' });
  });
  afterEach(() => rig.close());

  /** The archive of the sandbox with other rows in its lists of files. */
  const withFiles = (change: (rows: readonly FileRow[]) => readonly FileRow[]): Archive => {
    const archive = rig.archive();
    const list = archive.listFiles.bind(archive);
    archive.listFiles = async (...parameters) => change(await list(...parameters));
    return archive;
  };

  /** As above, of resources. */
  const withResources = (change: (row: ResourceRow) => ResourceRow): Archive => {
    const archive = rig.archive();
    const list = archive.listAllResources.bind(archive);
    archive.listAllResources = async (...parameters) => (await list(...parameters)).map(change);
    return archive;
  };

  const renamed = (row: FileRow, path: string): FileRow => ({
    ...row,
    name: path.split('/').at(-1) ?? '',
    uri: row.uri.replace(/\/files\/.*$/, `/files/${path}`),
  });

  for (const path of [
    '../../../../escaped',
    '..',
    'sub/../../../escaped',
    '/etc/escaped',
    'C:\\escaped',
    '..\\..\\escaped',
    'nul\0byte',
    'AUX.dcm',
    'dot.',
    'sub//empty',
    'x'.repeat(300),
  ]) {
    it(`fails that file alone: ${JSON.stringify(path).slice(0, 30)}`, async () => {
      const archive = withFiles((rows) => [...rows, renamed(rows[0]!, path)]);
      const story = await rig.download({}, { archive });
      assert.equal(story.error, undefined);
      assert.deepEqual(story.counts, { downloaded: 2, failed: 1 });
      const failed = story.of('file').find(({ status }) => status === 'failed');
      assert.equal(failed?.code, 'UNSAFE_NAME');
      assert.ok(failed.path.startsWith('Exp/scans/S1/DICOM/'), failed.path);
      assert.ok(!failed.path.includes('\0'));
      assert.deepEqual(await rig.tree(), { 'Exp/scans/S1/DICOM/a': 'aaaa', 'Exp/scans/S1/DICOM/b': 'bbbb' });
      assert.deepEqual(await readdir(rig.folder), ['out']);
      assert.equal(rig.fileRequests(), 2, 'nothing is fetched that has no place');
    });
  }

  it('fails a file whose address leads out of the data of the server', async () => {
    const archive = withFiles(([a, b]) => [a!, { ...b!, uri: '/data/../../admin/resources/1/files/b' }]);
    const story = await rig.download({}, { archive });
    assert.deepEqual(story.counts, { downloaded: 1, failed: 1 });
    assert.ok(!rig.sandbox.requests.some(({ path }) => path.includes('admin')));
  });

  it('uses the id where the label of a resource is unsafe, empty or repeated', async () => {
    // So that ids are no numbers of namesakes.
    await rig.addSeries('Sub/Exp/S1', { a: 'elsewhere' }, 'FETALMRI');
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'R2', { a: 'second' });
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'R3', { a: 'third' });
    const label = async (text: string): Promise<readonly string[]> => {
      const outFolder = join(rig.out, String(Math.random()).slice(2));
      const archive = withResources((row) => ({ ...row, label: text }));
      const story = await rig.download({ outFolder }, { archive });
      assert.deepEqual([story.error, story.counts], [undefined, { downloaded: 4 }]);
      const folders = await readdir(join(outFolder, 'Exp', 'scans', 'S1'));
      const contents = folders.sort().map(async (name) => {
        const text = await readFile(join(outFolder, 'Exp', 'scans', 'S1', name, 'a'), 'utf8');
        return `${name} ${text}`;
      });
      return Promise.all(contents);
    };
    const [first, second, third] = (await rig.archive().listAllResources(project, 'Sub', 'Exp'))
      .map(({ id }) => id)
      .sort();
    assert.deepEqual(await label(''), [`${first} aaaa`, `${second} second`, `${third} third`]);
    assert.deepEqual(await label('..'), [`${first} aaaa`, `${second} second`, `${third} third`]);
    assert.deepEqual(await label('SAME'), ['SAME aaaa', `SAME~${second} second`, `SAME~${third} third`]);
  });

  it('downloads a resource of the level and no namesake of it, by its id', async () => {
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'R2', { a: 'second' });
    const archive = withResources((row) => ({ ...row, label: 'SAME' }));
    const [, second] = (await rig.archive().listAllResources(project, 'Sub', 'Exp'))
      .map(({ id }) => id)
      .sort();
    const target = { project, subject: 'Sub', experiment: 'Exp', scan: 'S1', resource: second! };
    const story = await rig.download({ targets: [target] }, { archive });
    assert.deepEqual(story.files, [`Exp/scans/S1/SAME~${second}/a: downloaded size`]);
  });

  it('leaves out files that a list holds of another resource, called like the id of this one', async () => {
    const archive = withFiles((rows) => [
      ...rows,
      { ...renamed(rows[0]!, 'c'), resourceId: '999', resource: rows[0]!.resourceId },
    ]);
    assert.deepEqual((await rig.download({}, { archive })).counts, { downloaded: 2 });
  });

  it('keeps names apart that only differ in upper and lower case', async () => {
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'DICOM', {
      A: 'AAAA',
      'x.dcm': 'x',
      'X.DCM': 'X',
    });
    await rig.addSeries('Sub/Exp/s1', { a: 's1 a' });
    await rig.putFiles('subjects/Sub/experiments/Exp/scans/S1', 'dicom', { a: 'dicom a' });
    const story = await rig.download();
    assert.deepEqual(story.counts, { downloaded: 7 });
    const tree = await rig.tree();
    assert.deepEqual(Object.values(tree).sort(), ['AAAA', 'X', 'aaaa', 'bbbb', 'dicom a', 's1 a', 'x']);
    const folded = Object.keys(tree).map((path) => path.toLowerCase());
    assert.equal(new Set(folded).size, folded.length, folded.join());
    assert.deepEqual((await rig.download()).counts, { present: 7 });
  });

  it('fails what a file and a folder of one name would both need', async () => {
    const archive = withFiles(([a, b]) => [a!, { ...b!, name: 'b', uri: `${a!.uri}/b` }]);
    const fetch = archive.downloadFile.bind(archive);
    archive.downloadFile = (uri, signal) => fetch(uri.replace(/a\/b$/, 'b'), signal);
    const story = await rig.download({}, { archive });
    assert.equal(story.error, undefined);
    assert.deepEqual(story.counts, { downloaded: 1, failed: 1 });
    assert.equal(story.of('file').find(({ status }) => status === 'failed')?.code, 'FILE_EXISTS');
    assert.equal(Object.keys(await rig.tree()).length, 1);
  });

  it('fails a name that this disk refuses, although it is safe', async () => {
    const deep = Array.from({ length: 40 }, () => 'd'.repeat(200)).join('/');
    const archive = withFiles(([a, b]) => [a!, renamed(b!, `${deep}/b`)]);
    const story = await rig.download({}, { archive });
    assert.equal(story.error, undefined);
    assert.deepEqual(story.files.map((line) => line.slice(line.lastIndexOf(':'))).sort(), [
      ': downloaded size',
      ': failed UNSAFE_NAME',
    ]);
  });

  for (const [what, link] of [
    ['of the experiment', 'Exp'],
    ['of the resource', 'Exp/scans/S1/DICOM'],
    ['above it', 'Exp/scans'],
  ] as const) {
    it(`writes nothing through a link that leads out of the target: in place of the folder ${what}`, async () => {
      const outside = join(rig.folder, 'outside');
      await mkdir(outside);
      await mkdir(join(rig.out, link, '..'), { recursive: true });
      await symlink(outside, join(rig.out, link));
      const story = await rig.download();
      assert.equal(story.error, undefined);
      assert.deepEqual(await readdir(outside), []);
      const codes = [...story.of('file'), ...story.of('unlisted')].map(({ code }) => code);
      assert.deepEqual(new Set(codes), new Set(['UNSAFE_NAME']));
    });
  }

  it('writes through a link that stays inside the target', async () => {
    await mkdir(join(rig.out, 'moved'));
    await symlink('moved', join(rig.out, 'Exp'));
    const story = await rig.download();
    assert.deepEqual(story.counts, { downloaded: 2 });
    assert.equal(await readFile(join(rig.out, 'moved/scans/S1/DICOM/a'), 'utf8'), 'aaaa');
  });

  it('downloads a web page that is one, and other odd files', async () => {
    const page = '<!DOCTYPE html><html><body>a report</body></html>';
    await rig.putFiles('subjects/Sub', 'REPORT', { 'report.html': page, empty: '', 'sub/100%.txt': '100%' });
    const story = await rig.download({ targets: [{ project, subject: 'Sub', resource: 'REPORT' }] });
    assert.deepEqual(story.counts, { downloaded: 3 });
    assert.deepEqual(await rig.tree(), {
      'Sub/subject-resources/REPORT/empty': '',
      'Sub/subject-resources/REPORT/report.html': page,
      'Sub/subject-resources/REPORT/sub/100%.txt': '100%',
    });
  });

  it('says that resources of assessors are left out', async () => {
    await rig.putFiles('subjects/Sub/experiments/Exp', 'R2', { a: 'second' });
    const archive = withResources((row) => (row.label === 'R2' ? { ...row, category: 'assessors' } : row));
    const story = await rig.download({}, { archive });
    assert.deepEqual(story.counts, { downloaded: 2 });
    assert.deepEqual(
      story.of('unlisted').map(({ path, code }) => `${path} ${code}`),
      ['Exp CONTENT_NOT_SUPPORTED'],
    );
    assert.equal(story.of('finished')[0]?.unlisted, 1);
  });

  it('does not take a file of the person for a leftover', async () => {
    await rig.download();
    await writeFile(join(rig.out, 'Exp/scans/S1/DICOM/mine.part'), 'mine');
    await rig.download();
    assert.ok((await rig.paths()).includes('Exp/scans/S1/DICOM/mine.part'));
  });
});
