import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { writeSeries } from '../support/seriesFiles.js';
import { archivedIn } from '../cli/support/archive.js';
import { CommandLine } from '../cli/support/commandLine.js';
import { GatewayProgram } from '../cli/support/gateway.js';
import { passwordOf, Server } from '../cli/support/server.js';
import { freePorts } from './support/freePorts.js';
import { Orthanc } from './support/orthanc.js';

describe('Orthanc and the gateway', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  let orthanc: Orthanc;
  let port: number;
  before(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
    [port = 0] = await freePorts(1);
    orthanc = await Orthanc.start(cli.path('orthanc'), port);
  });
  after(async () => {
    await orthanc.stop();
    await cli.close();
  });

  it('sends by C-STORE, and hears that its objects are safe once they are archived, on a new association', async () => {
    const node = `ORTHANC@127.0.0.1:${orthanc.dicomPort}`;
    const options = ['--port', String(port), '--node', node];
    const gateway = await GatewayProgram.start(cli, [...server.as('alice'), ...options], {
      env: passwordOf('alice'),
    });
    const paths = await writeSeries(cli.path('in'), { instances: 5 });
    const ids: string[] = [];
    for (const path of paths) ids.push(await orthanc.add(await readFile(path)));
    // While nothing can be archived nothing is committed.
    await server.fault({ action: 'status', status: 503, method: 'PUT', pathPattern: '\\.zip' });
    const transaction = await orthanc.storeAndCommit(ids);
    await gateway.until('jobs{state="waiting"}', (count) => count === 1);
    let committed = false;
    const result = orthanc.commitment(transaction).then((told) => {
      committed = true;
      return told;
    });
    assert.equal((await gateway.metrics()).get('giftcloud_files_archived_total'), 0);
    assert.equal(committed, false);
    await server.clearFaults();
    assert.deepEqual(await result, { status: 'Success', success: 5, failures: 0 });
    assert.deepEqual(
      (await archivedIn(server)).map(({ files }) => files.length),
      [5],
    );
    assert.equal((await gateway.stop()).code, 0);
  });
});
