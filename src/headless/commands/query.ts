import type { QueryLevel, QueryRequest, QueryRow, QueryTerms } from '../../services/query/types.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { exitCode } from '../exitCodes.js';
import { usage, type Options } from '../options.js';
import { pacsOptions, readModel, readPacs } from '../pacsOptions.js';

const levels: readonly string[] = ['patient', 'study', 'series', 'image'] satisfies QueryLevel[];

/** The rows are what is asked for: the only output of the program that names patients, and on standard output alone. */
export const queryCommand: Command = {
  name: 'query',
  usage: '--pacs AET@HOST:PORT',
  help: 'search a PACS; rows as JSON lines, which name patients; terms take the wildcards * and ?',
  options: {
    ...pacsOptions,
    'patient-id': { type: 'string', value: 'ID', help: 'patient ID' },
    'patient-name': { type: 'string', value: 'NAME', help: 'patient name, FAMILY^GIVEN' },
    'study-date': { type: 'string', value: 'DATE', help: 'YYYYMMDD, or a range: YYYYMMDD-YYYYMMDD' },
    accession: { type: 'string', value: 'NR', help: 'accession number' },
    modality: { type: 'string', value: 'M', help: 'modality, such as MR' },
    description: { type: 'string', value: 'TEXT', help: 'study description' },
    study: { type: 'string', value: 'UID', multiple: true, help: 'study instance UID' },
    series: { type: 'string', value: 'UID', multiple: true, help: 'series instance UID' },
    level: { type: 'string', value: 'LEVEL', help: 'rows: patient, study (default), series or image' },
    limit: { type: 'string', value: 'N', help: 'stop after so many rows' },
    all: { type: 'boolean', help: 'search without a term for everything, which can take very long' },
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, output, signal } = context;
    if (options.positionals.length > 0) throw usage('The command takes no path.');
    const request = readRequest(options);
    const node = await readPacs(options);
    const services = await context.services();
    // Rows of patients that are put together from studies grow: each is printed once, at the end.
    const growing = new Map<string, QueryRow>();
    const print = (row: QueryRow): void => {
      if (output.json) output.event('item', { ...row });
      else output.line(JSON.stringify(row));
    };
    try {
      for await (const event of services.query(node, request, signal)) {
        if (event.kind === 'rows') {
          for (const row of event.rows) {
            if (row.level !== 'patient' || request.model === 'patient') print(row);
            else growing.set(JSON.stringify([row.patientId, row.patientName, row.birthDate]), row);
          }
          continue;
        }
        for (const row of growing.values()) print(row);
        const { rows, more, unusable } = event;
        if (more) output.warning('There is more: narrow the search, or raise --limit.');
        if (unusable > 0) output.warning(`${unusable} answers of the PACS could not be used.`);
        return { code: exitCode.done, totals: { rows, more, unusable } };
      }
      return { code: exitCode.internal };
    } finally {
      services.dispose();
    }
  },
};

function readRequest(options: Options): QueryRequest {
  const level = options.text('level') ?? 'study';
  if (!isLevel(level)) throw usage('The option --level takes patient, study, series or image.');
  const limit = options.whole('limit', 1);
  return {
    ...{ model: readModel(options), level, terms: readTerms(options), everything: options.flag('all') },
    ...(limit !== undefined && { limit }),
  };
}

function isLevel(text: string): text is QueryLevel {
  return levels.includes(text);
}

function readTerms(options: Options): QueryTerms {
  const texts = {
    ...{ patientId: options.text('patient-id'), patientName: options.text('patient-name') },
    ...{ studyDate: options.text('study-date'), accessionNumber: options.text('accession') },
    ...{ modality: options.text('modality'), studyDescription: options.text('description') },
  };
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  const uids = { studyUids: options.list('study'), seriesUids: options.list('series') };
  return { ...(Object.fromEntries(given) as QueryTerms), ...uids };
}
