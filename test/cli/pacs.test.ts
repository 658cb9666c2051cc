import assert from 'node:assert/strict';
import { freePort, Pacs } from '../interop/support/pacs.js';
import {
  patientId,
  people,
  studyUid,
  writePacsStudies,
  type PacsData,
} from '../interop/support/pacsStudies.js';
import { filesOf, LeakSearch, textOutput, type Planted } from '../support/planted.js';
import { archivedIn, project } from './support/archive.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { passwordOf, Server } from './support/server.js';

const env = passwordOf('alice');

/** What must not be found anywhere but in the rows of a search. */
const planted: readonly Planted[] = [
  ...people
    .slice(0, 4)
    .flatMap(([name]) => name.split(/[\^=]/).map((text) => ({ what: 'a part of a name', text }))),
  { what: 'the patient ID', text: 'KRNK-77' },
  { what: 'the accession number', text: 'ACC-77' },
  { what: 'a UID of the source', text: studyUid(1).slice(0, -1) },
];

describe('the commands query and retrieve', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  let data: PacsData;
  let port: number;
  before(async () => {
    cli = new CommandLine();
    data = writePacsStudies(cli.path('pacs-files'), 12);
    port = await freePort();
  });
  after(() => cli.close());
  beforeEach(async () => {
    server = await Server.start(cli);
  });
  afterEach(() => server.program.kill('SIGTERM'));

  const starts = {
    dcmqrscp: () => Pacs.dcmqrscp(cli.path('dcmqrscp'), data.files, port),
    Orthanc: () => Pacs.orthanc(cli.path('orthanc'), data.files, port),
  };
  for (const [name, start] of Object.entries(starts)) {
    describe(`with ${name}`, () => {
      let pacs: Pacs;
      let state: string;
      let run = 0;
      before(async () => {
        pacs = await start();
      });
      after(() => pacs.stop());
      beforeEach(() => {
        state = `state-${name}-${run++}`;
      });

      const address = (): readonly string[] => {
        const { aeTitle, port: pacsPort } = pacs.node;
        return ['--pacs', `${aeTitle}@127.0.0.1:${pacsPort}`];
      };
      const query = (...args: readonly string[]): Promise<Finished> =>
        cli.run(['query', ...address(), ...args, '--json', '--state', state], { env });
      const retrieve = (...args: readonly string[]): Promise<Finished> =>
        cli.run(
          [
            ...['retrieve', ...address(), ...server.as('alice'), '--project', project, '--state', state],
            ...['--port', String(port), '--bind', '127.0.0.1', '--json', ...args],
          ],
          { env },
        );

      it('searches, and prints rows as JSON lines', async () => {
        const found = await query('--patient-id', patientId(4));
        assert.equal(found.code, 0, found.stderr);
        const rows = found.of('item');
        assert.deepEqual(rows.map((row) => row['studyUid']).sort(), [studyUid(4), studyUid(5)]);
        assert.ok(rows.every((row) => row['patientName'] === people[2]?.[0]));
        assert.deepEqual(found.summary.totals, { rows: 2, more: false, unusable: 0 });
        const named = await query('--patient-name', 'Люксембург*', '--level', 'image');
        assert.equal(named.of('item').length, 12);
        const patients = await query('--all', '--level', 'patient');
        assert.equal(patients.of('item').length, 7);
        const some = await query('--all', '--limit', '3');
        assert.deepEqual([some.code, some.of('item').length, some.summary.totals['more']], [0, 3, true]);
        assert.match(some.stderr, /There is more/);
        assert.deepEqual(await new LeakSearch(planted).find([textOutput('stderr', some.stderr)]), []);
      });

      for (const method of ['move', 'get'] as const) {
        it(`brings studies by C-${method.toUpperCase()} to the server, under pseudonyms`, async () => {
          const result = await retrieve(
            ...[`--${method}`, '--study', studyUid(1), '--study', studyUid(2), '--study', studyUid(9)],
          );
          assert.equal(result.code, 0, result.stderr);
          const { expected, received, archived, unknown } = result.summary.totals;
          assert.deepEqual(
            { expected, received, archived, unknown },
            { expected: 13, received: 13, archived: 13, unknown: 0 },
          );
          assert.match(result.stderr, /13 of 13 instances are archived/);
          const found = await archivedIn(server);
          assert.deepEqual(found.map(({ files }) => files.length).sort(), [1, 3, 3, 3, 3]);
          assert.deepEqual(new Set(found.map(({ subject }) => subject)).size, 3);
          const outputs = [
            ...[textOutput('stdout', result.stdout), textOutput('stderr', result.stderr)],
            ...filesOf(cli.path(state), 'the state folder'),
            textOutput('the server', JSON.stringify(found)),
          ];
          assert.deepEqual(await new LeakSearch(planted).find(outputs), []);
          const left = filesOf(cli.path(state), 'state').filter(({ where }) =>
            /spool\/.*(objects|parts)\//.test(where),
          );
          assert.deepEqual(left, [], 'the spool is empty');
          const list = await cli.run(['queue', 'list', '--state', state, '--json'], { env });
          const [job, ...others] = list.of('item');
          assert.deepEqual(others, []);
          assert.deepEqual(
            [job?.['state'], job?.['origin']],
            ['archived', { kind: 'retrieved', node: pacs.node.aeTitle }],
          );
          assert.deepEqual(job?.['retrieved'], { expected: 13, received: 13, shortfalls: [] });
        });
      }

      it('takes one series, and says what the PACS does not have', async () => {
        const result = await retrieve('--get', '--study', studyUid(3), '--series', `${studyUid(3)}.2`);
        assert.equal(result.code, 0, result.stderr);
        assert.equal(result.summary.totals['archived'], 3);
        const unknown = await retrieve('--get', '--study', '1.2.3', '--study', studyUid(8));
        assert.deepEqual([unknown.code, unknown.summary.totals['unknown']], [1, 1]);
        const nothing = await retrieve('--get', '--study', '1.2.3');
        assert.deepEqual([nothing.code, nothing.summary.error?.code], [1, 'NO_DICOM_FOUND']);
      });
    });
  }

  it('tells usage, a PACS that is not there, and a refused password apart', async () => {
    const run = async (...args: readonly string[]): Promise<readonly unknown[]> => {
      const { code, summary } = await cli.run([...args, '--json', '--state', 'state'], { env });
      return [code, summary.error?.code];
    };
    const nobody = `NONE@127.0.0.1:${await freePort()}`;
    const usage = [2, 'USAGE'];
    assert.deepEqual(await run('query', '--pacs', 'X'), usage);
    assert.deepEqual(await run('query', '--pacs', nobody), usage);
    assert.deepEqual(await run('query', '--pacs', nobody, '--study-date', '2020'), usage);
    assert.deepEqual(await run('query', '--pacs', nobody, '--all', '--level', 'x'), usage);
    assert.deepEqual(await run('query', '--pacs', nobody, '--all'), [4, 'NODE_UNREACHABLE']);
    const retrieve = ['retrieve', '--pacs', nobody, '--project', project, ...server.as('alice')];
    assert.deepEqual(await run(...retrieve), usage);
    assert.deepEqual(await run(...retrieve, '--study', '1.2', '--move', '--get'), usage);
    assert.deepEqual(await run(...retrieve, '--study', '1.2', '--study', '1.3', '--series', '1.4'), usage);
    assert.deepEqual(await run(...retrieve, '--study', '1.2'), [4, 'NODE_UNREACHABLE']);
    const refused = await cli.run([...retrieve, '--study', '1.2', '--json', '--state', 'state'], {
      env: { GIFT_CLOUD_PASSWORD: 'wrong' },
    });
    assert.equal(refused.code, 3);
  });
});
