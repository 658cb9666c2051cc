import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from '../../../src/sandbox/server/faults.js';
import { Random } from '../../fuzz/random.js';
import { writeSeries } from '../../support/seriesFiles.js';
import { project } from './archive.js';
import type { CommandLine, Finished, Running } from './commandLine.js';
import {
  assertArchive,
  idOf,
  instances,
  studiesPerPatient,
  studyNumber,
  type ServerMode,
} from './registryOutcome.js';
import { passwordOf, Server } from './server.js';

export interface ProofOptions {
  readonly mode: ServerMode;
  readonly patients: number;
  readonly processesPerMachine: number;
  readonly seed: number;
  readonly faults: boolean;
}

export interface ProofFigures {
  readonly killed: number;
  readonly runs: number;
  readonly spares: number;
  readonly struck: number;
}

const machines = 4;
/** Of each study, so that machines meet at the same one. */
const machinesPerStudy = 2;
/** Runs of one process for each patient until everything of it is archived: many of the faults end a run, and grow with the patients. */
const runsPerPatient = 1;

/** One process of one machine: its own inputs, the state folder of the machine. */
class Station {
  runs = 0;
  killed = 0;
  last: Finished | undefined;
  readonly warnings: string[] = [];
  running: Running | undefined;

  constructor(
    private readonly cli: CommandLine,
    readonly state: string,
    readonly inputs: string,
    private readonly mostRuns: number,
  ) {}

  /** Runs the upload again until it has nothing left to do. */
  async work(server: Server, user: string): Promise<void> {
    while (this.runs < this.mostRuns) {
      this.runs++;
      const args = ['upload', this.inputs, '--project', project, ...server.as(user)];
      this.running = this.cli.start([...args, '--state', this.state, '--json'], { env: passwordOf(user) });
      this.last = await this.running.finished;
      this.running = undefined;
      this.warnings.push(...warningsOf(this.last));
      if (this.last.code === 0) return;
      if (this.last.signal !== null) this.killed++;
    }
    assert.fail(
      `not done after ${this.mostRuns} runs: ${this.last?.stdout.slice(-3000)}\n${this.last?.stderr}`,
    );
  }
}

/**
 * Patients with two studies each, uploaded by four machines at once in random order while the server stumbles and processes
 * are killed; then looks what the server has. Throws what is wrong.
 */
export async function proveRegistry(cli: CommandLine, options: ProofOptions): Promise<ProofFigures> {
  const { mode, patients, processesPerMachine, faults } = options;
  const random = new Random(options.seed);
  const server = await Server.start(cli, mode.sandbox);
  const stations = await writeInputs(cli, patients, processesPerMachine, random);
  if (faults) await server.fault(...faultsOf(patients, random));
  const killing = new AbortController();
  const killer = faults ? killNowAndThen(stations, patients, random, killing.signal) : Promise.resolve();
  try {
    await Promise.all(stations.map((station) => station.work(server, 'bob')));
  } finally {
    killing.abort();
    await killer;
  }
  const struck = await server.struck();
  await server.clearFaults();
  // One more time without faults: nothing is left to do, and what is left over is named.
  for (const station of stations) await station.work(server, 'bob');
  const spares = sparesOf(stations);
  await assertArchive(
    server,
    options,
    new Set(spares),
    stations.flatMap(({ warnings }) => warnings).join('\n'),
  );
  await server.program.kill('SIGTERM');
  return {
    ...{ spares: spares.length, struck },
    killed: stations.reduce((sum, { killed }) => sum + killed, 0),
    runs: stations.reduce((sum, { runs }) => sum + runs, 0),
  };
}

