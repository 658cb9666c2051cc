import assert from 'node:assert/strict';
import { readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Profile } from '../../../src/services/deid/profiles/profile.js';
import { basicProfile } from '../../../src/services/deid/profiles/presets.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { runAnonymise } from '../../../src/services/pipeline/anonymiseLocal.js';
import type { PipelineEvent } from '../../../src/services/pipeline/types.js';
import { hashedUid, pseudonymOf } from '../../../src/services/subjects/pseudonyms.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import { temporaryFolder, uidRoot, writeSeries } from '../../support/seriesFiles.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';

type FileEvent = Extract<PipelineEvent, { kind: 'file' }>;

describe('anonymising into a folder', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  const engine = new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' });
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());

  const run = async (
    more: {
      inputs?: string[];
      outFolder?: string;
      subject?: string;
      experiment?: string;
      profile?: Profile;
    } = {},
  ): Promise<FileEvent[]> => {
    const request = {
      inputs: [join(folder.path, 'in')],
      outFolder: join(folder.path, 'out'),
      profile: basicProfile,
      ...more,
    };
    const files: FileEvent[] = [];
    for await (const event of runAnonymise(request, {
      engine,
      writer: new InProcessWriter(),
      keys: new KeyStore(join(folder.path, 'state')),
    }))
      if (event.kind === 'file') files.push(event);
    return files.toSorted((a, b) => a.index - b.index);
  };

  it('writes study, series and instance under their new UIDs and names the output', async () => {
    await writeSeries(join(folder.path, 'in'), { instances: 2 });
    const files = await run();
    const output = join(
      hashedUid(`${uidRoot}.1`),
      hashedUid(`${uidRoot}.1.1`),
      `${hashedUid(`${uidRoot}.1.1.1`)}.dcm`,
    );
    assert.deepEqual(
      files.map(({ status }) => status),
      ['deidentified', 'deidentified'],
    );
    assert.equal(files[0]?.output, output);
    const bytes = await readFile(join(folder.path, 'out', output));
    assert.ok(bytes.includes(pseudonymOf('HOSP0001') ?? 'none'));
    assert.ok(!bytes.includes('HOSP0001'));
  });

  it('writes the given subject and experiment instead of the pseudonym', async () => {
    await writeSeries(join(folder.path, 'in'), { instances: 1 });
    const [file] = await run({ subject: 'Sub1', experiment: 'Exp1' });
    const bytes = await readFile(join(folder.path, 'out', file!.output!));
    assert.ok(bytes.includes('Sub1') && bytes.includes('Exp1'));
  });

  it('says present when repeated, and never overwrites another file', async () => {
    await writeSeries(join(folder.path, 'in'), { instances: 2 });
    const [first] = await run();
    assert.deepEqual(
      (await run()).map(({ status }) => status),
      ['present', 'present'],
    );
    await writeFile(join(folder.path, 'out', first!.output!), 'something else');
    const again = await run();
    assert.deepEqual(
      again.map(({ status, code }) => [status, code]),
      [
        ['failed', 'FILE_EXISTS'],
        ['present', undefined],
      ],
    );
    assert.equal(await readFile(join(folder.path, 'out', first!.output!), 'utf8'), 'something else');
  });

  it('writes a UID once: the same bytes are skipped, others fail', async () => {
    await writeSeries(join(folder.path, 'in', 'a'), { instances: 1 });
    await writeSeries(join(folder.path, 'in', 'b'), { instances: 1 });
    await writeSeries(join(folder.path, 'in', 'c'), {
      instances: 1,
      change: [{ tag: 0x00180050, vr: 'DS', value: '9.5' }],
    });
    assert.deepEqual(
      (await run()).map(({ status, code }) => [status, code]),
      [
        ['deidentified', undefined],
        ['skipped', 'DUPLICATE_UID'],
        ['failed', 'DUPLICATE_UID'],
      ],
    );
  });

  it('refuses folders that lie in each other, also through a link and before they exist', async () => {
    await writeSeries(join(folder.path, 'in'), { instances: 1 });
    const inside = join(folder.path, 'in', 'new', 'out');
    await assert.rejects(run({ outFolder: inside }), { code: 'USAGE' });
    await assert.rejects(run({ outFolder: join(folder.path, 'in') }), { code: 'USAGE' });
    await assert.rejects(run({ outFolder: folder.path }), { code: 'USAGE' });
    await symlink(join(folder.path, 'in'), join(folder.path, 'link'));
    await assert.rejects(run({ outFolder: join(folder.path, 'link', 'out') }), { code: 'USAGE' });
    assert.deepEqual(await readdir(join(folder.path, 'in')), ['IM1_1_0001']);
    assert.equal((await run({ outFolder: join(folder.path, 'in2') })).length, 1);
  });
});
