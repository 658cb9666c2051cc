import { localKey, noKey, type KeyEntry } from '../../services/keys/keyStore.js';
import { resolveProfile } from '../../services/deid/profiles/resolveProfile.js';
import type { Marker } from '../../services/keys/marker.js';
import type { ProjectKeys } from '../../services/keys/projectKeys.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { CommandContext } from '../command.js';
import { usage } from '../options.js';
import { askPassphrase, newPassphrase } from '../passphrase.js';
import { readScheme } from '../scheme.js';

export interface KeyActionContext extends CommandContext {
  readonly project: string;
  readonly keys: ProjectKeys;
  readonly archive: Archive | undefined;
  /** The key file of the command line; empty where none is taken. */
  readonly file: string;
}

interface KeyAction {
  readonly server: 'no' | 'may' | 'must';
  readonly takesFile?: true;
  run(context: KeyActionContext): Promise<void>;
}

/** What `gift-cloud key` can do, by its first word. */
export const keyActions: Readonly<Record<string, KeyAction>> = {
  create: { server: 'may', run: create },
  show: { server: 'may', run: show },
  export: { server: 'no', run: exportKey },
  import: { server: 'no', takesFile: true, run: importKey },
  rotate: { server: 'no', run: rotate },
  agree: { server: 'must', run: agreeTo },
};

async function create(context: KeyActionContext): Promise<void> {
  const { project, keys, archive, options, output, signal } = context;
  const wanted = {
    scheme: readScheme(options.text('scheme'), 'keyed'),
    replacesLost: options.flag('lost'),
    ...(await protection(context)),
  };
  const profile = await resolveProfile(options.text('profile'));
  if (archive === undefined) {
    await keys.create(project, wanted);
    await tellCurrent(context);
    if (project !== localKey) {
      output.line(
        'The project on the server is set up at the first upload by an owner, or with "key create --server".',
      );
    }
  } else {
    const marker = await keys.createOnServer({ archive, project }, profile, wanted, signal);
    await tellCurrent(context);
    tellMarker(context, marker);
  }
  output.line(
    'Keep a copy in a safe place: gift-cloud key export. Without the key nothing fits what was made with it.',
  );
}

async function show(context: KeyActionContext): Promise<void> {
  const { project, keys, archive, output, signal } = context;
  const entries = await keys.list(project);
  for (const entry of entries) tell(context, entry);
  if (archive === undefined) {
    if (entries.length === 0) throw noKey();
    return;
  }
  const { marker, empty } = await keys.state({ archive, project }, signal);
  if (marker) tellMarker(context, marker);
  else {
    output.event('marker', { project, scheme: empty ? null : 'gift-cloud' });
    output.line(
      empty
        ? 'The project is empty and not set up.'
        : 'The project is not set up: scheme gift-cloud, no key.',
    );
  }
}

async function exportKey(context: KeyActionContext): Promise<void> {
  const { project, keys, options, output } = context;
  const out = options.required('out');
  const key = await keys.export(project, out, await newPassphrase(context));
  output.event('exported', { project, id: key.id });
  output.line(`The key ${key.id} was exported. Give the passphrase on another way than the file.`);
}

async function importKey(context: KeyActionContext): Promise<void> {
  const { project, keys, file, output } = context;
  const exported = await keys.readExported(file);
  const { passphrase } = await protection(context);
  await keys.import(project, exported, () => askPassphrase(context), passphrase);
  await tellCurrent(context);
  if (exported.project !== project) output.line(`It was made for the project ${exported.project}.`);
}

async function rotate(context: KeyActionContext): Promise<void> {
  const { project, keys, output } = context;
  await keys.rotate(project, (await protection(context)).passphrase);
  await tellCurrent(context);
  output.line('The key before is kept by its id. What was made with it keeps its names:');
  output.line('the same patients come under new names from now on, and their dates move by other offsets.');
  if (project === localKey) return;
  output.line('Uploads into the project stop until an owner agrees: gift-cloud key agree --server.');
  output.line('Then everybody needs the new key; series that are archived already are held, not sent again.');
}

async function agreeTo(context: KeyActionContext): Promise<void> {
  const { project, keys, archive, options, signal } = context;
  if (archive === undefined) throw usage('The option --server is needed.');
  const profile = await resolveProfile(options.text('profile'));
  tellMarker(context, await keys.agree({ archive, project }, profile, signal));
}

/** A passphrase for the file in the state folder, with `--protect`. */
async function protection(context: KeyActionContext): Promise<{ readonly passphrase?: string }> {
  return context.options.flag('protect') ? { passphrase: await newPassphrase(context) } : {};
}

async function tellCurrent(context: KeyActionContext): Promise<void> {
  const entry = (await context.keys.list(context.project)).find(({ current }) => current);
  if (entry) tell(context, entry);
}

/** Everything about a key but the key. */
function tell({ output, project }: KeyActionContext, entry: KeyEntry): void {
  const { id, scheme, created, current, protected: isProtected, where } = entry;
  output.event('key', { project, id, scheme, created, current, protected: isProtected, where });
  const how = [scheme, `made ${created}`, current ? 'in use' : 'kept', ...(isProtected ? ['protected'] : [])];
  output.line(`key ${id} of ${project}: ${how.join(', ')}`);
  output.line(`  ${where}`);
}

function tellMarker({ output, project }: KeyActionContext, marker: Marker): void {
  output.event('marker', { project, ...marker });
  const key = marker.keyId === undefined ? 'no key' : `key ${marker.keyId}`;
  output.line(`project ${project} on the server: scheme ${marker.scheme}, ${key}, profile ${marker.profile}`);
}
