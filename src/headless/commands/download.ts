import type { DownloadEvent } from '../../services/download/types.js';
import { splitArchivePath } from '../archivePath.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive } from '../connection.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';

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
    resource: { type: 'string', multiple: true, value: 'R', help: 'only resources with this label' },
  },
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
        return await show(context, events);
      } finally {
        await archive.signOut().catch(() => undefined);
      }
    } finally {
      services.dispose();
    }
  },
};

async function show(
  { output }: CommandContext,
  events: AsyncIterable<DownloadEvent>,
): Promise<CommandResult> {
  let finished: Extract<DownloadEvent, { kind: 'finished' }> | undefined;
  for await (const event of events) {
    if (event.kind === 'planned') {
      output.event('planned', { files: event.files, bytes: event.bytes });
      output.step(`${event.files} files, ${event.bytes} bytes`);
    } else if (event.kind === 'file') {
      const { kind, ...fields } = event;
      output.event(kind, fields);
      if (event.status === 'failed')
        output.step(`${event.path}: failed: ${event.reason ?? event.code ?? ''}`);
    } else if (event.kind === 'progress') {
      output.progress(`${event.filesDone} of ${event.filesTotal} files`);
    } else {
      finished = event;
    }
  }
  const { downloaded, present, failed, bytes } = finished ?? {
    downloaded: 0,
    present: 0,
    failed: 0,
    bytes: 0,
  };
  output.line(`${downloaded} downloaded, ${present} were there already, ${failed} failed`);
  return {
    code: failed > 0 ? exitCode.someFailed : exitCode.done,
    more: { totals: { files: downloaded + present + failed, downloaded, present, failed, bytes } },
  };
}
