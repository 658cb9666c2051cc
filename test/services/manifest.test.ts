import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import ts from 'typescript';
import {
  authenticationProvider,
  commands,
  contextKeys,
  machineSettings,
  nodeCommands,
  rowKinds,
  settingNames,
  userOnlySettings,
  viewContainer,
  views,
} from '../../src/workbench/contributions.js';
import { nodeActions } from '../../src/tree/dicomNodes.js';
import { jobActions } from '../../src/tree/transferNodes.js';

/** What a context value says that a row can do, by view. */
const rowActions: Readonly<Record<string, readonly string[]>> = {
  [views.transfers]: jobActions,
  [views.nodes]: nodeActions,
};

const root = resolve(import.meta.dirname, '../..');
const read = (name: string): string => readFileSync(join(root, name), 'utf8');

interface MenuItem {
  readonly command: string;
  readonly when?: string;
}

interface Manifest {
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly extensionKind: readonly string[];
  readonly capabilities: Readonly<Record<string, { readonly supported: string }>>;
  readonly contributes: {
    readonly authentication: readonly { readonly id: string }[];
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon?: string }[]>>;
    readonly viewsWelcome: readonly {
      readonly view: string;
      readonly contents: string;
      readonly when: string;
    }[];
    readonly commands: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly scope?: string;
            readonly ignoreSync?: boolean;
            readonly default?: unknown;
            readonly markdownDescription?: string;
          }
        >
      >;
    };
  };
}

const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const { contributes } = manifest;
const commandIds: readonly string[] = Object.values(commands);
const sorted = (values: Iterable<string>): string[] => [...values].sort();

function sources(): ts.SourceFile[] {
  return readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name === 'extension.ts' || /^(tree|workbench|webviews)[\\/].*\.ts$/.test(name))
    .map((name) => ts.createSourceFile(name, read(join('src', name)), ts.ScriptTarget.ES2022, true));
}

