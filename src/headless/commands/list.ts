import type { Archive } from '../../services/xnat/archive.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive } from '../connection.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import { splitArchivePath } from '../archivePath.js';

interface Item {
  readonly level: 'project' | 'subject' | 'experiment' | 'scan' | 'resource';
  readonly label: string;
  readonly id: string;
  readonly uri: string;
  readonly type?: string;
  readonly count?: number;
}

export const listCommand: Command = {
  name: 'list',
  usage: '[PROJECT[/SUBJECT[/EXPERIMENT[/SCAN]]]]',
  help: 'list what the server has below a path',
  options: serverOptions,
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, output } = context;
    if (options.positionals.length > 1) throw usage('Name one path at most.');
    const services = await context.services();
    try {
      const archive = await openArchive(context, services);
      try {
        const items = await itemsBelow(archive, options.positionals[0] ?? '', context.signal);
        for (const item of items) {
          output.event('item', { ...item });
          if (!output.json)
            output.line(
              [item.label, item.type ?? '', item.count === undefined ? '' : `${item.count} files`]
                .filter(Boolean)
                .join('\t'),
            );
        }
        return { code: exitCode.done, totals: { items: items.length } };
      } finally {
        await archive.signOut().catch(() => undefined);
      }
    } finally {
      services.dispose();
    }
  },
};

async function itemsBelow(archive: Archive, text: string, signal: AbortSignal): Promise<readonly Item[]> {
  const { project, subject, experiment, scan } = splitArchivePath(text);
  const uri = (...parts: readonly string[]): string => `/data/${parts.map(encodeURIComponent).join('/')}`;
  if (!project) {
    const rows = await archive.listProjects(signal);
    return rows.map((row) => ({
      level: 'project',
      label: row.id,
      id: row.id,
      uri: uri('projects', row.id),
    }));
  }
  if (!subject) {
    const rows = await archive.listSubjects(project, signal);
    return rows.map((row) => ({
      level: 'subject',
      label: row.label,
      id: row.id,
      uri: uri('projects', project, 'subjects', row.label),
    }));
  }
  if (!experiment) {
    const rows = await archive.listExperiments(project, subject, signal);
    return rows.map((row) => ({
      level: 'experiment',
      label: row.label,
      id: row.id,
      uri: uri('projects', project, 'subjects', subject, 'experiments', row.label),
      type: row.xsiType,
    }));
  }
  const above = ['projects', project, 'subjects', subject, 'experiments', experiment, 'scans'];
  if (!scan) {
    const rows = await archive.listScans(project, subject, experiment, signal);
    return rows.map((row) => ({
      level: 'scan',
      label: row.id,
      id: row.id,
      uri: uri(...above, row.id),
      type: row.type || row.xsiType,
    }));
  }
  const rows = await archive.listResources({ project, subject, experiment, scan }, signal);
  return rows.map((row) => ({
    level: 'resource',
    label: row.label,
    id: row.id,
    uri: uri(...above, scan, 'resources', row.label || row.id),
    ...(row.format !== '' && { type: row.format }),
    ...(row.fileCount !== undefined && { count: row.fileCount }),
  }));
}
