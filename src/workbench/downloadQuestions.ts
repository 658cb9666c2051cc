import { l10n, workspace } from 'vscode';
import type { DownloadRequest } from '../services/download/types.js';
import { GiftCloudError } from '../services/support/errors.js';
import type { Choice, Dialogs } from './dialogs.js';
import type { Settings } from './settings.js';

export type DownloadChoices = Pick<
  DownloadRequest,
  'includeProject' | 'includeSubject' | 'withoutScanTypes' | 'withoutResources'
>;

/** What the chosen rows hold, as far as it is known. */
export interface DownloadContents {
  readonly scanTypes: readonly string[];
  readonly resources: readonly string[];
}

type Answer =
  | { readonly kind: 'project' | 'subject' }
  | { readonly kind: 'scanType' | 'resource'; readonly name: string };

/**
 * All options in one list. Everything is ticked at first; what a person unticks is left out, so that scan types and
 * resources that a large project has beyond those shown are not lost.
 */
export async function askDownloadChoices(
  contents: DownloadContents,
  settings: Settings,
  dialogs: Dialogs,
): Promise<DownloadChoices | undefined> {
  const choices: Choice<Answer>[] = [
    {
      heading: l10n.t('Folders'),
      label: l10n.t('Include project in path'),
      picked: settings.includeProject,
      value: { kind: 'project' },
    },
    {
      label: l10n.t('Include subject in path'),
      picked: settings.includeSubject,
      value: { kind: 'subject' },
    },
    ...filterChoices('scanType', l10n.t('Scan types'), contents.scanTypes),
    ...filterChoices('resource', l10n.t('Resources'), contents.resources),
  ];
  const answers = await dialogs.pickMany(
    {
      title: l10n.t('Download to Workspace'),
      placeholder: l10n.t('What to download, and into which folders'),
    },
    choices,
  );
  if (!answers) return undefined;
  const names = (kind: Answer['kind']): string[] =>
    answers.flatMap((answer) => (answer.kind === kind && 'name' in answer ? [answer.name] : []));
  const scanTypes = names('scanType');
  const resources = names('resource');
  if (contents.scanTypes.length > 0 && scanTypes.length === 0) throw nothingChosen();
  if (contents.resources.length > 0 && resources.length === 0) throw nothingChosen();
  return {
    includeProject: answers.some((answer) => answer.kind === 'project'),
    includeSubject: answers.some((answer) => answer.kind === 'subject'),
    withoutScanTypes: contents.scanTypes.filter((name) => !scanTypes.includes(name)),
    withoutResources: contents.resources.filter((name) => !resources.includes(name)),
  };
}

function nothingChosen(): GiftCloudError {
  return new GiftCloudError('USAGE', l10n.t('Nothing was chosen to download.'), {
    hint: l10n.t('Leave at least one scan type and one resource ticked.'),
  });
}

function filterChoices(
  kind: 'scanType' | 'resource',
  heading: string,
  names: readonly string[],
): Choice<Answer>[] {
  return names.map((name, index) => ({
    ...(index === 0 && { heading }),
    label: name,
    picked: true,
    value: { kind, name },
  }));
}

/** Where downloads go: the setting, else asked for; the last answer is offered first. */
export class DownloadFolder {
  /** Kept in memory only: a path may name a patient, so it is written nowhere. */
  private last: string | undefined;

  constructor(
    private readonly settings: Settings,
    private readonly dialogs: Dialogs,
  ) {}

  async ask(): Promise<string | undefined> {
    const set = this.settings.downloadFolder;
    if (set !== undefined) return set;
    const folders = (workspace.workspaceFolders ?? []).filter((folder) => folder.uri.scheme === 'file');
    const paths = new Map<string, string>(folders.map((folder) => [folder.uri.fsPath, folder.name]));
    if (this.last !== undefined && !paths.has(this.last)) paths.set(this.last, this.last);
    const ordered = [...paths].sort(([a], [b]) => Number(b === this.last) - Number(a === this.last));
    const other = Symbol('other');
    const picked =
      paths.size === 0
        ? other
        : await this.dialogs.pick<string | typeof other>(
            { title: l10n.t('Download to Workspace'), placeholder: l10n.t('Folder to download into') },
            [
              ...ordered.map(([path, name]) => ({ label: name, value: path })),
              { label: l10n.t('Choose another folder…'), value: other },
            ],
          );
    const path = picked === other ? await this.askOther() : picked;
    if (typeof path !== 'string') return undefined;
    this.last = path;
    return path;
  }

  private async askOther(): Promise<string | undefined> {
    const picked = await this.dialogs.pickFolders({
      title: l10n.t('Folder to download into'),
      action: l10n.t('Download Here'),
      many: false,
    });
    return picked?.[0]?.fsPath;
  }
}
