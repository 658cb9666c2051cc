import { l10n } from 'vscode';
import { settingNames } from '../../workbench/contributions.js';
import { escaped } from '../page.js';
import type { FieldSchema } from './fieldRules.js';
import { fieldLabels, type FieldName } from './fieldTexts.js';

/** Settings whose value is a project of the server: chosen from its list. */
const projects: ReadonlySet<string> = new Set([settingNames.defaultProject, settingNames.listenerProject]);

/** Settings that name a file or folder of the machine; the person may look for it. */
export const pathFields: ReadonlyMap<string, 'file' | 'folder'> = new Map([
  [settingNames.serverCaFile, 'file'],
  [settingNames.profileFile, 'file'],
  [settingNames.listenerCertFile, 'file'],
  [settingNames.listenerKeyFile, 'file'],
  [settingNames.listenerCaFile, 'file'],
  [settingNames.downloadFolder, 'folder'],
  [settingNames.patientListFolder, 'folder'],
]);

/** Controls of the editor's kit for settings, with what the manifest says about them. */
export class FieldHtml {
  private readonly labels = fieldLabels();

  constructor(private readonly schemas: ReadonlyMap<string, FieldSchema>) {}

  /** The control of a setting with its description, and a place for why it can't be applied. */
  field(name: FieldName): string {
    const schema = this.schemas.get(name);
    if (!schema) throw new RangeError(`no schema of ${name}`);
    return `<div class="field" data-setting="${escaped(name)}"${projects.has(name) ? ' data-projects' : ''}>
${this.control(name, schema)}
<p class="description" id="${idOf(name)}-description">${this.description(schema.markdownDescription ?? '')}</p>
<p class="note" hidden></p>
<p class="problem" id="${idOf(name)}-problem" role="alert"></p>
</div>`;
  }

  fields(...names: readonly FieldName[]): string {
    return names.map((name) => this.field(name)).join('\n');
  }

  private control(name: FieldName, schema: FieldSchema): string {
    const label = escaped(this.labels[name]);
    const id = `id="${idOf(name)}"`;
    if (schema.type === 'boolean') return `<vscode-checkbox ${id}>${label}</vscode-checkbox>`;
    if (schema.type === 'array')
      return `<vscode-text-area ${id} rows="4" cols="30">${label}</vscode-text-area>`;
    if (projects.has(name)) return dropdown(id, label, []);
    if (schema.enum) {
      const { enumItemLabels = [] } = schema;
      return dropdown(
        id,
        label,
        schema.enum.map((value, at) => ({ value, label: enumItemLabels[at] ?? value })),
      );
    }
    const isNumber = schema.type === 'integer' || schema.type === 'number';
    const size = isNumber ? 8 : pathFields.has(name) ? 50 : 30;
    const field = `<vscode-text-field ${id}${isNumber ? ' class="narrow"' : ''} size="${size}" spellcheck="false">${label}</vscode-text-field>`;
    if (!pathFields.has(name)) return field;
    const browse = escaped(l10n.t('Browse for {0}', this.labels[name]));
    return `<div class="with-button">${field}
<vscode-button class="browse" appearance="secondary" aria-label="${browse}">${escaped(l10n.t('Browse…'))}</vscode-button></div>`;
  }

  /** The manifest writes Markdown: of that it uses bold, code, links to commands, and links to settings by their id. */
  private description(markdown: string): string {
    const text = escaped(markdown)
      .replace(/\*\*([^*]+)\*\*/g, '<strong>$1</strong>')
      .replace(/\[([^\]]+)\]\(command:[\w.]+\)/g, '$1');
    return text.replace(/`([^`]+)`/g, (_, code: string) => {
      const name = /^#(.+)#$/.exec(code)?.[1];
      const label = name === undefined ? undefined : this.labels[name as FieldName];
      return label === undefined ? `<code>${code.replaceAll('#', '')}</code>` : `“${escaped(label)}”`;
    });
  }
}

function dropdown(
  id: string,
  label: string,
  options: readonly { readonly value: string; readonly label: string }[],
): string {
  const items = options.map(
    ({ value, label: text }) => `<vscode-option value="${escaped(value)}">${escaped(text)}</vscode-option>`,
  );
  // Its label lies outside; the kit takes no text of its own for a name.
  return `<span class="label" aria-hidden="true">${label}</span>
<vscode-dropdown ${id} aria-label="${label}">${items.join('')}</vscode-dropdown>`;
}

/** Setting names have dots, which selectors take for classes. */
export function idOf(name: string): string {
  return name.replaceAll('.', '-');
}
