import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/sandbox.js';
import { isArchiveNode, labelOf, type Node } from '../../../src/tree/nodes.js';
import { commands, views } from '../../../src/workbench/contributions.js';
import type { TestApi } from '../../../src/workbench/testApi.js';
import { ScriptedDialogs } from './scriptedDialogs.js';

export const extensionId = 'gift-cloud.gift-cloud';

/** A sandbox of its own, the extension signed out, and somebody who answers its questions. */
export class Stage {
  dialogs = new ScriptedDialogs();

  private constructor(
    readonly api: TestApi,
    readonly sandbox: Sandbox,
    /** For inputs and downloads of one test. */
    readonly folder: string,
  ) {}

  static async open(options: SandboxOptions = {}): Promise<Stage> {
    const extension = vscode.extensions.getExtension<TestApi>(extensionId);
    assert.ok(extension, 'the extension is not installed');
    const api = await extension.activate();
    const sandbox = await startSandbox({ empty: true, ...options });
    const stage = new Stage(api, sandbox, mkdtempSync(join(tmpdir(), 'gift-cloud-test-')));
    api.answerWith(stage.dialogs);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    // The tree as it is in use: on the screen, asking for its rows itself.
    await vscode.commands.executeCommand(`${views.archive}.focus`);
    return stage;
  }

  async close(): Promise<void> {
    await vscode.commands.executeCommand(commands.signOut);
    await this.api.settings.setServerUrl('');
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Forgets what was said so far. */
  listenAnew(): ScriptedDialogs {
    this.dialogs = new ScriptedDialogs();
    this.api.answerWith(this.dialogs);
    return this.dialogs;
  }

  async signIn(user = 'alice', url = this.sandbox.url): Promise<void> {
    this.dialogs.texts.push(url, user, `sandbox-${user}`);
    await vscode.commands.executeCommand(commands.signIn);
    assert.equal(this.api.connection.session?.account.userName, user, this.dialogs.screen);
  }

  /** "Anonymise and Upload" on a folder or file of the Explorer: picks the project, says who patients are, and answers the review. */
  async upload(
    path: string,
    answers: { project?: string; who?: readonly (string | undefined)[]; review?: boolean } = {},
  ): Promise<void> {
    this.dialogs.picks.push(answers.project ?? 'GIFTDEMO', ...(answers.who ?? []));
    if (answers.review !== undefined) this.dialogs.confirms.push(answers.review);
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(path));
  }

  /** The next row whose children the tree asks the editor to read again; undefined is the whole tree. */
  nextChange(): Promise<Node | undefined> {
    return new Promise((done) => {
      const listening = this.api.tree.onDidChangeTreeData((node) => {
        listening.dispose();
        done(node);
      });
    });
  }

  /** Requests that could have changed something on the server. */
  takeWrites(): string[] {
    return this.takeRequests().filter((request) => !/^(GET|HEAD) |JSESSION/.test(request));
  }

  /** Rows below the row that these labels lead to. */
  async rows(...path: readonly string[]): Promise<Node[]> {
    let level = await this.api.tree.getChildren();
    for (const label of path) {
      const node = level.find((child) => isArchiveNode(child) && labelOf(child) === label);
      assert.ok(node, `${label} is not among ${level.map(text).join(', ')}`);
      level = await this.api.tree.getChildren(node);
    }
    return level;
  }

  async row(...path: readonly string[]): Promise<Node> {
    const rows = await this.rows(...path.slice(0, -1));
    const found = rows.find((node) => text(node) === path.at(-1));
    assert.ok(found, `${path.join('/')} is not among ${rows.map(text).join(', ')}`);
    return found;
  }

  async texts(...path: readonly string[]): Promise<string[]> {
    return (await this.rows(...path)).map(text);
  }

  /** Files of the first resource of the first scan of the first experiment of a subject, as the tree knows it. */
  async fileCount(project: string, subject: string): Promise<number | undefined> {
    const [experiment = ''] = await this.texts(project, subject);
    const [scan = ''] = await this.texts(project, subject, experiment);
    const [resource] = await this.rows(project, subject, experiment, scan);
    return resource?.kind === 'resource' ? resource.row.fileCount : undefined;
  }

  /** Requests of the extension since the list was last looked at. */
  takeRequests(): string[] {
    const all = this.sandbox.requests.map(({ method, path }) => `${method} ${path}`);
    const fresh = all.slice(this.seenRequests);
    this.seenRequests = all.length;
    return fresh;
  }

  private seenRequests = 0;
}

/** What a row says first. */
export function text(node: Node): string {
  if (isArchiveNode(node)) return labelOf(node);
  return node.kind === 'problem' ? `problem ${node.error.code}` : `more ${node.shown}/${node.total}`;
}
