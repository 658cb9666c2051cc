import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { pseudonymOf } from '../../src/services/subjects/pseudonyms.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { readList } from '../support/readList.js';
import { writeSeries } from '../support/seriesFiles.js';
import { project } from './support/archive.js';
import { CommandLine, type Finished } from './support/commandLine.js';
import { GatewayProgram } from './support/gateway.js';
import { patient, planted, writePlantedInputs } from './support/plantedInputs.js';
import { passwordOf, Server } from './support/server.js';

const password = 'vier gelbe Böte';
const subject = 'AutoUploadSubject00001';

describe('the patient list on the command line', function () {
  this.timeout(300_000);
  let cli: CommandLine;
  let server: Server;
  beforeEach(async () => {
    cli = new CommandLine();
    server = await Server.start(cli);
    writeFileSync(cli.path('secret'), `${password}\n`);
  });
  afterEach(() => cli.close());

  const env = passwordOf('alice');
  const list = (name = 'GiftCloudPatientList.xlsx'): string => cli.path('list', name);
  const uploading = (...more: readonly string[]): readonly string[] => [
    ...['upload', 'in', '--project', project, ...server.as('alice'), '--state', 'state', '--json'],
    ...['--patient-list', 'list', ...more],
  ];
  const upload = (...more: readonly string[]): Promise<Finished> => cli.run(uploading(...more), { env });
  const patientList = (...args: readonly string[]): Promise<Finished> =>
    cli.run(['patient-list', ...args, '--state', 'state', '--json'], { env });
  const fill = async (): Promise<void> => {
    await writeSeries(cli.path('in'), { ...patient, instances: 1 });
    assert.equal((await cli.run(uploading().slice(0, -2), { env })).code, 0);
  };

  describe('upload --patient-list', () => {
    it('leaves the list when it ends, protected, and names a patient nowhere else', async () => {
      await writePlantedInputs(cli.path('in'));
      const run = await upload('--list-password-file', 'secret');
      assert.equal(run.code, 1, run.stderr);
      assert.deepEqual(
        run.of('patientList').map(({ status, patients, studies }) => [status, patients, studies]),
        [['written', 1, 1]],
      );
      const sheets = await readList(list(), password);
      assert.deepEqual(sheets[project]?.[1], [
        ...[patient.patientName, patient.patientId, subject, pseudonymOf(patient.patientId)],
      ]);
      assert.deepEqual(sheets[`${project} studies`]?.[1]?.slice(3), [
        '20200102',
        'ACC123',
        `${subject}-Study1`,
      ]);
      rmSync(cli.path('in'), { recursive: true });
      const texts = [...planted, { what: 'the password of the list', text: password }];
      rmSync(cli.path('secret'));
      const outputs = [textOutput('stdout', run.stdout), textOutput('stderr', run.stderr)];
      const search = new LeakSearch(texts);
      assert.deepEqual(await search.find([...outputs, ...filesOf(cli.home, 'the home folder')]), []);
    });

    it('warns of a plain list, and of one in a git repository', async () => {
      await writeSeries(cli.path('in'), { ...patient, instances: 1 });
      mkdirSync(cli.path('.git'));
      const run = await upload();
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.stderr, /warning: The patient list is not protected/);
      assert.match(run.stderr, /warning: The patient list lies in a git repository/);
      assert.equal((await readList(list()))[project]?.length, 2);
      if (process.platform !== 'win32') assert.equal(statSync(list()).mode & 0o777, 0o600);
    });

    it('sends nothing when the list can not be kept', async () => {
      await writeSeries(cli.path('in'), { ...patient, instances: 1 });
      await upload('--list-password-file', 'secret');
      writeFileSync(cli.path('file'), '');
      writeFileSync(cli.path('empty'), '\n');
      const before = (await server.requests()).length;
      for (const more of [
        ['--list-password-file', 'nowhere'],
        ['--list-password-file', 'empty'],
        ['--patient-list', 'file/below'],
      ]) {
        const run = await upload(...more);
        assert.deepEqual([run.code, run.summary.error?.code], [2, 'USAGE'], more.join(' '));
      }
      const unprotected = await upload();
      assert.deepEqual([unprotected.code, unprotected.summary.error?.code], [2, 'LIST_PASSWORD_NEEDED']);
      assert.equal((await server.requests()).length, before);
    });

    it('says that the list is open, and the next run writes it', async () => {
      await writeSeries(cli.path('in'), { ...patient, instances: 1 });
      mkdirSync(cli.path('list'));
      writeFileSync(list('.~lock.GiftCloudPatientList.xlsx#'), '');
      const run = await upload();
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(
        run.of('patientList').map(({ status, code }) => [status, code]),
        [['waiting', 'LIST_OPEN']],
      );
      assert.match(run.stderr, /warning: The patient list was not written\. .* open in another program/);
      rmSync(list('.~lock.GiftCloudPatientList.xlsx#'));
      assert.equal((await upload()).of('patientList')[0]?.['status'], 'written');
    });

    it('is written by the next run after a kill', async () => {
      await writeSeries(cli.path('in'), { ...patient, instances: 3 });
      await server.fault({ action: 'hang', method: 'PUT', pathPattern: '\\.zip', times: 1 });
      const running = cli.start(uploading('--list-password-file', 'secret'), { env });
      while (!(await server.requests()).some(({ path }) => path.includes('.zip'))) await sleep(10);
      await running.kill('SIGKILL');
      const run = await upload('--list-password-file', 'secret');
      assert.equal(run.code, 0, run.stderr);
      assert.equal((await readList(list(), password))[project]?.length, 2);
    });
  });

  describe('listen --patient-list', () => {
    it('has the list written while it runs', async () => {
      const options = ['--patient-list', 'list', '--list-password-file', 'secret'];
      const gateway = await GatewayProgram.start(cli, [...server.as('alice'), ...options], { env });
      await gateway.send('storescu', await writeSeries(cli.path('in'), { ...patient, instances: 1 }));
      const line = await gateway.program.event('patientList');
      assert.deepEqual([line['status'], line['patients']], ['written', 1]);
      assert.equal((await readList(list(), password))[project]?.[1]?.[1], patient.patientId);
      const { code, stdout, stderr } = await gateway.stop();
      assert.equal(code, 0);
      assert.ok(!`${stdout}${stderr}`.includes(patient.patientId));
    });

    it('does not listen where the list can not be kept', async () => {
      const run = await cli.run(
        ['listen', '--project', project, ...server.as('alice'), '--patient-list', 'secret', '--json'],
        { env },
      );
      assert.deepEqual([run.code, run.summary.error?.code], [2, 'USAGE']);
    });
  });

  describe('patient-list export', () => {
    it('writes the list into a file, with a warning when it is plain', async () => {
      await fill();
      const run = await patientList('export', '--out', 'out.xlsx');
      assert.deepEqual([run.code, run.summary.totals], [0, { patients: 1, studies: 1 }], run.stderr);
      assert.match(run.stderr, /warning: The patient list is not protected/);
      assert.equal((await readList(cli.path('out.xlsx')))[project]?.length, 2);
      const sealed = await patientList('export', '--out', 'sealed.xlsx', '--list-password-file', 'secret');
      assert.doesNotMatch(sealed.stderr, /warning/);
      assert.equal((await readList(cli.path('sealed.xlsx'), password))[project]?.length, 2);
      assert.ok(!run.stdout.includes(patient.patientId) && !run.stderr.includes(patient.patientId));
    });

    it('replaces its own file alone, and takes .xlsx only', async () => {
      await fill();
      for (let times = 0; times < 2; times++)
        assert.equal((await patientList('export', '--out', 'out.xlsx')).code, 0);
      writeFileSync(cli.path('other.xlsx'), 'the work of somebody');
      const other = await patientList('export', '--out', 'other.xlsx');
      assert.deepEqual([other.code, other.summary.error?.code], [1, 'FILE_EXISTS']);
      assert.equal(readFileSync(cli.path('other.xlsx'), 'utf8'), 'the work of somebody');
      for (const args of [['export'], ['export', '--out', 'list.csv'], ['export', 'out.xlsx'], [], ['what']])
        assert.equal((await patientList(...args)).code, 2, args.join(' '));
    });

    it('stops without the key of the key file', async () => {
      await fill();
      rmSync(cli.path('state', 'keys', 'patients.json'));
      const run = await patientList('export', '--out', 'out.xlsx');
      assert.deepEqual([run.code, run.summary.error?.code], [5, 'KEY_MISSING']);
      assert.ok(!readdirSync(cli.home).includes('out.xlsx'));
    });
  });

  describe('patient-list lookup', () => {
    it('answers for subject label, pseudonym and patient ID, and asks the server where one is named', async () => {
      await fill();
      for (const term of [subject, pseudonymOf(patient.patientId) ?? '', patient.patientId]) {
        const run = await patientList('lookup', term, ...server.as('alice'));
        assert.equal(run.code, 0, run.stderr);
        const [found, ...others] = run.of('patient');
        const { identities, studies, onServer } = found as Readonly<Record<string, unknown>>;
        assert.deepEqual(others, []);
        assert.deepEqual((identities as { patientName: string }[])[0]?.patientName, patient.patientName);
        assert.deepEqual(studies, [
          { experiment: `${subject}-Study1`, studyDate: '20200102', accessionNumber: 'ACC123' },
        ]);
        assert.equal(onServer, 'same');
      }
      const people = await cli.run(['patient-list', 'lookup', subject, '--state', 'state']);
      assert.match(people.stdout, new RegExp(`${subject} of ${project}[^]*Zwetschgenbaum[^]*ACC123`));
    });

    it('finds nobody with 1, and takes its term from the standard input', async () => {
      await fill();
      const nobody = await patientList('lookup', 'S9');
      assert.deepEqual([nobody.code, nobody.summary.totals], [1, { patients: 0 }]);
      const through = ['sh', '-c', `echo ${patient.patientId} | "$0" "$@"`];
      const piped = await cli.run(['patient-list', 'lookup', '-', '--state', 'state', '--json'], { through });
      assert.deepEqual([piped.code, piped.summary.totals], [0, { patients: 1 }], piped.stderr);
    });

    it('asks on a terminal for a term that nobody shall see', async () => {
      await fill();
      const typing = { after: 'Subject label', text: `${patient.patientId}\n` };
      const { code, shown } = await cli.onTerminal(
        ['patient-list', 'lookup', '--state', 'state'],
        {},
        typing,
      );
      assert.equal(code, 0, shown);
      assert.equal(shown.split(patient.patientId).length, 2, 'in the answer, and not as typed');
    });
  });

  describe('patient-list import', () => {
    it('takes what the server says, too, and tells the rest by its place', async () => {
      await fill();
      rmSync(cli.path('state'), { recursive: true });
      const aliases = [patient.patientId, 'KRNK-0'].map((id) => ({
        ...{ PatientName: patient.patientName, PatientId: id },
        ...{ GiftCloudAlias: subject, GiftCloudPpid: pseudonymOf(id) },
      }));
      const content = { ProjectList: [{ ProjectName: project, AliasList: aliases }] };
      writeFileSync(cli.path('original.json'), JSON.stringify(content));
      const run = await patientList('import', 'original.json', ...server.as('alice'));
      assert.deepEqual([run.code, run.summary.totals], [1, { entries: 2, added: 1, known: 0, held: 1 }]);
      assert.deepEqual(
        run.of('entry').map(({ index, status, code }) => [index, status, code]),
        [
          [1, 'added', undefined],
          [2, 'held', 'MAPPING_CHANGED'],
        ],
      );
      assert.ok(!`${run.stdout}${run.stderr}`.includes('KRNK'));
      assert.equal((await patientList('lookup', patient.patientId)).code, 0);
    });

    it('needs a server and a list of GIFT-Cloud', async () => {
      writeFileSync(cli.path('original.json'), '{}');
      assert.equal((await patientList('import', 'original.json')).code, 2);
      for (const file of ['original.json', 'nowhere.json'])
        assert.notEqual((await patientList('import', file, ...server.as('alice'))).code, 0);
    });
  });
});
