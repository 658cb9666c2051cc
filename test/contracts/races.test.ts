import { strict as assert } from 'node:assert';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { messageOf, SandboxUser } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const P = '/data/archive/projects/GIFTDEMO';
const E = `${P}/subjects/Race/experiments/Race-1`;
const MR = 'xsiType=xnat:mrSessionData';

/** What happens when requests meet, as recorded: nothing here is a wish, all of it a client must survive. */
describe('sandbox contract: races', () => {
  let sandbox: Sandbox;
  let bob: SandboxUser;

  before(async () => {
    // So long that requests sent together meet on a busy machine, too.
    sandbox = await startSandbox({ empty: true, raceWindowMs: 100 });
    bob = await SandboxUser.signIn(sandbox, 'bob');
    await bob.put(`${E}?${MR}`);
  });
  after(() => sandbox.close());

  const together = async (
    count: number,
    send: (index: number) => Promise<{ status: number }>,
  ): Promise<number[]> => {
    const answers = await Promise.all(Array.from({ length: count }, (_, index) => send(index)));
    return answers.map(({ status }) => status).sort();
  };
  const count = (statuses: readonly number[], status: number): number =>
    statuses.filter((value) => value === status).length;

  it('one of several equal subjects wins, others hear 200 or 409', async () => {
    const statuses = await together(6, () => bob.put(`${P}/subjects/Same`));
    assert.equal(count(statuses, 201), 1);
    assert.ok(count(statuses, 409) > 0 && count(statuses, 200) > 0);
    assert.equal((await bob.rows(`${P}/subjects`)).filter(({ label }) => label === 'Same').length, 1);
  });

  it('the value of a late 200 overwrites that of the 201', async () => {
    const field = encodeURIComponent('xnat:subjectData/fields/field[name=who]/field');
    const path = `${P}/subjects/Valued`;
    const answers = await Promise.all([0, 1, 2, 3].map((index) => bob.put(`${path}?${field}=${index}`)));
    const [row] = (await bob.rows(`${P}/subjects?columns=label,${field}`)).filter(
      ({ label }) => label === 'Valued',
    );
    const value = Number(row?.['xnat:subjectdata/fields/field[name=who]/field']);
    assert.equal(answers[value]?.status, 200);
  });

  it('two pseudonym requests get 201 with one row, and the later one owns it', async () => {
    for (const index of [0, 1, 2, 3, 4, 5]) await bob.put(`${P}/subjects/Ppid${index}`);
    const answers = await Promise.all(
      [0, 1, 2, 3, 4, 5].map((index) => bob.request('POST', `${P}/subjects/Ppid${index}/pseudonyms/raced`)),
    );
    const created = answers.filter(({ status }) => status === 201);
    assert.equal(created.length, 2);
    const reasons = answers.filter(({ status }) => status === 500).map(messageOf);
    assert.equal(reasons.length, 4);
    const known = reasons.filter(
      (reason) => reason === 'Pseudonym raced with project GIFTDEMO already exists',
    );
    assert.equal(known.length, 1);
    const ids = created.map(({ text }) => /id="([^"]+)"/.exec(text)?.[1]);
    assert.equal(ids[0], ids[1]);
    const owner = /"ID":"(GiftCloud_S\d+)"/.exec((await bob.get(`${P}/pseudonyms/raced`)).text)?.[1];
    const claimed = created.map(({ text }) => /subject="([^"]+)"/.exec(text)?.[1]);
    assert.notEqual(claimed[0], claimed[1]);
    assert.ok(claimed.includes(owner));
  });

  it('equal UIDs get in beside each other, and such scans are never found again', async () => {
    const experiments = await together(4, (index) =>
      bob.put(`${P}/subjects/Race/experiments/U${index}?${MR}&UID=same`),
    );
    assert.deepEqual(experiments, [201, 201, 201, 201]);
    const scans = await together(4, (index) =>
      bob.put(`${E}/scans/Uid${index}?xsiType=xnat:mrScanData&UID=same`),
    );
    assert.deepEqual(scans, [200, 200, 200, 200]);
    assert.equal((await bob.get(`${E}/scans/uids/same`)).status, 404);
  });

  it('equal experiment labels answer 201, 409 and 500', async () => {
    const statuses = await together(4, () => bob.put(`${P}/subjects/Race/experiments/Label?${MR}`));
    assert.deepEqual(statuses, [201, 201, 409, 500]);
  });

  const upload = (resource: string, index: number): Promise<{ status: number }> =>
    bob.upload(
      `${E}/scans/Up/resources/${resource}/files/s${index}.zip?extract=true`,
      zipOf({ [`f${index}.dcm`]: 'x' }),
    );

  it('parallel uploads into one resource fail in part', async () => {
    await bob.put(`${E}/scans/Up?xsiType=xnat:mrScanData`);
    await bob.put(`${E}/scans/Up/resources/OLD`);
    const statuses = await together(8, (index) => upload('OLD', index));
    assert.deepEqual([count(statuses, 200), count(statuses, 500)], [5, 3]);
    assert.equal((await bob.rows(`${E}/scans/Up/resources/OLD/files`)).length, 5);
  });

  it('parallel uploads into a new resource lose files that were answered 200', async () => {
    const statuses = await together(8, (index) => upload('NEW', index));
    assert.deepEqual([count(statuses, 200), count(statuses, 500)], [4, 4]);
    assert.equal((await bob.rows(`${E}/scans/Up/resources/NEW/files`)).length, 2);
  });

  it('uploads one after another, and into different resources, all arrive', async () => {
    await Promise.all(
      ['R1', 'R2'].map(async (resource) => {
        for (const index of [0, 1, 2, 3]) assert.equal((await upload(resource, index)).status, 200);
      }),
    );
    for (const resource of ['R1', 'R2']) {
      assert.equal((await bob.rows(`${E}/scans/Up/resources/${resource}/files`)).length, 4);
    }
  });

  it('nothing of it happens without treacheries', async () => {
    const kind = await startSandbox({ empty: true, treacheries: false });
    try {
      const user = await SandboxUser.signIn(kind, 'bob');
      await user.put(`${E}?${MR}`);
      await user.put(`${E}/scans/Up?xsiType=xnat:mrScanData`);
      const statuses = await together(8, (index) =>
        user.upload(
          `${E}/scans/Up/resources/NEW/files/s${index}.zip?extract=true`,
          zipOf({ [`f${index}.dcm`]: 'x' }),
        ),
      );
      assert.deepEqual(statuses, Array<number>(8).fill(200));
      assert.equal((await user.rows(`${E}/scans/Up/resources/NEW/files`)).length, 8);
    } finally {
      await kind.close();
    }
  });
});
