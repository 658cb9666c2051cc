import { readFile } from 'node:fs/promises';
import { openKeyFile, parseKeyFile, sealedKeyFile, type ProjectKey } from '../../services/keys/keyFile.js';
import { localKey, noKey, type KeyEntry, type KeyStore } from '../../services/keys/keyStore.js';
import type { Marker } from '../../services/keys/marker.js';
import { agree, createForProject, projectState } from '../../services/keys/projectSetUp.js';
import { createFileAtomic } from '../../services/support/atomicFile.js';
import { resolveProfile } from '../../services/deid/profiles/resolveProfile.js';
import { GiftCloudError } from '../../services/support/errors.js';
import type { Archive } from '../../services/xnat/archive.js';
import type { CommandContext } from '../command.js';
import { usage } from '../options.js';
import { askPassphrase, newPassphrase } from '../passphrase.js';
import { readScheme } from '../scheme.js';

export interface KeyActionContext extends CommandContext {
  readonly project: string;
  readonly keys: KeyStore;
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
    const marker = await createForProject({ archive, project, profile, keys }, wanted, signal);
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
  const { marker, empty } = await projectState(archive, project, signal);
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
  const key = await keys.current(project);
  if (key === undefined) throw noKey();
  const text = await sealedKeyFile(key, await newPassphrase(context));
  if (!(await createFileAtomic(out, text))) {
    throw new GiftCloudError('FILE_EXISTS', 'There is a file of the name of --out already.', {
      hint: 'Nothing was written. Choose another name.',
    });
  }
  output.event('exported', { project, id: key.id });
  output.line(`The key ${key.id} was exported. Give the passphrase on another way than the file.`);
}

async function importKey(context: KeyActionContext): Promise<void> {
  const { project, keys, file, output } = context;
  const read = parseKeyFile(await readKeyFile(file));
  if (read === undefined || !('sealed' in read.secret)) {
    throw usage('The file is no exported key.', 'Give a file that "key export" wrote.');
  }
  const opened = await openKeyFile(read, () => askPassphrase(context));
  const key: ProjectKey = { ...opened, project };
  await keys.use(key, (await protection(context)).passphrase);
  await tellCurrent(context);
  if (opened.project !== project) output.line(`It was made for the project ${opened.project}.`);
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
  const key = await keys.info(project);
  const profile = await resolveProfile(options.text('profile'));
  tellMarker(context, await agree(archive, project, { key, profile }, signal));
}

/** A passphrase for the file in the state folder, with `--protect`. */
async function protection(context: KeyActionContext): Promise<{ readonly passphrase?: string }> {
  return context.options.flag('protect') ? { passphrase: await newPassphrase(context) } : {};
}

async function readKeyFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw usage('The key file could not be read.', 'Check the path and that you may read it.');
  }
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
