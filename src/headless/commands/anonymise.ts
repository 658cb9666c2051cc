import type { AnonymiseRequest } from '../../services/createServices.js';
import { assertApart } from '../../services/pipeline/anonymiseLocal.js';
import type { PipelineEvent } from '../../services/pipeline/types.js';
import { assertLabel } from '../../services/xnat/labels.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { requireInputs } from '../connection.js';
import { readProfile } from '../profile.js';
import { runPipeline } from '../runPipeline.js';
import { readScriptFiles } from '../scriptFiles.js';

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
      help: 'DicomEdit script to run before the profile; an error in it stops with exit 5',
    },
    subject: { type: 'string', value: 'S', help: "new Patient's Name (else the pseudonym)" },
    experiment: { type: 'string', value: 'E', help: 'new Patient ID (else the pseudonym)' },
  },
  reportsFiles: true,
  async run(context: CommandContext): Promise<CommandResult> {
    const { options } = context;
    const subject = options.text('subject');
    const experiment = options.text('experiment');
    if (subject !== undefined) assertLabel('subject', subject);
    if (experiment !== undefined) assertLabel('experiment', experiment);
    const request = {
      inputs: requireInputs(context),
      outFolder: options.required('out'),
      profile: readProfile(options.text('profile')),
      ...(subject !== undefined && { subject }),
      ...(experiment !== undefined && { experiment }),
    };
    const texts = await readScriptFiles(options.list('script'));
    const scripts = texts.map((text) => ({ origin: 'local', text }) as const);
    await assertApart(request.inputs, request.outFolder);
    return runPipeline(context, request, anonymise(context, { ...request, scripts }));
  },
};

async function* anonymise(
  context: CommandContext,
  request: AnonymiseRequest,
): AsyncGenerator<PipelineEvent, void, undefined> {
  const services = await context.services();
  try {
    yield* services.anonymise(request, context.signal);
  } finally {
    services.dispose();
  }
}
