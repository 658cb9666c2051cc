import { isAbsolute, relative, resolve } from 'node:path';
import { ConfigurationTarget, l10n, workspace } from 'vscode';
import { GiftCloudError } from '../services/support/errors.js';
import { settingNames } from './contributions.js';

/** The settings as the user wrote them; see `userOnlySettings` for those that a workspace can't touch. */
export class Settings {
  get serverUrl(): string {
    return userText(settingNames.serverUrl);
  }

  async setServerUrl(url: string): Promise<void> {
    await workspace.getConfiguration().update(settingNames.serverUrl, url, ConfigurationTarget.Global);
  }

  get caFile(): string {
    return userText(settingNames.serverCaFile);
  }

  get defaultProject(): string {
    return userText(settingNames.defaultProject);
  }

  /** First part of new subject labels in a project, if the user chose one: the project's own, else that of all. */
  subjectPrefix(project: string): { readonly subjectPrefix?: string } {
    const entries = userValue(settingNames.subjectPrefixes);
    const own = (Array.isArray(entries) ? entries : [])
      .map((entry) => String(entry).split('='))
      .find(([name]) => name?.trim() === project)?.[1];
    const subjectPrefix = own?.trim() ?? userText(settingNames.subjectPrefix);
    return subjectPrefix === '' ? {} : { subjectPrefix };
  }

  /**
   * Name of a preset, or the absolute path of a profile file, which goes first.
   * @throws PROFILE_NOT_AVAILABLE for a path that is relative to nothing: never fall back to another profile.
   */
  get profile(): string {
    const file = userText(settingNames.profileFile);
    if (file === '') return userText(settingNames.profile);
    if (isAbsolute(file)) return file;
    throw new GiftCloudError(
      'PROFILE_NOT_AVAILABLE',
      l10n.t('The file of the de-identification profile needs its whole path.'),
      { hint: l10n.t('Change the setting giftcloud.deidentification.profileFile.') },
    );
  }

  get pageSize(): number {
    const value = workspace.getConfiguration().get<number>(settingNames.pageSize);
    return value !== undefined && value >= 1 ? Math.floor(value) : 200;
  }

  get includeProject(): boolean {
    return workspace.getConfiguration().get<boolean>(settingNames.includeProject) ?? true;
  }

  get includeSubject(): boolean {
    return workspace.getConfiguration().get<boolean>(settingNames.includeSubject) ?? true;
  }

  /** Folder for downloads. A workspace may name one inside itself only, so that it can't write elsewhere. */
  get downloadFolder(): string | undefined {
    const inspected = workspace.getConfiguration().inspect<string>(settingNames.downloadFolder);
    const root = workspace.workspaceFolders?.[0]?.uri;
    const rootPath = root?.scheme === 'file' ? root.fsPath : undefined;
    const fromWorkspace = inspected?.workspaceFolderValue ?? inspected?.workspaceValue;
    if (fromWorkspace && rootPath !== undefined) {
      const path = resolve(rootPath, fromWorkspace);
      if (isInside(rootPath, path)) return path;
    }
    const own = inspected?.globalValue;
    if (!own) return undefined;
    if (isAbsolute(own)) return own;
    return rootPath === undefined ? undefined : resolve(rootPath, own);
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../') && !way.startsWith('..\\') && !isAbsolute(way);
}

/** What the user wrote, else the default; whatever a workspace or folder says is not looked at. */
export function userValue(name: string): unknown {
  const inspected = workspace.getConfiguration().inspect(name);
  return inspected?.globalValue ?? inspected?.defaultValue;
}

export function userText(name: string): string {
  const value = userValue(name);
  return typeof value === 'string' ? value.trim() : '';
}
