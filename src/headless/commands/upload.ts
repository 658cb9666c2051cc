import type { UploadRequest } from '../../services/createServices.js';
import { resolveProfile } from '../../services/deid/profiles/resolveProfile.js';
import type { PipelineEvent } from '../../services/pipeline/types.js';
import { checkedPrefix } from '../../services/subjects/labels.js';
import { assertLabel } from '../../services/xnat/labels.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive, requireInputs } from '../connection.js';
import { serverOptions } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { profileOption } from '../profileOption.js';
import { runPipeline } from '../runPipeline.js';
import { assertStateFolder } from '../stateFolder.js';

export const uploadCommand: Command = {
  name: 'upload',
  usage: 'PATH... --project P',
  help: 'de-identify DICOM files and upload them; proved by reading back what the server has',
  options: {
    ...serverOptions,
    project: { type: 'string', value: 'P', help: 'project to upload into' },
    profile: profileOption,
    'subject-prefix': {
      type: 'string',
      value: 'S',
      help: 'first part of new subject labels (AutoUploadSubject)',
    },
    ...passphraseOptions,
  },
  reportsFiles: true,
  async run(context: CommandContext): Promise<CommandResult> {
    const { options } = context;
    const project = options.required('project');
    assertLabel('project', project);
    const prefix = options.text('subject-prefix');
    const request = {
      inputs: requireInputs(context),
      project,
      profile: await resolveProfile(options.text('profile')),
      ...(prefix !== undefined && { subjectPrefix: checkedPrefix(prefix) }),
    };
    await assertStateFolder(context.stateFolder);
    return runPipeline(context, request, upload(context, request));
  },
};

async function* upload(
  context: CommandContext,
  request: UploadRequest,
): AsyncGenerator<PipelineEvent, void, undefined> {
  const services = await context.services();
  try {
    const archive = await openArchive(context, services);
    try {
      yield* services.upload(archive, request, context.signal);
    } finally {
      await archive.signOut().catch(() => undefined);
    }
  } finally {
    services.dispose();
  }
}