/** Every `l10n.t(...)` of the sources: its text, or where a text is not written out. */
function localised(): { readonly strings: Set<string>; readonly unclear: string[] } {
  const strings = new Set<string>();
  const unclear: string[] = [];
  for (const file of sources()) {
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === 'l10n.t') {
        const [text] = node.arguments;
        if (text && ts.isStringLiteralLike(text)) strings.add(text.text);
        else unclear.push(`${file.fileName}: ${node.getText()}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
  }
  return { strings, unclear };
}

describe('the manifest', () => {
  it('declares exactly the commands that the registrar registers', () => {
    assert.deepEqual(sorted(contributes.commands.map(({ command }) => command)), sorted(commandIds));
    for (const id of commandIds) assert.match(id, /^giftcloud\.[a-z]+\.[a-zA-Z]+$/);
  });

  it('gives every command a category and a title in title case', () => {
    for (const { command, title, category } of contributes.commands) {
      assert.equal(category, 'GIFT-Cloud', command);
      const text = texts[title.slice(1, -1)] ?? '';
      const lower = text
        .split(/\s+/)
        .filter((word) => /^[a-z]/.test(word) && !/^(to|and|a|the|of|on|from|for)$/.test(word));
      assert.deepEqual(lower, [], `${command}: ${text}`);
    }
  });

  it('uses no command in a menu, a welcome text or a row that does not exist', () => {
    const inMenus = Object.values(contributes.menus).flatMap((items) => items.map(({ command }) => command));
    const inTexts = Object.values(texts).flatMap((text) =>
      [...text.matchAll(/\(command:([\w.]+)\)/g)].map((match) => match[1] ?? ''),
    );
    assert.ok(inTexts.includes(commands.signIn));
    for (const id of [...inMenus, ...inTexts]) assert.ok(commandIds.includes(id), id);
  });

  it('hides the commands of a row from the palette, and no other', () => {
    const hidden = (contributes.menus['commandPalette'] ?? []).filter(({ when }) => when === 'false');
    assert.deepEqual(sorted(hidden.map(({ command }) => command)), sorted(nodeCommands));
  });

  it('shows every command of a row only in the view, under a kind of row that exists', () => {
    const items = contributes.menus['view/item/context'] ?? [];
    assert.ok(items.length > 0);
    for (const { command, when = '' } of items) {
      const [, view = '', what] = /^view == (\S+) && viewItem (=~|==) /.exec(when) ?? [];
      const known: readonly string[] = view === views.archive ? rowKinds : (rowActions[view] ?? []);
      assert.ok(what !== undefined && known.length > 0, `${command}: ${when}`);
      const kinds = /viewItem (?:=~ \/(?:\^\(([^)]*)\)\$|;(\w+);)\/|== (\w+))/.exec(when);
      const named = (kinds?.slice(1).find((one) => one !== undefined) ?? '').split('|');
      for (const kind of named) assert.ok(known.includes(kind), `${command}: ${kind}`);
    }
  });

  it('offers the upload in the Explorer on folders and DICOM files alone', () => {
    const [item] = contributes.menus['explorer/context'] ?? [];
    assert.equal(item?.command, commands.uploadFolder);
    assert.match(item?.when ?? '', /explorerResourceIsFolder/);
    assert.match(item?.when ?? '', /resourceScheme/);
  });

  it('declares the view, its container and the account provider under the ids of the sources', () => {
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [viewContainer],
    );
    assert.deepEqual(
      contributes.views[viewContainer]?.map(({ id }) => id),
      Object.values(views),
    );
    assert.deepEqual(
      contributes.authentication.map(({ id }) => id),
      [authenticationProvider],
    );
  });

  it('reads no context key that nobody sets', () => {
    const conditions = JSON.stringify(contributes).match(/giftcloud\.\w+(?![\w.])/g) ?? [];
    const known = [...Object.values(contextKeys), ...Object.values(views)] as readonly string[];
    assert.deepEqual(sorted(new Set(conditions.filter((key) => !known.includes(key)))), []);
    const used = JSON.stringify(contributes);
    for (const key of Object.values(contextKeys)) assert.ok(used.includes(key), `${key} is set for nobody`);
  });

  it('declares exactly the settings that are read, each with a default and a description', () => {
    const properties = contributes.configuration.properties;
    assert.deepEqual(sorted(Object.keys(properties)), sorted(Object.values(settingNames)));
    for (const [name, property] of Object.entries(properties)) {
      assert.notEqual(property.default, undefined, name);
      assert.ok(property.markdownDescription, name);
    }
  });

  it('lets no workspace set what decides where data goes or how it is de-identified', () => {
    for (const [name, property] of Object.entries(contributes.configuration.properties)) {
      const decides = /^giftcloud\.(server|upload|deidentification)\./.test(name);
      assert.equal(userOnlySettings.includes(name), decides, name);
      assert.equal(property.scope === 'application', decides, `${name}: ${property.scope ?? 'window'}`);
      // Nor may another machine of the same person, behind their back.
      assert.equal(property.ignoreSync ?? false, decides, name);
    }
  });

  it('leaves what belongs to a machine to that machine: the listener, nodes and the queue', () => {
    for (const [name, property] of Object.entries(contributes.configuration.properties)) {
      assert.equal(property.scope === 'machine', machineSettings.includes(name), name);
    }
    assert.ok(machineSettings.length > 10);
  });

  it('runs where the files are, and with limits in untrusted and virtual workspaces', () => {
    assert.deepEqual(manifest.extensionKind, ['workspace']);
    assert.equal(manifest.capabilities['untrustedWorkspaces']?.supported, 'limited');
    assert.equal(manifest.capabilities['virtualWorkspaces']?.supported, 'limited');
  });

  it('uses no editor interface newer than the oldest editor it accepts', () => {
    assert.equal(`^${manifest.devDependencies['@types/vscode'] ?? ''}`, manifest.engines.vscode);
  });

  it('takes every text from package.nls.json, which holds no other', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? '');
    assert.deepEqual(sorted(new Set(used)), sorted(Object.keys(texts)));
    for (const [key, text] of Object.entries(texts)) assert.notEqual(text.trim(), '', key);
  });

  it('points to pictures that exist, the icon a PNG of at least 128 pixels', () => {
    const icon = readFileSync(join(root, manifest.icon));
    assert.deepEqual([...icon.subarray(1, 4)], [...Buffer.from('PNG')]);
    assert.ok(icon.readUInt32BE(16) >= 128 && icon.readUInt32BE(20) >= 128);
    for (const view of Object.values(contributes.views).flat()) {
      assert.ok(view.icon !== undefined && existsSync(join(root, view.icon)), view.id);
    }
  });
});

describe('texts of the sources', () => {
  const { strings, unclear } = localised();

  it('are written out where they are translated', () => {
    assert.ok(strings.size > 50);
    assert.deepEqual(unclear, []);
  });

  it('are in l10n/bundle.l10n.json, which holds no other', () => {
    const bundle = JSON.parse(read('l10n/bundle.l10n.json')) as Record<string, string>;
    assert.deepEqual(sorted(Object.keys(bundle)), sorted(strings), 'run: node scripts/export-l10n.mjs');
  });

  it('go to the person through the dialogs alone', () => {
    const direct = sources()
      .filter((file) => !/nativeDialogs\.ts$/.test(file.fileName))
      .filter((file) =>
        /\bshow(Information|Warning|Error)Message\b|\bshowQuickPick\b|\bshowInputBox\b/.test(file.text),
      )
      .map((file) => file.fileName);
    assert.deepEqual(direct, []);
  });
});
