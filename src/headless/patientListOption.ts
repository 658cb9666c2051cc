import { resolve } from 'node:path';
import type { Services } from '../services/createServices.js';
import { isInGitRepository } from '../services/patientList/gitFolder.js';
import type { ListEvent, ListOutcome } from '../services/patientList/types.js';
import type { CommandContext } from './command.js';
import { usage, type OptionTable } from './options.js';
import type { Output } from './output.js';
import { readOptionFile } from './prompt.js';

export const listPasswordOption: OptionTable = {
  'list-password-file': {
    type: 'string',
    value: 'FILE',
    help: 'file with the password of the patient list; without one it is not protected',
  },
};

/** Options of the commands that may keep a patient list. */
export const patientListOptions: OptionTable = {
  'patient-list': {
    type: 'string',
    value: 'FOLDER',
    help: 'keep the Excel list of who stands behind which subject in this folder',
  },
  ...listPasswordOption,
};

/** A list that is kept while a command runs. */
export interface RunningList {
  /** Writes what is not written yet. Never rejects. */
  end(): Promise<void>;
}

/**
 * Keeps the list of `--patient-list`, if there is one, until `end`. What goes wrong with it is told as a warning and stops
 * nothing. @throws USAGE, LIST_PASSWORD_NEEDED before anything was done
 */
export async function keepPatientList(
  context: CommandContext,
  { patientLists }: Pick<Services, 'patientLists'>,
): Promise<RunningList> {
  const { options, output } = context;
  const named = options.text('patient-list');
  if (named === undefined || named === '') return { end: () => Promise.resolve() };
  const folder = resolve(named);
  const target = { folder, ...(await listPassword(context)) };
  await patientLists.assertTarget(target);
  await warnOfPlace(output, folder, target.password);
  const kept = patientLists.keep(target, (event) => show(output, event));
  return {
    end: async () => {
      await kept.flush();
      kept.dispose();
    },
  };
}

/** The password of `--list-password-file`, one line end taken off. @throws USAGE */
export async function listPassword({
  options,
}: Pick<CommandContext, 'options'>): Promise<{ password?: string }> {
  const file = options.text('list-password-file');
  if (file === undefined) return {};
  const password = (await readOptionFile(file, 'list-password-file')).replace(/\r?\n$/, '');
  if (password === '') throw usage('The file of --list-password-file is empty.');
  return { password };
}

/** Says before it is written who may read a list. */
export async function warnOfPlace(
  output: Output,
  folder: string,
  password: string | undefined,
): Promise<void> {
  if (password === undefined)
    output.warning('The patient list is not protected: give --list-password-file. It names patients.');
  if (await isInGitRepository(folder))
    output.warning('The patient list lies in a git repository: see that it is never committed.');
}

/** Warnings about a list that was written. */
export function warnOfList(output: Output, { damaged, setAside }: Omit<ListOutcome, 'status'>): void {
  if (damaged > 0)
    output.warning('Parts of the key file can not be read: patients may be missing in the patient list.');
  if (setAside)
    output.warning(
      'The patient list there was changed or made by others: it was kept beside the new one. Two installations need two folders.',
    );
}

function show(output: Output, event: ListEvent): void {
  if (event.kind === 'written') {
    const { patients, studies } = event;
    output.event('patientList', { status: 'written', patients, studies });
    output.step(`patient list: ${patients} patients, ${studies} studies`);
    warnOfList(output, event);
    return;
  }
  const { error, waiting } = event;
  output.event('patientList', { status: waiting ? 'waiting' : 'failed', code: error.code });
  output.warning(`The patient list was not written. ${error.message} ${error.hint}`);
}
