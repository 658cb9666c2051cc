import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive, requireInputs } from '../connection.js';
import { serverOptions } from '../options.js';
import { readProfile } from '../profile.js';
import { RunReport } from '../report.js';
import { runPipeline } from '../runPipeline.js';

export const uploadCommand: Command = {
  name: 'upload',
  usage: 'PATH... --project P',
  help: 'de-identify DICOM files and upload them; proved by reading back what the server has',
  options: {
    ...serverOptions,
    project: { type: 'string', value: 'P', help: 'project to upload into' },
    profile: { type: 'string', value: 'NAME', help: 'de-identification profile (basic)' },
    'subject-prefix': {
      type: 'string',
      value: 'S',
      help: 'first part of new subject labels (AutoUploadSubject)',
    },
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options } = context;
    const profile = readProfile(options.text('profile'));
    const project = options.required('project');
    const inputs = requireInputs(context);
    const subjectPrefix = options.text('subject-prefix');
    const services = await context.services();
    try {
      const archive = await openArchive(context, services);
      try {
        const events = services.upload(
          archive,
          { inputs, project, profile, ...(subjectPrefix !== undefined && { subjectPrefix }) },
          context.signal,
        );
        const report = new RunReport(options.text('report'), 'gift-cloud', context.version, profile);
        return await runPipeline(context, events, report);
      } finally {
        await archive.signOut().catch(() => undefined);
      }
    } finally {
      services.dispose();
    }
  },
};
