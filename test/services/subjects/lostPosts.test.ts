import assert from 'node:assert/strict';
import { placeOf } from '../../../src/services/subjects/archiveContext.js';
import { settleSubjects, subjectOfPseudonym } from '../../../src/services/subjects/subjectOfPseudonym.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { subjectContext } from '../../support/subjectContext.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const early = '2_25_1';
const other = '2_25_2';

describe('a pseudonym whose post was not answered', () => {
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  const context = (archive: Archive = rig.archive(), warnings: string[] = []) =>
    subjectContext(archive, rig.state, warnings);
  /** A first post that is still on its way when its sender has given up; gives what lets it arrive. */
  const postThatStaysOut = async (): Promise<() => Promise<unknown>> => {
    const archive = rig.archive();
    const post = archive.postPseudonym.bind(archive);
    let arrive: (() => Promise<unknown>) | undefined;
    archive.postPseudonym = (...parameters) => {
      arrive = () => post(...parameters);
      return Promise.reject(new GiftCloudError('SERVER_TIMEOUT', 'lost', { retryable: true }));
    };
    await assert.rejects(subjectOfPseudonym(context(archive), early), { code: 'SERVER_TIMEOUT' });
    assert.ok(arrive);
    return arrive;
  };
  const refusing = (): Archive => {
    const archive = rig.archive();
    archive.postPseudonym = () =>
      Promise.reject(new GiftCloudError('NOT_ALLOWED', 'You may not.', { status: 403 }));
    return archive;
  };

  it('keeps its subject from the next patient though a second post was refused', async () => {
    const arrive = await postThatStaysOut();
    await assert.rejects(subjectOfPseudonym(context(refusing()), other), { code: 'NOT_ALLOWED' });
    const theirs = await subjectOfPseudonym(context(), other);
    await arrive();
    const ours = await subjectOfPseudonym(context(), early);
    assert.notEqual(ours.tree.id, theirs.tree.id);
    await settleSubjects(context());
    assert.deepEqual(await context().steps.notes(placeOf(context())), []);
  });

  it('is posted again for the subject that waits for it', async () => {
    await postThatStaysOut();
    const theirs = await subjectOfPseudonym(context(), other);
    const ours = await subjectOfPseudonym(context(), early);
    assert.deepEqual([ours.tree.label, theirs.tree.label], ['Auto00001', 'Auto00002']);
  });

  it('frees its subject when no post can be on its way any more, and names it until then', async () => {
    await postThatStaysOut();
    const [note] = await context().steps.notes(placeOf(context()));
    // Another machine has brought the patient to a subject of its own.
    await rig.archive().createSubject(project, 'Theirs', undefined);
    await rig.archive().postPseudonym(project, 'Theirs', early);
    const warnings: string[] = [];
    await settleSubjects(context(rig.archive(), warnings));
    assert.match(warnings.join(), /^SPARE_SUBJECT Subject Auto00001 is empty/);
    assert.equal((await subjectOfPseudonym(context(), other)).tree.label, 'Auto00002');
    await context().steps.inTurn(placeOf(context()), (turn) =>
      turn.write({ ...note!, at: Date.now() - 11 * 60_000 }),
    );
    assert.equal((await subjectOfPseudonym(context(), '2_25_3')).tree.label, 'Auto00001');
  });

  it('that was refused was not stored: its subject goes to the next patient at once', async () => {
    await assert.rejects(subjectOfPseudonym(context(refusing()), early), { code: 'NOT_ALLOWED' });
    assert.equal((await subjectOfPseudonym(context(), other)).tree.label, 'Auto00001');
  });

  it('that was refused and is there all the same is where the server has it', async () => {
    const archive = rig.archive();
    const post = archive.postPseudonym.bind(archive);
    archive.postPseudonym = async (...parameters) => {
      await post(...parameters);
      throw new GiftCloudError('NOT_ALLOWED', 'You may not.', { status: 403 });
    };
    const ours = await subjectOfPseudonym(context(archive), early);
    assert.deepEqual([ours.tree.label, ours.created], ['Auto00001', true]);
    assert.equal((await subjectOfPseudonym(context(), other)).tree.label, 'Auto00002');
  });
});
