import { ConfigurationTarget, l10n, workspace } from 'vscode';
import { userOnlySettings } from '../../workbench/contributions.js';
import { userValue } from '../../workbench/settings.js';
import type { FieldName } from './fieldTexts.js';
import { fieldLabels } from './fieldTexts.js';
import type { FieldSchema } from './fieldRules.js';

/** Settings with a field of the form, as the manifest of the running extension declares them. */
export function fieldSchemas(manifest: unknown): ReadonlyMap<string, FieldSchema> {
  const { contributes } = manifest as {
    readonly contributes: {
      readonly configuration: { readonly properties: Readonly<Record<string, FieldSchema>> };
    };
  };
  const { properties } = contributes.configuration;
  return new Map(
    (Object.keys(fieldLabels()) as FieldName[]).map((name): [string, FieldSchema] => {
      const schema = properties[name];
      if (!schema) throw new RangeError(`the manifest has no ${name}`);
      return [name, schema];
    }),
  );
}

/** The settings of the editor themselves: there is no other place in which the page keeps any. */
export const settingsStore = {
  read: userValue,

  /** Writes where the user's settings are; the editor takes those of a machine to the machine. */
  async write(name: string, value: unknown): Promise<void> {
    await workspace.getConfiguration().update(name, value, ConfigurationTarget.Global);
  },

  /** Where the workspace says otherwise, what the page shows is not what holds here. */
  note(name: string): string {
    if (userOnlySettings.includes(name)) return '';
    const inspected = workspace.getConfiguration().inspect(name);
    const elsewhere = inspected?.workspaceFolderValue ?? inspected?.workspaceValue;
    return elsewhere === undefined ? '' : l10n.t('This workspace has a value of its own, which goes first.');
  },
};
