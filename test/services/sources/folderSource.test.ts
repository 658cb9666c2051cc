import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { walk, type FoundPath } from '../../../src/services/sources/folderSource.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

describe('folder source', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const walked = async (inputs: readonly string[], signal?: AbortSignal): Promise<string[]> => {
    const found: string[] = [];
    for await (const item of walk(inputs, signal)) found.push(tell(item));
    return found;
  };
  const tell = (item: FoundPath): string => {
    const name = relative(folder.path, item.path);
    return item.kind === 'file' ? name : `${name}: ${item.refusal.status} ${item.refusal.code}`;
  };
  const put = async (...names: string[]): Promise<void> => {
    for (const name of names) {
      await mkdir(join(folder.path, name, '..'), { recursive: true });
      await writeFile(join(folder.path, name), name);
    }
  };

  it('finds files below folders in the order of names, hidden ones too', async () => {
    await put('b/2', 'b/1', 'a', '.hidden/x', 'ä');
    assert.deepEqual(await walked([folder.path]), ['.hidden/x', 'a', 'b/1', 'b/2', 'ä']);
  });

  it('gives a file once when inputs overlap', async () => {
    await put('a/1', 'a/2');
    const a = join(folder.path, 'a');
    assert.deepEqual(await walked([join(a, '2'), a, a, join(a, '1')]), ['a/2', 'a/1']);
  });

  it('survives links in circles and links to nowhere', async () => {
    await put('a/1');
    await symlink(folder.path, join(folder.path, 'a', 'up'));
    await symlink(join(folder.path, 'a'), join(folder.path, 'z'));
    await symlink(join(folder.path, 'gone'), join(folder.path, 'broken'));
    await symlink('self', join(folder.path, 'self'));
    assert.deepEqual(await walked([folder.path]), [
      'a/1',
      'broken: failed FILE_UNREADABLE',
      'self: failed FILE_UNREADABLE',
    ]);
  });

  it('tells an input that is not there, and passes over a pipe without waiting', async () => {
    execFileSync('mkfifo', [join(folder.path, 'pipe')]);
    assert.deepEqual(await walked([join(folder.path, 'nothing'), folder.path]), [
      'nothing: failed FILE_UNREADABLE',
      'pipe: skipped NOT_DICOM',
    ]);
  });

  it('stops when cancelled', async () => {
    await put('1', '2');
    const stop = new AbortController();
    const found: string[] = [];
    await assert.rejects(
      async () => {
        for await (const item of walk([folder.path], stop.signal)) {
          found.push(tell(item));
          stop.abort();
        }
      },
      { code: 'CANCELLED' },
    );
    assert.deepEqual(found, ['1']);
  });
});
