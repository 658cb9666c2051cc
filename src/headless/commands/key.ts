import { assertLabel } from '../../services/xnat/labels.js';
import type { Services } from '../../services/createServices.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { withArchive } from '../connection.js';
import { exitCode } from '../exitCodes.js';
import { serverOptions, usage } from '../options.js';
import { passphraseOptions } from '../passphrase.js';
import { assertStateFolder } from '../stateFolder.js';
import { keyActions } from './keyActions.js';

export const keyCommand: Command = {
  name: 'key',
  usage: `${Object.keys(keyActions).join('|')} --project P [FILE]`,
  help: 'make, look at, back up, restore and change the key of a project',
  options: {
    project: { type: 'string', value: 'P', help: 'project of the key; "local" for work without a server' },
    scheme: {
      type: 'string',
      value: 'NAME',
      help: 'create: keyed (default), or gift-cloud for a key that only moves dates',
    },
    profile: { type: 'string', value: 'NAME', help: 'create, agree: profile of the project (basic)' },
    protect: { type: 'boolean', help: 'create, import, rotate: keep the key behind a passphrase' },
    lost: { type: 'boolean', help: 'create: the key before is lost for good, see docs/keys.md' },
    out: { type: 'string', value: 'FILE', help: 'export: file to write, behind a passphrase' },
    ...passphraseOptions,
    ...serverOptions,
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, stateFolder } = context;
    const [name = '', ...files] = options.positionals;
    const action = keyActions[name];
    if (action === undefined) throw usage(`The command takes one of ${Object.keys(keyActions).join(', ')}.`);
    const project = options.required('project');
    assertLabel('project', project);
    if (files.length !== (action.takesFile ? 1 : 0)) {
      throw usage(action.takesFile ? 'Name one key file.' : 'The command takes no file.');
    }
    await assertStateFolder(stateFolder);
    const services = await context.services();
    try {
      await withServer(context, services, action.server, async (archive) => {
        await action.run({ ...context, project, keys: services.keys, archive, file: files[0] ?? '' });
      });
      return { code: exitCode.done };
    } finally {
      services.dispose();
    }
  },
};

/** The server where one is named or needed. */
async function withServer(
  context: CommandContext,
  services: Services,
  need: 'no' | 'may' | 'must',
  work: (archive: Archive | undefined) => Promise<void>,
): Promise<void> {
  const named = context.options.text('server') !== undefined;
  if (need === 'no' && named) throw usage('This action of the command takes no server.');
  if (need === 'no' || (need === 'may' && !named)) return work(undefined);
  return withArchive(context, services, work);
}
