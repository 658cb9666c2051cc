import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

describe('a DicomEdit script in the editor', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  const open = async (text: string): Promise<vscode.TextDocument> => {
    // A name of its own: the editor keeps documents that it has read.
    const path = join(stage.folder, `${randomUUID()}.das`);
    await writeFile(path, text);
    const document = await vscode.workspace.openTextDocument(path);
    await vscode.window.showTextDocument(document);
    return document;
  };
  const problems = (document: vscode.TextDocument): vscode.Diagnostic[] =>
    vscode.languages.getDiagnostics(document.uri);
  const hover = async (document: vscode.TextDocument, line: number, column: number): Promise<string> => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      document.uri,
      new vscode.Position(line, column),
    );
    return hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (content instanceof vscode.MarkdownString ? content.value : ''))
      .join('\n')
      .replaceAll('&nbsp;', ' ');
  };
  const offered = async (document: vscode.TextDocument, line: number, column: number): Promise<string[]> => {
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      document.uri,
      new vscode.Position(line, column),
    );
    // The editor itself offers every word of every document.
    const ours = list.items.filter(({ kind }) => kind !== vscode.CompletionItemKind.Text);
    return ours.map(({ label }) => (typeof label === 'string' ? label : label.label));
  };

  it('is of its own language, and shows its errors where they are while it is typed', async () => {
    const document = await open('version "6.6"\n(0010,0010) := subject\nx[1] ?\n(0008,1030) := project\n');
    assert.equal(document.languageId, 'dicomedit');
    await until(() => problems(document).length > 0);
    const [problem] = problems(document);
    assert.equal(problem?.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(problem.source, 'DicomEdit');
    assert.equal(problem.range.start.line, 2);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, document.lineAt(2).range, 'isPresent[(0008,0080)] ? -(0008,0080)');
    await vscode.workspace.applyEdit(edit);
    await until(() => problems(document).length === 0);
  });

  it('warns of what does nothing', async () => {
    const document = await open('version "6.6"\nhashUID[(0020,000d)]\n');
    await until(() => problems(document).length > 0);
    assert.equal(problems(document)[0]?.severity, vscode.DiagnosticSeverity.Warning);
  });

  it('says what functions, words and attributes are', async () => {
    const document = await open(
      'version "6.6"\n(0020,000d) := hashUID[(0020,000d)]\nremoveAllPrivateTags // hashUID\n',
    );
    assert.match(await hover(document, 1, 17), /hashUID\[text\].*A UID made from the text/s);
    assert.match(await hover(document, 1, 3), /Study Instance UID/);
    assert.match(await hover(document, 2, 3), /Deletes all private elements/);
    assert.equal(await hover(document, 2, 26), '');
  });

  it('is tried on a DICOM file, as it stands in the editor', async () => {
    const [path = ''] = await writeSeries(stage.folder, { instances: 1 });
    const document = await open('version "6.6"\n');
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(1, 0), '(0010,0040) := "O"\n');
    await vscode.workspace.applyEdit(edit);
    stage.dialogs.files.push(vscode.Uri.file(path));
    await vscode.commands.executeCommand(commands.tryScript);
    assert.match(stage.api.preview.html ?? '', /De-identification Preview/);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand(commands.tryScript);
    await stage.dialogs.notice(/There is no DicomEdit script in the editor/);
  });

  it('offers the functions of its version, the words and its variables', async () => {
    const six = await open('version "6.6"\nlabel := concatenate[subject, session]\n\n');
    const names = await offered(six, 2, 0);
    for (const name of ['hashUID', 'alterPixels', 'removeAllPrivateTags', 'subject', 'label'])
      assert.ok(names.includes(name), name);
    assert.ok(!(await offered(six, 0, 10)).includes('hashUID'), 'inside a string');
    const four = await open('// version 4\n\n');
    assert.ok(!(await offered(four, 1, 0)).includes('alterPixels'));
  });
});
