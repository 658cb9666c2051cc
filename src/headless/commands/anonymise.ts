import { readFile } from 'node:fs/promises';
import type { AnonymiseRequest } from '../../services/createServices.js';
import { resolveProfile } from '../../services/deid/profiles/resolveProfile.js';
import { checkServerScripts } from '../../services/deid/siteScript.js';
import { assertApart } from '../../services/pipeline/anonymiseLocal.js';
import type { PipelineEvent } from '../../services/pipeline/types.js';
import { GiftCloudError } from '../../services/support/errors.js';
import { assertLabel } from '../../services/xnat/labels.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { requireInputs } from '../connection.js';
import { usage } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { profileOption } from '../profileOption.js';
import { readScheme } from '../scheme.js';
import { runPipeline } from '../runPipeline.js';

export const anonymiseCommand: Command = {
  name: 'anonymise',
  usage: 'PATH... --out DIR',
  help: 'de-identify DICOM files into a folder; nothing leaves this machine',
  options: {
    out: { type: 'string', value: 'DIR', help: 'folder to write into' },
    profile: profileOption,
    script: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'DicomEdit script; only the stock script of a server so far, any other stops with exit 5',
    },
    subject: { type: 'string', value: 'S', help: "new Patient's Name (else the pseudonym)" },
    experiment: { type: 'string', value: 'E', help: 'new Patient ID (else the pseudonym)' },
    scheme: {
      type: 'string',
      value: 'NAME',
      help: 'names of UIDs and patients: gift-cloud (default), or keyed with the key "local"',
    },
    ...passphraseOptions,
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
      profile: await resolveProfile(options.text('profile')),
      scheme: readScheme(options.text('scheme'), 'gift-cloud'),
      ...(subject !== undefined && { subject }),
      ...(experiment !== undefined && { experiment }),
    };
    const scripts = await readScripts(options.list('script'));
    await assertApart(request.inputs, request.outFolder);
    return runPipeline(context, request, anonymise(context, request, scripts));
  },
};

async function* anonymise(
  context: CommandContext,
  request: AnonymiseRequest,
  scripts: readonly string[],
): AsyncGenerator<PipelineEvent, void, undefined> {
  for (const script of scripts) assertStock(script);
  const services = await context.services();
  try {
    yield* services.anonymise(request, context.signal);
  } finally {
    services.dispose();
  }
}

async function readScripts(files: readonly string[]): Promise<readonly string[]> {
  try {
    return await Promise.all(files.map((file) => readFile(file, 'utf8')));
  } catch {
    throw usage('A file of --script could not be read.');
  }
}

/** The stock script is what the profile does anyway; any other one stops the run (exit 5) until the interpreter exists. */
function assertStock(text: string): void {
  try {
    checkServerScripts([{ origin: 'site', text }]);
  } catch (error) {
    throw new GiftCloudError(
      'SCRIPT_NOT_SUPPORTED',
      'A script of --script is none that this version can run.',
      {
        hint: 'Nothing was written. The stock script of a server needs no --script: the profile does what it does.',
        cause: error,
      },
    );
  }
}
