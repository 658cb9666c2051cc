import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { settleSubjects, subjectOfPseudonym } from '../../../src/services/subjects/subjectOfPseudonym.js';
import { placeOf } from '../../../src/services/subjects/archiveContext.js';
import { subjectContext } from '../../support/subjectContext.js';
import { project, UploadRig } from '../../support/uploadRig.js';

describe('a process that is killed while it makes a subject', function () {
  this.timeout(240_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start();
  });
  afterEach(() => rig.close());

  /** Whether it was killed; a process that needs fewer calls comes to its end. */
  const kill = async (pseudonym: string, moment: number, when: string): Promise<boolean> => {
    const path = join(import.meta.dirname, '../../support/subjectProcess.ts');
    const child = fork(path, [rig.sandbox.url, rig.state, pseudonym, `${moment}`, when], {
      execArgv: ['--import=tsx'],
    });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return signal === 'SIGKILL';
  };
  const context = (warnings: string[] = []) => subjectContext(rig.archive(), rig.state, warnings);
  const labels = async (): Promise<readonly string[]> =>
    (await rig.archive().listSubjects(project)).map(({ label }) => label);

  it('leaves nothing behind that the next patient, or the same, does not use', async () => {
    let killed = 0;
    for (const [next, when] of [
      ['same', 'before'],
      ['other', 'before'],
      ['other', 'after'],
    ] as const) {
      for (let moment = 1; ; moment++) {
        const patient = `2_25_${next === 'same' ? 1 : 2}${when === 'before' ? 3 : 4}${moment}`;
        const before = (await labels()).length;
        if (!(await kill(patient, moment, when))) break;
        killed++;
        const where = `${when} call ${moment}, then the ${next}`;
        assert.ok(!(await textsOf(rig.state)).includes(patient), where);
        const first = await subjectOfPseudonym(context(), next === 'same' ? patient : `${patient}5`);
        const second = await subjectOfPseudonym(context(), patient);
        assert.equal(first.tree.label === second.tree.label, next === 'same', where);
        const made = (await labels()).length - before;
        assert.equal(made, next === 'same' ? 1 : 2, `${where}: ${(await labels()).join()}`);
        await settleSubjects(context());
        assert.deepEqual(await context().steps.notes(placeOf(context())), [], where);
      }
    }
    assert.ok(killed >= 18, `killed ${killed} times`);
  });

  it('is brought to its end by the next run, which names what is left over', async () => {
    let spare = false;
    for (let moment = 1; !spare; moment++) {
      assert.ok(await kill('2_25_7', moment, 'after'), 'never left a spare');
      const warnings: string[] = [];
      await settleSubjects(context(warnings));
      const left = (await labels()).length > 0;
      const notes = await context().steps.notes(placeOf(context()));
      spare = warnings.length > 0;
      assert.equal(spare, left, `call ${moment}`);
      if (!spare) continue;
      assert.match(warnings.join(), /^SPARE_SUBJECT Subject Auto00001 is empty/);
      assert.equal(notes.length, 1);
    }
    assert.equal((await subjectOfPseudonym(context(), '2_25_8')).tree.label, 'Auto00001');
    assert.equal((await labels()).length, 1);
  });

  it('makes nobody take a subject that another one made under the same label', async () => {
    // Ours is killed on its way to the label that another machine gets, with an account of the same name.
    const other = subjectContext(rig.archive('bob'), join(rig.folder, 'other'));
    const { steps } = context();
    const place = placeOf(context());
    for (const number of [1, 2]) {
      const label = `Auto0000${(await labels()).length + 1}`;
      await steps.inTurn(place, (turn) =>
        turn.write({ name: `n${number}`, label, mark: `giftcloud_${number}`, at: Date.now() }),
      );
      const theirs = await subjectOfPseudonym(other, `2_25_6${number}`);
      assert.equal(theirs.tree.label, label);
      // The PUT arrives after theirs: it is answered by 200, and leaves its mark there.
      const mark = { name: 'giftcloud_2', value: 'first' };
      if (number === 2) await rig.archive('bob').createSubject(project, label, undefined, mark);
      const ours = await subjectOfPseudonym(context(), `2_25_5${number}`);
      assert.notEqual(ours.tree.label, label);
      await subjectOfPseudonym(other, `2_25_9${number}`);
    }
    assert.equal((await labels()).length, 6);
  });
});

/** Everything that the files of a folder say. */
async function textsOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile());
  const texts = await Promise.all(
    files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'latin1')),
  );
  return texts.join('\n');
}
