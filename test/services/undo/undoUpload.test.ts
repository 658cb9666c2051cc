import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Receipt } from '../../../src/services/pipeline/types.js';
import { undoPlan, undoText } from '../../../src/services/undo/undoPlan.js';
import type { UndoResult } from '../../../src/services/undo/types.js';
import { undoUpload } from '../../../src/services/undo/undoUpload.js';
import { writeSeries, type SeriesOptions } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

describe('undoing an upload', () => {
  let rig: UploadRig;
  let folders = 0;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const upload = async (...series: SeriesOptions[]): Promise<Receipt> => {
    const inputs = join(rig.folder, `in${++folders}`);
    for (const one of series) await writeSeries(inputs, { instances: 2, ...one });
    const { receipt } = await rig.upload({ inputs: [inputs] });
    assert.ok(receipt);
    return receipt;
  };
  const undo = (receipt: Receipt, user = 'alice'): Promise<UndoResult> =>
    undoUpload(rig.archive(user), undoPlan(receipt), () => undefined);

  it('removes files, scans, experiments and the subject that the upload made', async () => {
    const receipt = await upload({ study: 1 }, { study: 2 }, { study: 2, series: 2 });
    const result = await undo(receipt);
    assert.deepEqual(result.left, []);
    assert.equal(result.filesRemoved, 6);
    assert.equal(result.removed.at(-1), 'AutoUploadSubject00001');
    assert.deepEqual(await rig.archive().listSubjects(project), []);
    assert.deepEqual(await undo(receipt), { filesRemoved: 0, filesGone: 6, removed: [], left: [] });
    // The same patient may come again.
    assert.deepEqual((await upload({ study: 1 })).totals.uploaded, 2);
  });

  it('keeps what was there before: other series, other files of a series, other studies', async () => {
    await upload({ study: 1, instances: 2 }, { study: 5 });
    const names = await rig.archivedNames();
    const more = await upload({ study: 1, instances: 4 }, { study: 1, series: 2 }, { study: 3 });
    assert.equal(more.totals.present, 2);
    const result = await undo(more);
    assert.deepEqual(result.left, []);
    assert.equal(result.filesRemoved, 6);
    assert.deepEqual(await rig.archivedNames(), names);
    assert.equal((await rig.archive().listExperiments(project)).length, 2);
  });

  it('keeps what others added since, and says so', async () => {
    const first = await upload({ study: 1, instances: 2 });
    const later = await upload({ study: 1, instances: 3 }, { study: 2 });
    const result = await undo(first);
    assert.equal(result.filesRemoved, 2);
    assert.deepEqual(result.removed, []);
    assert.match(
      result.left.join(),
      /^AutoUploadSubject00001\/\S+\/Series1: it holds files that this upload did not send$/,
    );
    assert.equal((await rig.archivedNames()).length, 3);
    assert.equal((await undo(later)).filesRemoved, 3);
  });

  it('removes nothing for a member, nor on another server', async () => {
    const receipt = await upload({ study: 1 });
    const names = await rig.archivedNames();
    assert.deepEqual(
      await Promise.all(['alice', 'bob', 'carol', 'dave'].map((user) => rig.archive(user).isOwner(project))),
      [true, false, false, false],
    );
    for (const user of ['bob', 'carol']) await assert.rejects(undo(receipt, user), { code: 'NOT_ALLOWED' });
    await assert.rejects(undo({ ...receipt, server: 'https://elsewhere.example' }), { code: 'USAGE' });
    assert.deepEqual(await rig.archivedNames(), names);
  });

  it('says when the server removes nothing', async () => {
    const receipt = await upload({ study: 1, instances: 1 });
    rig.sandbox.faults.add({ action: 'ignoreWrite', method: 'DELETE' });
    const result = await undo(receipt);
    assert.deepEqual([result.filesRemoved, result.removed], [0, []]);
    assert.equal(result.left.length, 2);
  });

  it('is written down for an owner without a word on the patient', async () => {
    const text = undoText(
      undoPlan(await upload({ study: 1, patientName: 'Zwetschge^Anna', patientId: 'ID77' })),
    );
    assert.match(
      text,
      /AutoUploadSubject00001 \| AutoUploadSubject00001-Study1 \| Series1 \| 2 \| subject \S+, experiment \S+, scan/,
    );
    assert.equal(text.match(/^- .*\.dcm$/gm)?.length, 2);
    assert.ok(!/Zwetschge|ID77|IM1_/.test(text));
  });
});
