import type { DownloadEvent } from '../../services/download/types.js';
import { toGiftCloudError, type GiftCloudError } from '../../services/support/errors.js';
import { splitArchivePath } from '../archivePath.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive } from '../connection.js';
import { DownloadReport } from '../downloadReport.js';
import { exitCode, exitCodeOf } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import type { Output } from '../output.js';

export const downloadCommand: Command = {
  name: 'download',
  usage: 'PROJECT[/SUBJECT[/EXPERIMENT[/SCAN]]] --out DIR',
  help: 'download files, checked against the list of the server; repeating it fetches only what is missing',
  options: {
    ...serverOptions,
    out: { type: 'string', value: 'DIR', help: 'folder to write into' },
    'include-project': { type: 'boolean', help: 'put the project into the path' },
    'include-subject': { type: 'boolean', help: 'put the subject into the path' },
    'scan-type': { type: 'string', multiple: true, value: 'T', help: 'only scans of this type or ID' },
    resource: { type: 'string', multiple: true, value: 'R', help: 'only resources of this label or id' },
  },
  reportsFiles: true,
  async run(context: CommandContext): Promise<CommandResult> {
    const { options } = context;
    const [text, ...others] = options.positionals;
    if (text === undefined || others.length > 0)
      throw usage('Name one path: PROJECT[/SUBJECT[/EXPERIMENT[/SCAN]]].');
    const { project, ...below } = splitArchivePath(text);
    if (project === undefined) throw usage('The path needs a project.');
    const services = await context.services();
    try {
      const archive = await openArchive(context, services);
      try {
        const events = services.download(
          archive,
          {
            targets: [{ project, ...below }],
            outFolder: options.required('out'),
            includeProject: options.flag('include-project'),
            includeSubject: options.flag('include-subject'),
            scanTypes: options.list('scan-type'),
            resources: options.list('resource'),
          },
          context.signal,
        );
        return await runDownload(context, events);
      } finally {
        await archive.signOut().catch(() => undefined);
      }
    } finally {
      services.dispose();
    }
  },
};

async function runDownload(
  context: CommandContext,
  events: AsyncIterable<DownloadEvent>,
): Promise<CommandResult> {
  const { options, output, version } = context;
  const report = new DownloadReport(options.text('report'), 'gift-cloud', version);
  let error: GiftCloudError | undefined;
  try {
    for await (const event of events) {
      if (event.kind === 'file' || event.kind === 'unlisted') report.add(event);
      show(output, event);
    }
  } catch (thrown) {
    error = toGiftCloudError(thrown);
  }
  await report.write();
  const totals = report.totals();
  const { downloaded, present, failed, unlisted } = totals;
  output.line(
    `${downloaded} downloaded, ${present} were there already, ${failed} failed` +
      (unlisted > 0 ? `, ${unlisted} times files could not be listed` : ''),
  );
  if (error) return { code: exitCodeOf(error.code), error, totals };
  if (totals.files + unlisted === 0) output.warning('There is nothing to download.');
  return { code: failed + unlisted > 0 ? exitCode.someFailed : exitCode.done, totals };
}

function show(output: Output, event: DownloadEvent): void {
  const { kind, ...fields } = event;
  switch (event.kind) {
    case 'planning':
      output.event(kind, fields);
      output.progress(`listing: ${event.placesPlanned} of ${event.placesTotal}, ${event.files} files`);
      return;
    case 'planned':
      output.event(kind, fields);
      output.step(`${event.files} files, ${event.bytes} bytes`);
      return;
    case 'file':
      output.event(kind, fields);
      if (event.status === 'failed')
        output.step(`${event.path}: failed: ${event.reason ?? event.code ?? ''}`);
      return;
    case 'unlisted':
      output.event(kind, fields);
      output.step(`${event.path}: files could not be listed: ${event.reason}`);
      return;
    case 'progress':
      output.event(kind, fields);
      output.progress(`${event.filesDone} of ${event.filesTotal}${event.growing ? ' or more' : ''} files`);
      return;
    case 'finished':
      return;
  }
}
