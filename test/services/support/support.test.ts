import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../../src/services/support/atomicFile.js';
import { Disposable } from '../../../src/services/support/disposable.js';
import { GiftCloudError, toGiftCloudError } from '../../../src/services/support/errors.js';
import { Semaphore } from '../../../src/services/support/semaphore.js';

describe('errors', () => {
  it('never shows the text of a foreign error, which may hold a path', () => {
    const error = toGiftCloudError(new Error("ENOENT: no such file '/data/Smith^John/1.dcm'"));
    assert.equal(error.code, 'INTERNAL');
    assert.ok(!`${error.message} ${error.hint}`.includes('Smith'));
  });

  it('names a full disk and a cancelled action, both retryable', () => {
    assert.equal(toGiftCloudError(Object.assign(new Error('x'), { code: 'ENOSPC' })).code, 'DISK_FULL');
    const abort = new Error('stopped');
    abort.name = 'AbortError';
    assert.equal(toGiftCloudError(abort).code, 'CANCELLED');
    assert.equal(toGiftCloudError(abort).retryable, true);
  });

  it('passes its own errors through', () => {
    const own = new GiftCloudError('NOT_DICOM', 'x');
    assert.equal(toGiftCloudError(own), own);
  });
});

describe('semaphore', () => {
  it('never runs more than its limit and serves in order', async () => {
    const semaphore = new Semaphore(2);
    let running = 0;
    let most = 0;
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3, 4, 5].map((n) =>
        semaphore.run(async () => {
          most = Math.max(most, ++running);
          order.push(n);
          await new Promise((resolve) => setTimeout(resolve, 2));
          running--;
        }),
      ),
    );
    assert.equal(most, 2);
    assert.deepEqual(order, [1, 2, 3, 4, 5]);
  });

  it('lets a waiting task be cancelled without losing the place of others', async () => {
    const semaphore = new Semaphore(1);
    await semaphore.acquire();
    const controller = new AbortController();
    const cancelledTask = semaphore.run(() => Promise.resolve('never'), controller.signal);
    const next = semaphore.run(() => Promise.resolve('ran'));
    controller.abort();
    await assert.rejects(cancelledTask, (error) => GiftCloudError.is(error, 'CANCELLED'));
    semaphore.release();
    assert.equal(await next, 'ran');
  });
});

describe('disposable', () => {
  it('disposes in reverse order, once, and what is registered late at once', () => {
    const order: string[] = [];
    class Holder extends Disposable {
      hold(name: string): void {
        this.register({ dispose: () => void order.push(name) });
      }
    }
    const holder = new Holder();
    holder.hold('a');
    holder.hold('b');
    holder.dispose();
    holder.dispose();
    holder.hold('late');
    assert.deepEqual(order, ['b', 'a', 'late']);
  });
});

describe('atomic file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gift-atomic-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('replaces the content, readable by its owner only, and leaves no .part', async () => {
    const file = join(folder, 'state.json');
    await writeFileAtomic(file, 'old');
    await writeFileAtomic(file, 'new');
    assert.equal(readFileSync(file, 'utf8'), 'new');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['state.json']);
  });

  it('leaves nothing behind when it fails', async () => {
    await assert.rejects(writeFileAtomic(join(folder, 'missing', 'state.json'), 'x'));
    assert.equal(existsSync(join(folder, 'missing')), false);
  });
});
