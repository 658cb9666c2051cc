import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Services } from '../../services/createServices.js';
import { askServer } from '../../services/patients/serverCheck.js';
import type { KnownPatient } from '../../services/patients/types.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { withArchive } from '../connection.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import { listPassword, listPasswordOption, warnOfList, warnOfPlace } from '../patientListOption.js';
import { hasTerminal, promptSecret } from '../prompt.js';
import { assertStateFolder } from '../stateFolder.js';

type Action = (context: CommandContext, services: Services) => Promise<CommandResult>;

const actions: Readonly<Record<string, Action>> = { export: exportList, lookup: lookUp, import: importList };

export const patientListCommand: Command = {
  name: 'patient-list',
  usage: 'export --out FILE | lookup [TERM] | import FILE',
  help: 'who stands behind which subject, for authorised staff: Excel list, look-up, take over the list of the original client',
  options: {
    out: { type: 'string', value: 'FILE', help: 'export: Excel file to write (.xlsx)' },
    ...listPasswordOption,
    ...serverOptions,
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const action = actions[context.options.positionals[0] ?? ''];
    if (action === undefined) throw usage('The command takes one of export, lookup, import.');
    await assertStateFolder(context.stateFolder);
    const services = await context.services();
    try {
      return await action(context, services);
    } finally {
      services.dispose();
    }
  },
};

async function exportList(context: CommandContext, { patientLists }: Services): Promise<CommandResult> {
  const { options, output } = context;
  if (options.positionals.length > 1) throw usage('The export takes its file with --out.');
  const file = resolve(options.required('out'));
  if (!file.toLowerCase().endsWith('.xlsx')) throw usage('The file of --out ends with .xlsx.');
  const password = await listPassword(context);
  await warnOfPlace(output, resolve(file, '..'), password.password);
  const outcome = await patientLists.export({ file, ...password });
  const { patients, studies } = outcome;
  warnOfList(output, outcome);
  output.line(`${patients} patients with ${studies} studies were exported.`);
  return { code: exitCode.done, totals: { patients, studies } };
}

async function lookUp(context: CommandContext, services: Services): Promise<CommandResult> {
  const { options, output, signal } = context;
  const term = await termOf(context);
  const found = await services.patientLists.lookUp(term);
  const named = options.text('server') !== undefined && found.length > 0;
  await (named ? withArchive(context, services, tellAll) : tellAll());
  if (found.length === 0) output.warning('Nobody is known here by this label, pseudonym or ID.');
  return {
    code: found.length > 0 ? exitCode.done : exitCode.someFailed,
    totals: { patients: found.length },
  };

  async function tellAll(archive?: Archive): Promise<void> {
    for (const patient of found) {
      const asked = archive?.serverUrl === patient.server;
      tell(context, patient, asked ? await askServer(archive, patient, signal) : undefined);
    }
  }
}

/** The term may come on a way that leaves it in no history of commands and no list of processes. */
async function termOf({ options, signal }: CommandContext): Promise<string> {
  const [, given, ...more] = options.positionals;
  if (more.length > 0) throw usage('The look-up takes one subject label, pseudonym or patient ID.');
  if (given === '-') return (await text(process.stdin)).trim();
  if (given !== undefined) return given;
  if (!hasTerminal()) throw usage('Name a subject label, pseudonym or patient ID, or - to read it.');
  return (await promptSecret('Subject label, pseudonym or patient ID', signal)) ?? '';
}

/** The one answer that was asked for: it identifies a patient. */
function tell({ output }: CommandContext, patient: KnownPatient, onServer: string | undefined): void {
  const { server, project, subject, pseudonym, identities, studies } = patient;
  output.event('patient', {
    ...{ server, project, subject, pseudonym, ...(onServer !== undefined && { onServer }) },
    identities,
    studies: studies.map(({ experiment, studyDate, accessionNumber }) => ({
      ...{ experiment, studyDate, accessionNumber },
    })),
  });
  if (output.json) return;
  output.line(
    `${subject} of ${project} on ${server}${onServer === undefined ? '' : ` (server: ${onServer})`}`,
  );
  output.line(`  pseudonym ${pseudonym}`);
  for (const {
    patientName = '',
    patientId = '',
    patientBirthDate = '',
    issuerOfPatientId = '',
  } of identities) {
    output.line(
      `  ${[patientName, patientId, patientBirthDate, issuerOfPatientId].filter(Boolean).join('  ')}`,
    );
  }
  for (const { experiment, studyDate, accessionNumber } of studies) {
    output.line(`  ${[experiment, studyDate, accessionNumber].filter(Boolean).join('  ')}`);
  }
}

async function importList(context: CommandContext, services: Services): Promise<CommandResult> {
  const { options, output, signal } = context;
  const [, file, ...more] = options.positionals;
  if (file === undefined || more.length > 0) throw usage('Name one GiftCloudPatientList.json.');
  const totals = { entries: 0, added: 0, known: 0, held: 0 };
  await withArchive(context, services, async (archive) => {
    for await (const { index, project, status, code, reason } of services.patientLists.import(
      file,
      archive,
      signal,
    )) {
      totals.entries++;
      totals[status]++;
      output.event('entry', { index, project, status, ...(code && { code }), ...(reason && { reason }) });
      if (status === 'held') output.line(`entry ${index}: ${reason ?? ''}`);
      output.progress(`${totals.entries} entries`);
    }
  });
  const { entries, added, known, held } = totals;
  output.line(`${entries} entries: ${added} added, ${known} known already, ${held} not taken`);
  return { code: held > 0 ? exitCode.someFailed : exitCode.done, totals };
}
