import { join } from 'node:path';
import { commands as editorCommands, env, l10n } from 'vscode';
import type { Profile } from '../services/deid/profiles/profile.js';
import type { Services } from '../services/createServices.js';
import type { KeyInfo } from '../services/keys/keyFile.js';
import { cancelled, GiftCloudError } from '../services/support/errors.js';
import type { Archive } from '../services/xnat/archive.js';
import type { Connection } from './connection.js';
import { commands } from './contributions.js';
import type { Dialogs } from './dialogs.js';
import { choiceOfScheme } from './keyQuestions.js';
import type { LazyServices } from './lazyServices.js';
import { askNewPassphrase } from './newPassphrase.js';
import { pickProject } from './projectPick.js';
import type { Settings } from './settings.js';
import type { SignIn } from './signIn.js';
import { errorText } from './texts.js';

/** Project keys as a person handles them: native questions, no key and no passphrase on the screen. */
export class KeyDesk {
  constructor(
    private readonly services: LazyServices,
    private readonly connection: Connection,
    private readonly signIn: SignIn,
    private readonly settings: Settings,
    private readonly dialogs: Dialogs,
  ) {}

  /** A key for an empty project of the server, or for one on this machine alone when nobody is signed in. */
  async create(): Promise<void> {
    const title = l10n.t('Create Project Key');
    const { keys } = await this.services.get();
    const project = await this.askProject(title);
    const archive = await this.archive();
    const target = archive && { archive, project };
    if (target && (await keys.state(target)).empty) {
      await keys.createOnServer(target, await this.profile(), { scheme: 'keyed' });
    } else {
      if (target) await this.confirmInUse(project);
      await keys.create(project, { scheme: 'keyed' });
    }
    const key = await keys.info(project);
    if (key) this.offerBackup(key);
  }

  /** Fingerprints, schemes, dates and places; choosing one copies its fingerprint. */
  async show(): Promise<void> {
    const title = l10n.t('Project Keys');
    const { keys } = await this.services.get();
    const project = await this.askProject(title);
    const entries = await keys.list(project);
    if (entries.length === 0) throw noKeyHere(project);
    const placeholder = l10n.t('Choose a key to copy its fingerprint');
    const id = await this.dialogs.pick(
      { title, placeholder },
      entries.map((entry) => ({
        label: entry.id,
        description: [entry.scheme, entry.current ? l10n.t('in use') : l10n.t('kept')].join(' · '),
        detail: l10n.t('Made {0}, lies in {1}', entry.created, entry.where),
        value: entry.id,
      })),
    );
    if (id !== undefined) await env.clipboard.writeText(id);
  }

  /** The key of a project into a file behind a passphrase. */
  async export(): Promise<void> {
    const title = l10n.t('Export Project Key');
    const { keys } = await this.services.get();
    const project = await this.askProject(title);
    const key = await keys.info(project);
    if (!key) throw noKeyHere(project);
    const passphrase = await askNewPassphrase(this.dialogs, {
      title,
      prompt: l10n.t('New passphrase for the file'),
    });
    const folders = await this.dialogs.pickFolders({ title, action: l10n.t('Export Here'), many: false });
    const folder = folders?.[0];
    if (!folder) throw cancelled();
    await keys.export(project, join(folder.fsPath, `gift-cloud-key-${project}-${key.id}.json`), passphrase);
    void this.dialogs.notify(
      'info',
      l10n.t('The key {0} was exported. Give the passphrase on another way than the file.', key.id),
      [],
    );
  }

  /** A key from such a file, for a project of this machine. */
  async import(): Promise<void> {
    const title = l10n.t('Import Project Key');
    const { keys } = await this.services.get();
    const project = await this.askProject(title);
    const file = await this.dialogs.pickFile({ title, action: l10n.t('Import') });
    if (!file) throw cancelled();
    const exported = await keys.readExported(file.fsPath);
    const answer = await this.dialogs.askText({
      title,
      prompt: l10n.t('Passphrase of the key {0}', exported.id),
      password: true,
      attempt: async (passphrase) => {
        try {
          await keys.import(project, exported, () => Promise.resolve(passphrase));
          return undefined;
        } catch (error) {
          // The only mistake that is put right by typing again.
          if (GiftCloudError.is(error, 'PASSPHRASE_WRONG')) return errorText(error);
          throw error;
        }
      },
    });
    if (typeof answer !== 'string') throw cancelled();
    void this.dialogs.notify('info', l10n.t('Project {0} now uses the key {1}.', project, exported.id), []);
  }

