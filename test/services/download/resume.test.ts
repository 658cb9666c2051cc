import assert from 'node:assert/strict';
import { mkdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { recordName } from '../../../src/services/download/placeRecord.js';
import { DownloadRig, project } from '../../support/downloadRig.js';

const files = 'subjects/Sub/experiments/Exp/scans/S1';
const at = (name: string): string => `Exp/scans/S1/DICOM/${name}`;

for (const digests of [false, true]) {
  describe(`download: repeated, from a server ${digests ? 'with' : 'without'} MD5`, () => {
    let rig: DownloadRig;
    const byServer = digests ? 'md5' : 'size';
    const again = digests ? 'md5' : 'record';

    beforeEach(async () => {
      rig = await DownloadRig.start({ digests });
      await rig.addSeries('Sub/Exp/S1', { a: 'aaaa', b: 'bbbb', c: 'cccc' });
      const first = await rig.download();
      assert.deepEqual(
        first.files,
        ['a', 'b', 'c'].map((name) => `${at(name)}: downloaded ${byServer}`),
      );
    });
    afterEach(() => rig.close());

    const local = (name: string): string => join(rig.out, at(name));
    const repeat = async () => {
      const before = rig.sandbox.requests.length;
      const story = await rig.download();
      assert.equal(story.error, undefined);
      assert.deepEqual(await rig.parts(), []);
      return { files: story.files, asked: rig.fileRequests(before), finished: story.of('finished')[0] };
    };

    it('asks for no file that is there and correct', async () => {
      const { files: told, asked, finished } = await repeat();
      assert.deepEqual(
        told,
        ['a', 'b', 'c'].map((name) => `${at(name)}: present ${again}`),
      );
      assert.equal(asked, 0);
      assert.equal(finished?.bytes, 0);
    });

    it('fetches only what is missing', async () => {
      await rm(local('b'));
      const { files: told, asked } = await repeat();
      assert.equal(asked, 1);
      assert.ok(told.includes(`${at('b')}: downloaded ${byServer}`));
      assert.equal(await readFile(local('b'), 'utf8'), 'bbbb');
    });

    for (const [what, change] of [
      ['of the same size', (path: string) => writeFile(path, 'mine')],
      ['of another size', (path: string) => writeFile(path, 'my own notes')],
      ['cut off', (path: string) => truncate(path, 2)],
    ] as const) {
      it(`never touches a file that a person changed: ${what}`, async () => {
        await change(local('b'));
        const mine = await readFile(local('b'), 'utf8');
        const { files: told, asked } = await repeat();
        assert.ok(told.includes(`${at('b')}: failed FILE_EXISTS`), told.join());
        assert.equal(asked, 0);
        assert.equal(await readFile(local('b'), 'utf8'), mine);
        // Moved away, the server's file comes.
        await rename(local('b'), local('b.mine'));
        assert.ok((await repeat()).files.includes(`${at('b')}: downloaded ${byServer}`));
        assert.equal(await readFile(local('b'), 'utf8'), 'bbbb');
        assert.equal(await readFile(local('b.mine'), 'utf8'), mine);
      });
    }

    it('brings what is new on the server in place of what is still as it arrived, and keeps a change of a person', async () => {
      await writeFile(local('c'), 'my own notes');
      await rig.putFiles(files, 'DICOM', { a: 'a, second version', c: 'c, second version' });
      assert.deepEqual((await repeat()).files, [
        `${at('a')}: downloaded ${byServer}`,
        `${at('b')}: present ${again}`,
        `${at('c')}: failed FILE_EXISTS`,
      ]);
      assert.equal(await readFile(local('a'), 'utf8'), 'a, second version');
      assert.equal(await readFile(local('c'), 'utf8'), 'my own notes');
      assert.ok((await repeat()).files.includes(`${at('a')}: present ${again}`));
    });

    it('without its record fetches to compare where the server has no MD5, and touches nothing', async () => {
      await rm(join(rig.out, 'Exp', recordName));
      await writeFile(local('b'), 'mine');
      const inode = (await stat(local('a'))).ino;
      const { files: told, asked } = await repeat();
      assert.deepEqual(told, [
        `${at('a')}: present ${byServer}`,
        `${at('b')}: failed FILE_EXISTS`,
        `${at('c')}: present ${byServer}`,
      ]);
      assert.equal(asked, digests ? 0 : 3);
      assert.equal((await stat(local('a'))).ino, inode);
      assert.equal(await readFile(local('b'), 'utf8'), 'mine');
      // And from now on it is known again.
      assert.equal((await repeat()).asked, digests ? 0 : 1);
    });

    it('survives a record that was cut off or scribbled into', async () => {
      const record = join(rig.out, 'Exp', recordName);
      await truncate(record, (await stat(record)).size - 5);
      await writeFile(record, '\nnot a line\n\0\0\n', { flag: 'a' });
      const { files: told } = await repeat();
      assert.equal(told.filter((line) => line.includes('present')).length, 3);
      // Also one whose first line was cut off by a full disk.
      await writeFile(record, '# GIFT-Cloud download of <http://127');
      assert.equal((await repeat()).files.filter((line) => line.includes('present')).length, 3);
      assert.deepEqual(
        (await rig.paths()).filter((path) => path.includes('~')),
        [],
      );
    });

    it('leaves a folder and a link alone that are where a file shall go', async () => {
      await rm(local('a'));
      await mkdir(local('a'));
      await rm(local('b'));
      await writeFile(join(rig.folder, 'elsewhere'), 'bbbb');
      await symlink(join(rig.folder, 'elsewhere'), local('b'));
      const { files: told } = await repeat();
      assert.deepEqual(told.slice(0, 2), [
        `${at('a')}: failed FILE_EXISTS`,
        `${at('b')}: failed FILE_EXISTS`,
      ]);
      assert.equal(await readFile(join(rig.folder, 'elsewhere'), 'utf8'), 'bbbb');
    });
  });
}

describe('download: the record of a folder', () => {
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
  });
  afterEach(() => rig.close());

  it('is checked by md5sum', async () => {
    await rig.addSeries('Sub/Exp/S1', { 'a b.dcm': 'aaaa', 'ü.dcm': 'bbbb' });
    await rig.download();
    const check = (): string =>
      execFileSync('md5sum', ['--check', '--strict', recordName], {
        cwd: join(rig.out, 'Exp'),
        stdio: 'pipe',
        encoding: 'utf8',
      });
    assert.deepEqual(check().trim().split('\n').sort(), [
      'scans/S1/DICOM/a b.dcm: OK',
      'scans/S1/DICOM/ü.dcm: OK',
    ]);
    await writeFile(join(rig.out, at('ü.dcm')), 'bbbx');
    assert.throws(check);
  });

  it('keeps experiments of one label of two projects apart, also in later runs', async () => {
    await rig.addSeries('Sub/Exp/S1', { a: 'demo' });
    await rig.addSeries('Sub/Exp/S1', { a: 'fetal' }, 'FETALMRI');
    const both = { targets: [{ project }, { project: 'FETALMRI' }] };
    const contents = async (): Promise<string> =>
      Object.values(await rig.tree())
        .sort()
        .join();
    const first = await rig.download(both);
    assert.deepEqual([first.error, first.counts], [undefined, { downloaded: 2 }]);
    assert.equal(await contents(), 'demo,fetal');
    const paths = await rig.paths();
    for (const request of [both, { targets: [{ project: 'FETALMRI' }] }, { targets: [{ project }] }]) {
      const story = await rig.download(request);
      assert.deepEqual(story.counts, { present: request.targets.length });
    }
    assert.deepEqual(await rig.paths(), paths);
    assert.equal(paths.filter((path) => /^Exp~GiftCloud_E\d+\/scans\/S1\/DICOM\/a$/.test(path)).length, 1);
  });

  it('keeps experiments of one label of two servers apart', async () => {
    const other = await DownloadRig.start();
    try {
      await rig.addSeries('Sub/Exp/S1', { a: 'this server' });
      await other.addSeries('Sub/Exp/S1', { a: 'other server' });
      await rig.download();
      const story = await other.download({ outFolder: rig.out });
      assert.deepEqual([story.error, story.counts], [undefined, { downloaded: 1 }]);
      assert.deepEqual(Object.values(await rig.tree()).sort(), ['other server', 'this server']);
    } finally {
      await other.close();
    }
  });

  it('is never written through a link', async () => {
    await rig.addSeries('Sub/Exp/S1', { a: 'aaaa' });
    await mkdir(join(rig.out, 'Exp'));
    const elsewhere = join(rig.folder, 'elsewhere');
    await writeFile(elsewhere, '');
    await symlink(elsewhere, join(rig.out, 'Exp', recordName));
    const story = await rig.download();
    assert.deepEqual(
      story.of('unlisted').map(({ path, code }) => `${path} ${code}`),
      ['Exp FILE_EXISTS'],
    );
    assert.equal(await readFile(elsewhere, 'utf8'), '');
  });
});

