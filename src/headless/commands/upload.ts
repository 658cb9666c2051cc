import type { UploadRequest } from '../../services/createServices.js';
import type { PipelineEvent } from '../../services/pipeline/types.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { openArchive, requireInputs } from '../connection.js';
import { destinationOptions, readDestination } from '../destinationOptions.js';
import { serverOptions } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { keepPatientList, patientListOptions } from '../patientListOption.js';
import { runPipeline } from '../runPipeline.js';
import { assertStateFolder } from '../stateFolder.js';

export const uploadCommand: Command = {
  name: 'upload',
  usage: 'PATH... --project P',
  help: 'de-identify DICOM files and upload them; proved by reading back what the server has',
  options: {
    ...serverOptions,
    ...destinationOptions,
    ...passphraseOptions,
    ...patientListOptions,
  },
  reportsFiles: true,
  async run(context: CommandContext): Promise<CommandResult> {
    const destination = await readDestination(context.options);
    const request = { inputs: requireInputs(context), ...destination };
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
    const list = await keepPatientList(context, services);
    try {
      yield* services.upload(archive, request, context.signal);
    } finally {
      await archive.signOut().catch(() => undefined);
      await list.end();
    }
  } finally {
    services.dispose();
  }
}
