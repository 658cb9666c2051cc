import { readFile } from 'node:fs/promises';
import { checkServerScripts } from '../../services/deid/siteScript.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { requireInputs } from '../connection.js';
import { usage } from '../options.js';
import { readProfile } from '../profile.js';
import { RunReport } from '../report.js';
import { runPipeline } from '../runPipeline.js';

export const anonymiseCommand: Command = {
  name: 'anonymise',
  usage: 'PATH... --out DIR',
  help: 'de-identify DICOM files into a folder; nothing leaves this machine',
  options: {
    out: { type: 'string', value: 'DIR', help: 'folder to write into' },
    profile: { type: 'string', value: 'NAME', help: 'de-identification profile (basic)' },
    script: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'DicomEdit script to run before the profile',
    },
    subject: { type: 'string', value: 'S', help: "new Patient's Name (else the pseudonym)" },
    experiment: { type: 'string', value: 'E', help: 'new Patient ID (else the pseudonym)' },
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options } = context;
    const profile = readProfile(options.text('profile'));
    await checkScripts(options.list('script'));
    const subject = options.text('subject');
    const experiment = options.text('experiment');
    const services = await context.services();
    try {
      const events = services.anonymise(
        {
          inputs: requireInputs(context),
          outFolder: options.required('out'),
          profile,
          ...(subject !== undefined && { subject }),
          ...(experiment !== undefined && { experiment }),
        },
        context.signal,
      );
      return await runPipeline(
        context,
        events,
        new RunReport(options.text('report'), 'gift-cloud', context.version, profile),
      );
    } finally {
      services.dispose();
    }
  },
};

/** The stock script is what the profile does anyway; any other one stops the run (exit 5) until the interpreter exists. */
async function checkScripts(files: readonly string[]): Promise<void> {
  const scripts = [];
  for (const file of files) {
    try {
      scripts.push({ origin: 'site' as const, text: await readFile(file, 'utf8') });
    } catch {
      throw usage('A file of --script could not be read.');
    }
  }
  checkServerScripts(scripts);
}
