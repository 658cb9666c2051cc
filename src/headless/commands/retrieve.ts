import type { Services } from '../../services/createServices.js';
import { retrieveOutcome } from '../../services/retrieve/outcome.js';
import type {
  RetrieveEvent,
  RetrieveRequest,
  RetrieveResult,
  Selection,
} from '../../services/retrieve/types.js';
import type { SpoolDestination } from '../../services/spool/types.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive } from '../connection.js';
import { destinationOptions, readDestination } from '../destinationOptions.js';
import { exitCode } from '../exitCodes.js';
import { assertMayUpload } from '../mayUpload.js';
import { serverOptions, usage, type Options } from '../options.js';
import { pacsOptions, readModel, readPacs } from '../pacsOptions.js';
import { passphraseOptions } from '../passphrase.js';
import { keepPatientList, patientListOptions } from '../patientListOption.js';
import type { Output } from '../output.js';
import { assertStateFolder } from '../stateFolder.js';
import { sendJob } from './sendJob.js';

export const retrieveCommand: Command = {
  name: 'retrieve',
  usage: '--pacs AET@HOST:PORT --study UID... --project P',
  help: 'fetch studies of a PACS, de-identify and upload them',
  options: {
    ...serverOptions,
    ...pacsOptions,
    study: { type: 'string', value: 'UID', multiple: true, help: 'study instance UID' },
    series: {
      type: 'string',
      value: 'UID',
      multiple: true,
      help: 'series instance UID: these of the one study, not all of it',
    },
    'patient-id': { type: 'string', value: 'ID', help: 'patient ID, which the model "patient" needs' },
    move: { type: 'boolean', help: 'by C-MOVE: the PACS sends to our port (default)' },
    get: { type: 'boolean', help: 'by C-GET: over the connection that we open' },
    port: { type: 'string', value: 'N', help: 'our port for C-MOVE, as the PACS knows it (11112)' },
    bind: { type: 'string', value: 'ADDR', help: 'address to listen at (default: all of this machine)' },
    ...destinationOptions,
    ...patientListOptions,
    ...passphraseOptions,
  },
  async run(context: CommandContext): Promise<CommandResult> {
    if (context.options.positionals.length > 0) throw usage('The command takes no path.');
    const wanted = await readWanted(context.options);
    await assertStateFolder(context.stateFolder);
    const services = await context.services();
    try {
      const archive = await openArchive(context, services);
      try {
        // Nothing is fetched that could not be sent.
        await assertMayUpload(archive, wanted.destination.project, context.signal);
        const list = await keepPatientList(context, services);
        try {
          return await retrieve(context, services, archive, wanted);
        } finally {
          await list.end();
        }
      } finally {
        await archive.signOut().catch(() => undefined);
      }
    } finally {
      services.dispose();
    }
  },
};

interface Wanted extends Omit<RetrieveRequest, 'destination'> {
  readonly destination: Omit<SpoolDestination, 'server' | 'user'>;
}

async function readWanted(options: Options): Promise<Wanted> {
  const destination = await readDestination(options);
  const node = await readPacs(options);
  if (options.flag('move') && options.flag('get')) throw usage('Choose one of --move and --get.');
  const bind = options.text('bind');
  return {
    node,
    method: options.flag('get') ? 'get' : 'move',
    model: readModel(options),
    selections: readSelections(options),
    listener: {
      ...{ aeTitle: node.callingAe, port: options.port('port') ?? 11112 },
      ...(bind !== undefined && { bind }),
    },
    destination,
  };
}

function readSelections(options: Options): readonly Selection[] {
  const patientId = options.text('patient-id');
  const who = patientId === undefined ? {} : { patientId };
  const studies = options.list('study');
  const series = options.list('series');
  const [studyUid] = studies;
  if (studyUid === undefined) throw usage('The option --study is needed.');
  if (series.length === 0) return studies.map((uid) => ({ level: 'study', ...who, studyUid: uid }));
  if (studies.length > 1) throw usage('With --series name one study: the one that they belong to.');
  return series.map((seriesUid) => ({ level: 'series', ...who, studyUid, seriesUid }));
}

async function retrieve(
  context: CommandContext,
  services: Services,
  archive: Archive,
  wanted: Wanted,
): Promise<CommandResult> {
  const { output, signal } = context;
  const destination = {
    ...wanted.destination,
    server: archive.serverUrl,
    user: archive.userName,
  };
  let result: RetrieveResult | undefined;
  for await (const event of services.retrieve({ ...wanted, destination }, signal)) {
    if (event.kind === 'done') result = event.result;
    else show(output, event);
  }
  if (result === undefined) return { code: exitCode.internal };
  const { job, unknown, warnings } = result;
  output.event('retrieved', { ...result });
  if (unknown > 0) output.warning(`The PACS has nothing of ${unknown} of the chosen studies and series.`);
  const error = job === undefined ? undefined : await sendJob(context, services, archive, job);
  return { ...end(services, output, result, { unknown, warnings }), ...error };
}

/** N of M, and each difference with its reason. */
function end(
  { queue }: Services,
  output: Output,
  result: RetrieveResult,
  counts: { readonly unknown: number; readonly warnings: number },
): CommandResult {
  const job = queue.jobs().find(({ id }) => id === result.job);
  const told = job && retrieveOutcome(job);
  const missing = result.shortfalls.map((shortfall) => ({ status: 'missing', ...shortfall }) as const);
  const { archived, differences } = told ?? { archived: 0, differences: missing };
  for (const difference of differences) {
    output.event('difference', { ...difference });
    output.line(`${difference.count} x ${difference.status}: ${difference.reason}`);
  }
  const { expected = result.received } = result;
  output.line(`${archived} of ${expected} instances are archived`);
  const totals = { expected, received: result.received, archived, ...counts };
  const all = archived >= expected && counts.unknown === 0;
  return { code: all ? exitCode.done : exitCode.someFailed, totals };
}

function show(output: Output, event: Exclude<RetrieveEvent, { kind: 'done' }>): void {
  switch (event.kind) {
    case 'phase':
      output.event('phase', { phase: event.phase });
      if (event.phase === 'again') output.step('asking again for what did not come');
      return;
    case 'planned': {
      const { kind: _, ...counts } = event;
      output.event('planned', counts);
      output.step(
        `${counts.studies} studies, ${counts.series} series, ${counts.instances ?? 'some'} instances`,
      );
      return;
    }
    case 'job':
      output.event('job', { id: event.id });
      return;
    case 'progress': {
      const { received, expected } = event.progress;
      output.event('retrieving', { ...event.progress });
      output.progress(`retrieved ${received}${expected === undefined ? '' : ` of ${expected}`} instances`);
      return;
    }
  }
}