  /** A new key in place of the one in use, after a word on what that means. */
  async rotate(): Promise<void> {
    const title = l10n.t('Rotate Project Key');
    const { keys } = await this.services.get();
    const project = await this.askProject(title);
    if (!(await keys.info(project))) throw noKeyHere(project);
    const sure = await this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Make a new key for project {0}?', project),
      detail: l10n.t(
        'What is archived keeps its names, and the old key is kept here. From now on the same patients come under new names. Uploads into the project stop until an owner agrees and everybody has the new key.',
      ),
      action: l10n.t('Rotate'),
    });
    if (!sure) throw cancelled();
    this.offerBackup(await keys.rotate(project));
  }

  /** An owner says that the project goes on with the key and profile of this machine. */
  async agree(): Promise<void> {
    const title = l10n.t('Agree to Project Key');
    const { keys } = await this.services.get();
    const session = await this.signIn.require();
    const archive = await session.archive();
    const project = await this.askProject(title);
    const key = await keys.info(project);
    const profile = await this.profile();
    const sure = await this.dialogs.confirm({
      severity: 'warning',
      message: key
        ? l10n.t('Set project {0} up for the key {1} and the profile {2}?', project, key.id, profile.title)
        : l10n.t('Set project {0} up without a key, for the profile {1}?', project, profile.title),
      detail: l10n.t(
        'Everybody who uploads into it needs the same. Data that is there keeps its names; series that come again are held.',
      ),
      action: l10n.t('Agree'),
    });
    if (!sure) throw cancelled();
    await keys.agree({ archive, project }, profile);
    void this.dialogs.notify('info', l10n.t('Project {0} is set up.', project), []);
  }

  /** Before the first upload into a project that nobody has set up: how patients are named in it, a key first. */
  async settle({ keys }: Services, archive: Archive, project: string): Promise<void> {
    if (await keys.info(project)) return;
    const target = { archive, project };
    const { empty } = await keys.state(target);
    if (!empty) return;
    const scheme = await choiceOfScheme(project, this.dialogs);
    if (scheme === 'gift-cloud') return;
    await keys.createOnServer(target, await this.profile(), { scheme });
    const key = await keys.info(project);
    if (key) this.offerBackup(key);
  }

  /** As `settle`; and the key that the project names has to be here. @throws KEY_MISSING, SCHEME_MISMATCH, PASSPHRASE_WRONG */
  async require(services: Services, archive: Archive, project: string): Promise<void> {
    await this.settle(services, archive, project);
    await services.keys.assertFits({ archive, project }, await this.profile());
  }

  private async profile(): Promise<Profile> {
    return (await this.services.get()).readProfile(this.settings.profile);
  }

  private async confirmInUse(project: string): Promise<void> {
    const sure = await this.dialogs.confirm({
      severity: 'warning',
      message: l10n.t('Project {0} is in use already. Create a key for it all the same?', project),
      detail: l10n.t(
        'If it has a key, import that one instead. With a new key uploads from here stop until an owner agrees to it, and the same patients come under new names.',
      ),
      action: l10n.t('Create'),
    });
    if (!sure) throw cancelled();
  }

  private offerBackup({ id, project }: KeyInfo): void {
    const action = l10n.t('Export Project Key…');
    const text = l10n.t(
      'The key {0} of project {1} was made. Keep a copy in a safe place: without it nothing fits what was made with it.',
      id,
      project,
    );
    void this.dialogs.notify('info', text, [action]).then((chosen) => {
      if (chosen === action) void editorCommands.executeCommand(commands.exportKey);
    });
  }

  private async archive(): Promise<Archive | undefined> {
    return this.connection.session?.archive();
  }

  private async askProject(title: string): Promise<string> {
    const archive = await this.archive();
    if (archive) {
      const placeholder = l10n.t('Project of the key');
      return pickProject(archive, this.settings.defaultProject, this.dialogs, { title, placeholder });
    }
    const project = await this.dialogs.askText({
      title,
      prompt: l10n.t('Project of the key; sign in to choose from those of the server'),
      validate: (value) =>
        /^[A-Za-z0-9_-]{1,64}$/.test(value)
          ? undefined
          : l10n.t('Only letters, digits, _ and - are allowed.'),
    });
    if (typeof project !== 'string') throw cancelled();
    return project;
  }
}

function noKeyHere(project: string): GiftCloudError {
  return new GiftCloudError(
    'KEY_MISSING',
    l10n.t('There is no key for project {0} on this machine.', project),
    {
      hint: l10n.t('Import the one of the project, or create one if it has none yet.'),
    },
  );
}
