import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { giftCloudPseudonymiser } from '../../src/services/keys/pseudonymiser.js';
import { openXnatArchive } from '../../src/services/xnat/openArchive.js';
import { archivedIn, project } from '../cli/support/archive.js';
import { CommandLine } from '../cli/support/commandLine.js';
import type { GatewayProgram } from '../cli/support/gateway.js';
import { passwordOf, Server } from '../cli/support/server.js';
import { Random } from '../fuzz/random.js';
import { freePorts } from '../interop/support/freePorts.js';
import { FaultRain } from './support/faultRain.js';
import { MortalGateway } from './support/mortalGateway.js';
import { Sender, type SentObject } from './support/sender.js';

/** Each dead process keeps its lease for a quarter of a minute: several gateways at a time die in less time. */
const gateways = 4;
const sendersOfEach = 3;

describe('gateways that are killed while scanners push and the server fails', () => {
  const kills = Number(process.env['KILLS'] ?? 200);
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
  const env = passwordOf('alice');
  let cli: CommandLine;
  let server: Server;
  before(async () => {
    cli = new CommandLine();
    server = await Server.start(cli, ['--empty', '--data', cli.path('server')]);
  });
  after(() => cli.close());

  it(`lose nothing and double nothing in ${kills} kills, seed ${seed}`, async () => {
    console.log(`      seed ${seed} (SEED=${seed} KILLS=${kills} npm run test:long)`);
    const random = (): Random => new Random(seeds.below(2 ** 31));
    const seeds = new Random(seed);
    // Few enough that gateways meet at one patient.
    const patients = 6 + Math.ceil(kills / 5);
    const ports = await freePorts(gateways);
    const mortals = ports.map((port, at) => {
      const own = ['--port', String(port), '--state', `state${at}`, '--quiet-time', '2'];
      return new MortalGateway(cli, [...server.as('alice'), ...own], env, random());
    });
    const senders = ports.flatMap((port, at) =>
      Array.from({ length: sendersOfEach }, (_, one) => {
        return new Sender(at * sendersOfEach + one + 1, port, patients, random(), cli.path('senders'));
      }),
    );
    const rain = new FaultRain(server, random());
    await Promise.all(
      mortals.map((mortal, at) => mortal.die(Math.floor(kills / gateways) + (at < kills % gateways ? 1 : 0))),
    );
    const living = Promise.all(mortals.map((mortal) => mortal.live()));
    await Promise.all(senders.map((sender) => sender.finish()));
    const faults = await rain.end();
    console.log(`      ${faults} faults of the server`);
    assert.ok(faults >= kills, 'too few faults for a proof');
    const programs = await living;
    await Promise.all(programs.map((program, at) => emptied(program, `state${at}`)));
    await assertAllThere(senders.flatMap(({ accepted }) => accepted));
    for (const program of programs) assert.equal((await program.stop()).code, 0);
  });

  /** Waits until nothing lies in the spool; what waits for its next attempt need not wait. */
  const emptied = async (program: GatewayProgram, state: string): Promise<void> => {
    for (let round = 1; ; round++) {
      const metrics = await program.metrics();
      if (metrics.get('giftcloud_spool_objects') === 0) return;
      if (round % 10 === 0) {
        const { stdout } = await cli.run(['queue', 'retry', '--state', state, '--json'], { env });
        assert.ok(round < 300, stdout);
      }
      await sleep(500);
    }
  };

  /** Every object that was answered with Success once, under the subject that its patient's pseudonym has. */
  const assertAllThere = async (objects: readonly SentObject[]): Promise<void> => {
    const mapper = giftCloudUidMapper();
    const places = new Map<string, string[]>();
    for (const { subject, files } of await archivedIn(server))
      for (const file of files) places.set(file, [...(places.get(file) ?? []), subject]);
    const archive = openXnatArchive(
      { url: server.url, userName: 'alice', password: () => Promise.resolve('sandbox-alice') },
      'test',
    );
    const subjects = new Map<string, string | undefined>();
    for (const { patientId } of objects) {
      if (subjects.has(patientId)) continue;
      const pseudonym = giftCloudPseudonymiser().pseudonym({ patientId, issuer: '' });
      subjects.set(patientId, (await archive.findSubjectByPseudonym(project, pseudonym))?.label);
    }
    await archive.signOut();
    console.log(`      ${objects.length} objects of ${subjects.size} patients`);
    assert.ok(objects.length >= kills, 'too few objects for a proof');
    const wrong = objects.filter(({ patientId, sopInstanceUid }) => {
      const found = places.get(`${mapper.map(sopInstanceUid)}.dcm`) ?? [];
      return found.length !== 1 || found[0] !== subjects.get(patientId);
    });
    assert.deepEqual(wrong, [], `seed ${seed}`);
    assert.equal(new Set(subjects.values()).size, subjects.size, `patients share a subject, seed ${seed}`);
    const twice = [...places.values()].filter(({ length }) => length !== 1);
    assert.deepEqual(twice, [], `files are there twice, seed ${seed}`);
  };
});
