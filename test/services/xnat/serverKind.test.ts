import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import type { Archive } from '../../../src/services/xnat/archive.js';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { ServersOnDisk, type KnownServers } from '../../../src/services/xnat/serverKind.js';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { serverKinds } from '../../support/serverKinds.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

const project = 'GIFTDEMO';

describe('which kind of server it is', () => {
  let sandbox: Sandbox;
  const archives: Archive[] = [];
  const open = (servers?: KnownServers): Archive => {
    const connection = {
      url: sandbox.url,
      userName: 'alice',
      password: () => Promise.resolve('sandbox-alice'),
    };
    const archive = openXnatArchive(connection, '0.0.0', undefined, undefined, servers);
    archives.push(archive);
    return archive;
  };
  const start = async (plainXnat: boolean): Promise<void> => {
    sandbox = await startSandbox({ empty: true, plainXnat });
  };
  afterEach(async () => {
    for (const archive of archives.splice(0)) await archive.signOut().catch(() => undefined);
    await sandbox.close();
  });

  for (const [name, { plainXnat = false }] of serverKinds) {
    it(`is seen of ${name}`, async () => {
      await start(plainXnat);
      assert.equal(await open().kindOfServer(project), plainXnat ? 'plain' : 'extension');
    });
  }

  it('is asked once, by however many at the same time', async () => {
    await start(true);
    const archive = open();
    await Promise.all([1, 2, 3].map((at) => archive.findSubjectByPseudonym(project, `2_25_${at}`)));
    assert.equal(sandbox.requests.filter(({ path }) => path.includes('/pseudonyms/')).length, 1);
  });

  for (const [what, pathPattern, status] of [
    ['an unknown address is found', '/projects/GIFTDEMO/[0-9a-f]{16}/', 404],
    ['a pseudonym is forbidden', '/pseudonyms/', 403],
  ] as const) {
    it(`stops where ${what}`, async () => {
      await start(false);
      sandbox.faults.add({ action: 'status', status, pathPattern });
      await assert.rejects(open().kindOfServer(project), (error) =>
        GiftCloudError.is(error, 'EXTENSION_MISSING'),
      );
      sandbox.faults.clear();
      assert.equal(await open().kindOfServer(project), 'extension');
    });
  }

  it('stops where a server has lost its extension', async () => {
    await start(true);
    const servers: KnownServers = {
      kindOf: () => Promise.resolve('extension'),
      remember: () => Promise.resolve(),
    };
    await assert.rejects(open(servers).findSubjectByPseudonym(project, '2_25_1'), (error) =>
      GiftCloudError.is(error, 'EXTENSION_MISSING'),
    );
  });

  it('is remembered on the disk, for its server alone, and asked again where the note is spoiled', async () => {
    await start(true);
    const folder = await temporaryFolder();
    try {
      const servers = new ServersOnDisk(folder.path);
      await open(servers).kindOfServer(project);
      const asked = sandbox.requests.length;
      assert.equal(await new ServersOnDisk(folder.path).kindOf(sandbox.url), 'plain');
      assert.equal(await open(servers).kindOfServer(project), 'plain');
      assert.equal(sandbox.requests.length, asked);
      assert.equal(await servers.kindOf('https://other.example'), undefined);
      const [note = ''] = await readdir(join(folder.path, 'servers'));
      await writeFile(join(folder.path, 'servers', note), '{"server":');
      assert.equal(await open(servers).kindOfServer(project), 'plain');
      assert.ok(sandbox.requests.length > asked);
    } finally {
      await folder.remove();
    }
  });
});