async function writeInputs(
  cli: CommandLine,
  patients: number,
  processesPerMachine: number,
  random: Random,
): Promise<readonly Station[]> {
  const stations = Array.from({ length: machines * processesPerMachine }, (_, at) => {
    const state = cli.path(`state${at % machines}`);
    return new Station(cli, state, cli.path(`in${at}`), patients * runsPerPatient);
  });
  for (let patient = 1; patient <= patients; patient++) {
    for (let number = 1; number <= studiesPerPatient; number++) {
      const chosen = shuffled(stations, random).slice(0, machinesPerStudy);
      for (const { inputs } of chosen) {
        // Folders are walked by their names: the order is another one on each machine.
        const folder = join(inputs, `${String(random.below(1e9)).padStart(9, '0')}-${patient}-${number}`);
        await writeSeries(folder, {
          ...{ patientId: idOf(patient), patientName: `Number^${patient}`, instances },
          ...{ study: studyNumber({ patient, number }), series: 1 },
        });
      }
    }
  }
  return stations;
}

/** Errors of every kind, spread over the requests that decide who is who. */
function faultsOf(patients: number, random: Random): readonly FaultRule[] {
  const writes: readonly [method: string, pathPattern: string][] = [
    ['PUT', 'subjects/[^/?]*\\?'],
    ['POST', 'pseudonyms/'],
    ['PUT', 'experiments/[^/?]*\\?'],
    ['PUT', 'scans/[^/?]*\\?'],
    ['PUT', '\\.zip'],
    ['POST', 'services/import'],
    ['POST', 'action=commit'],
    ['GET', 'data/prearchive/'],
    ['GET', 'pseudonyms/'],
    ['GET', 'projects/[^/]*/(subjects|experiments)\\?'],
  ];
  const rules: FaultRule[] = [];
  for (const [method, pathPattern] of writes) {
    const on = { method, pathPattern, times: 1 };
    for (let at = 0; at < Math.ceil(patients / 10); at++) {
      const after = (): number => random.below(patients * 2);
      rules.push({ ...on, action: 'status', status: 500, after: after() });
      rules.push({ ...on, action: 'drop', after: after() });
      rules.push({ ...on, action: 'dropAnswer', after: after() });
      if (method !== 'GET') rules.push({ ...on, action: 'status', status: 403, after: after() });
    }
  }
  // Steps towards a subject take their time, so that kills and races meet them.
  rules.push({ action: 'delay', delayMs: 15, pathPattern: 'subjects/[^/?]*\\?|pseudonyms/' });
  return rules;
}

async function killNowAndThen(
  stations: readonly Station[],
  patients: number,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  for (let left = Math.ceil(patients / 3); left > 0 && !signal.aborted;) {
    await sleep(500 + random.below(1500), undefined, { signal }).catch(() => undefined);
    const running = stations.flatMap((station) => station.running ?? []);
    const victim = running[random.below(Math.max(1, running.length))];
    if (victim === undefined) continue;
    victim.child.kill('SIGKILL');
    left--;
  }
}

/**
 * At most one subject is left over for each machine, beside those that a lost post may still reach; the last word of its
 * processes names them.
 */
function sparesOf(stations: readonly Station[]): readonly string[] {
  const spares = new Set<string>();
  for (const state of new Set(stations.map((station) => station.state))) {
    // Others are of requests whose answer got lost: nothing says that there is a subject of ours.
    const made = notesIn(join(state, 'subjects')).filter(({ id }) => id !== undefined);
    const free = made.filter(({ pseudonym }) => pseudonym === undefined);
    assert.ok(free.length <= 1, `left over in one state folder: ${JSON.stringify(made)}`);
    const words = stations
      .filter((station) => station.state === state)
      .flatMap((station) => warningsOf(station.last!));
    for (const note of made) {
      spares.add(note.label);
      const told = words.some((line) => line.includes(`Subject ${note.label} `));
      assert.ok(told, `not named: ${JSON.stringify(note)} in ${words.join('')}`);
    }
  }
  return [...spares];
}

interface Note {
  readonly label: string;
  readonly id?: string;
  readonly pseudonym?: string;
}

/** Also of a run that was killed in the middle of a line. */
function warningsOf({ stdout }: Finished): readonly string[] {
  return stdout.split('\n').filter((line) => line.includes('"event":"warning"'));
}

function notesIn(folder: string): readonly Note[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Note);
}

function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  return items
    .map((item) => ({ item, at: random.below(1e9) }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}