describe('download: the target folder', () => {
  let rig: DownloadRig;
  beforeEach(async () => {
    rig = await DownloadRig.start();
    await rig.addSeries('Sub/Exp/S1', { a: 'aaaa' });
  });
  afterEach(() => rig.close());

  it('is made, with the folders above it', async () => {
    const outFolder = join(rig.out, 'not', 'yet', 'there');
    assert.equal((await rig.download({ outFolder })).error, undefined);
    assert.equal(await readFile(join(outFolder, at('a')), 'utf8'), 'aaaa');
  });

  it('may be a link itself', async () => {
    await symlink(rig.out, join(rig.folder, 'link'));
    assert.equal((await rig.download({ outFolder: join(rig.folder, 'link') })).error, undefined);
    assert.deepEqual(await rig.tree(), { [at('a')]: 'aaaa' });
  });

  it('that is a file is refused before anything is asked for', async () => {
    const outFolder = join(rig.folder, 'file');
    await writeFile(outFolder, 'mine');
    const before = rig.sandbox.requests.length;
    const story = await rig.download({ outFolder });
    assert.equal(story.error?.code, 'FILE_EXISTS');
    assert.equal(rig.sandbox.requests.length, before);
    assert.equal(await readFile(outFolder, 'utf8'), 'mine');
  });

  it('that may not be written into ends the run in one error', async () => {
    // Also for root, who runs the tests in CI.
    const story = await rig.download({ outFolder: '/proc/gift-cloud' });
    assert.equal(story.error?.code, 'FILE_UNREADABLE');
    assert.deepEqual(story.of('file'), []);
    assert.ok(!story.error.message.includes('/proc'), story.error.message);
  });
});
