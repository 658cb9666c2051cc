import { l10n } from 'vscode';
import type { ProfileOption } from '../../services/deid/profiles/options.js';
import type { Profile } from '../../services/deid/profiles/profile.js';
import type { Connection } from '../../workbench/connection.js';
import { settingNames } from '../../workbench/contributions.js';
import type { LazyServices } from '../../workbench/lazyServices.js';
import { isNothing } from '../shared/guards.js';
import type { Handlers } from '../shared/pageCalls.js';
import type { ProfileWords, SettingsCalls } from './contract.js';
import type { SettingsDraft } from './settingsDraft.js';

/** Says in words what the chosen profile does, and what the scripts of the server mean for it. */
export class DeidWords {
  constructor(
    private readonly draft: SettingsDraft,
    private readonly services: LazyServices,
    private readonly connection: Connection,
  ) {}

  readonly handlers: Handlers<Pick<SettingsCalls, 'words' | 'scripts'>> = {
    words: { accepts: isNothing, run: () => this.words() },
    scripts: { accepts: isNothing, run: () => this.scripts() },
  };

  /** Of what is typed, not only of what was applied: a choice is understood before it is made. */
  private async words(): Promise<ProfileWords> {
    const file = this.draft.field(settingNames.profileFile).value;
    const chosen = file === '' ? this.draft.field(settingNames.profile).value : file;
    const profile = await (await this.services.get()).readProfile(String(chosen));
    return { title: profile.title, lines: wordsOf(profile) };
  }

  private async scripts(): Promise<readonly string[]> {
    const { session } = this.connection;
    const project = String(this.draft.field(settingNames.defaultProject).value);
    if (!session) return [l10n.t('Sign in to see them.')];
    if (project === '') return [l10n.t('Choose the project for uploads to see them.')];
    const archive = await session.archive();
    const scripts = await archive.enabledScripts(project);
    if (scripts.length === 0) return [l10n.t('Server and project have no script.')];
    const { scriptHelp } = await this.services.get();
    return scripts.map((script) => {
      const name =
        script.origin === 'site'
          ? l10n.t('Script of the server')
          : l10n.t('Script of the project {0}', project);
      const found = scriptHelp.standingOf(script);
      if (found.standing === 'native')
        return l10n.t('{0}: the usual one, done by this program in any case.', name);
      if (found.standing === 'run') return l10n.t('{0}: run on this machine, before the profile.', name);
      return l10n.t('{0}: stops uploads. {1}', name, found.reason);
    });
  }
}

function wordsOf({ options, safePrivate, documents, descriptors }: Profile): readonly string[] {
  const lines = [
    l10n.t(
      'Follows Table E.1-1 of DICOM PS3.15: names, numbers, addresses and all texts that may name somebody go.',
    ),
    ...options.map((option) => optionText(option, safePrivate.length, descriptors?.length)),
  ];
  if (!options.includes('retainSafePrivate')) lines.push(l10n.t('Removes all private elements.'));
  if (!options.includes('retainModifiedDates') && !options.includes('retainFullDates')) {
    lines.push(l10n.t('Removes dates and times, or puts others in their place.'));
  }
  if (!options.includes('retainUids')) lines.push(l10n.t('Replaces UIDs, the same one always by the same.'));
  lines.push(
    documents === 'replace'
      ? l10n.t('Replaces what reports and documents say.')
      : l10n.t('Holds back reports and documents that it can not clean.'),
  );
  return lines;
}

function optionText(option: ProfileOption, privates: number, descriptors: number | undefined): string {
  switch (option) {
    case 'cleanGraphics':
      return l10n.t('Cleans graphics and annotations.');
    case 'cleanStructuredContent':
      return l10n.t('Keeps the coded content of reports, cleans their texts.');
    case 'cleanDescriptors':
      return descriptors === undefined
        ? l10n.t("Keeps descriptions, without the patient's own values.")
        : l10n.t("Keeps {0} descriptions of images, without the patient's own values.", descriptors);
    case 'retainFullDates':
      return l10n.t('Keeps dates and times as they are.');
    case 'retainModifiedDates':
      return l10n.t('Moves dates, for each patient by days that only the key of the project tells.');
    case 'retainPatientCharacteristics':
      return l10n.t('Keeps sex, age (over 89: 090Y), size and weight.');
    case 'retainDeviceIdentity':
      return l10n.t('Keeps which device made the images.');
    case 'retainUids':
      return l10n.t('Keeps UIDs as they are.');
    case 'retainSafePrivate':
      return l10n.t('Keeps {0} private elements that are known to be safe.', privates);
    case 'retainInstitutionIdentity':
      return l10n.t('Keeps which institution made the images.');
  }
}
