import type { Services } from '../../services/createServices.js';
import type { DiagnoseRequest, Finding, ServerToCheck } from '../../services/diagnose/types.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { givenConnection, givenTrust, openGiven } from '../connection.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import { pacsOptions, readPacs } from '../pacsOptions.js';

export const diagnoseCommand: Command = {
  name: 'diagnose',
  usage: '[--server URL [--user NAME]] [--port N] [--pacs AET@HOST:PORT]',
  help: 'look at the way to a server, at a port and at a PACS, step by step; nothing is written',
  options: {
    ...serverOptions,
    project: { type: 'string', value: 'P', help: 'project that is to be uploaded to' },
    port: { type: 'string', value: 'N', help: 'port that is to be listened at' },
    bind: { type: 'string', value: 'ADDR', help: 'address to listen at' },
    ...pacsOptions,
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, output, signal, environment } = context;
    if (options.positionals.length > 0) throw usage('The command takes no path.');
    const services = await context.services();
    try {
      const request = await readRequest(context, services);
      if (!request.server && !request.listener && !request.nodes) {
        throw usage('Give --server, --port or --pacs.');
      }
      const totals = { good: 0, warning: 0, bad: 0, skipped: 0 };
      for await (const finding of services.diagnose({ ...request, proxies: environment }, signal)) {
        if (finding.outcome === 'running') continue;
        totals[finding.outcome]++;
        output.event('finding', { ...finding });
        if (!output.json) output.line(lineOf(finding));
      }
      return { code: totals.bad > 0 ? exitCode.someFailed : exitCode.done, totals };
    } finally {
      services.dispose();
    }
  },
};

async function readRequest(
  context: CommandContext,
  services: Services,
): Promise<Omit<DiagnoseRequest, 'proxies'>> {
  const { options } = context;
  const port = options.whole('port', 1);
  const bind = options.text('bind');
  const pacs = options.text('pacs') === undefined ? undefined : await readPacs(options);
  return {
    ...(options.text('server') !== undefined && { server: await readServer(context, services) }),
    ...(port !== undefined && { listener: { port, listening: false, ...(bind !== undefined && { bind }) } }),
    ...(pacs && { nodes: [{ name: pacs.name, node: pacs, callingAe: pacs.callingAe }] }),
  };
}

/** Without a user nobody signs in: the way alone is looked at. */
async function readServer(context: CommandContext, services: Services): Promise<ServerToCheck> {
  const { options, signal } = context;
  const url = options.required('server');
  const project = options.text('project') ?? '';
  const trust = await givenTrust(options);
  if (options.text('user') === undefined) return { url, project, ...trust };
  const given = await givenConnection(context);
  // Opened when its turn comes: an address that can't be used is a finding, too.
  let archive: ReturnType<typeof openGiven> | undefined;
  return { url, project, ...trust, archive: async () => (archive ??= openGiven(given, services, signal)) };
}

function lineOf({ step, about, outcome, text, hint }: Finding): string {
  return [outcome.padEnd(8), about === '' ? step : `${step} ${about}`, '·', text, hint ?? '']
    .join(' ')
    .trimEnd();
}
