import assert from 'node:assert/strict';
import * as vscode from 'vscode';

const id = 'gift-cloud.gift-cloud';

interface Manifest {
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string }[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly configuration?: {
      readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
    };
  };
}

function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(id);
  assert.ok(found, `${id} is not installed`);
  return found;
}

describe('activation', () => {
  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('registers every command of the manifest, and no other of its own', async () => {
    await extension().activate();
    const manifest = extension().packageJSON as Manifest;
    const declared = (manifest.contributes?.commands ?? []).map((command) => command.command);
    const views = Object.values(manifest.contributes?.views ?? {}).flatMap((list) =>
      list.map((view) => view.id),
    );
    assert.ok(declared.length > 0, 'the manifest declares no command');
    const registered = (await vscode.commands.getCommands(true)).filter((command) =>
      command.startsWith('giftcloud.'),
    );
    // The editor itself adds commands named after each view: giftcloud.archive.focus and the like.
    const own = registered.filter(
      (command) => !views.some((view) => command.startsWith(`${view}.`)) || declared.includes(command),
    );
    assert.deepEqual(own.sort(), [...declared].sort());
  });

  it('knows every setting of the manifest with its default', () => {
    const properties = (extension().packageJSON as Manifest).contributes?.configuration?.properties ?? {};
    assert.ok(Object.keys(properties).length > 0, 'the manifest declares no setting');
    for (const [name, property] of Object.entries(properties)) {
      const inspected = vscode.workspace.getConfiguration().inspect(name);
      assert.ok(inspected, `${name} is not known to the editor`);
      if (property.default !== undefined) assert.deepEqual(inspected.defaultValue, property.default, name);
    }
  });
});
