import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/workbench/contributions.js';
import { isArchiveNode, type Node } from '../../src/tree/nodes.js';
import { filesOf, LeakSearch, textOutput, type Output } from '../support/planted.js';
import { plantPatients, type PlantedPatients } from './support/patients.js';
import { Stage } from './support/stage.js';
import { transferRows } from './support/transferRows.js';
import { receiptOnScreen } from './support/receiptOnScreen.js';

describe('nothing of a patient', () => {
  let stage: Stage;
  let patients: PlantedPatients;
  let search: LeakSearch;
  let receipt: string;

  before(async function () {
    this.timeout(120_000);
    stage = await Stage.open({ capture: true });
    patients = await plantPatients(stage.folder);
    search = new LeakSearch(patients.planted);
    await stage.signIn();
    // An answer that gets lost, an upload that fails, one that succeeds, one again, one that is dropped as bytes.
    stage.sandbox.faults.add({ action: 'status', status: 500, pathPattern: '/scans/', times: 2 });
    await stage.upload(patients.folder, { review: true });
    stage.sandbox.faults.clear();
    for (let round = 1; round <= 2; round++) await stage.upload(patients.folder, { review: true });
    await stage.dialogs.notice(/Nothing new/);
    await dropBytes(stage, await readFile(join(patients.folder, '팽선우 PAENG', 'Paeng_Seonu_1955.dcm')));
    await stage.upload(join(patients.folder, 'Frau Weißhaupt-fehlt'));
    await vscode.commands.executeCommand(commands.showReceipt);
    receipt = await receiptOnScreen();
    await vscode.commands.executeCommand(commands.openLog);
  });
  after(() => stage.close());

  const assertClean = async (outputs: readonly Output[]): Promise<void> => {
    assert.ok(outputs.length > 0, 'nothing to search in');
    assert.deepEqual(await search.find(outputs), []);
  };

  it('is in what was sent to the server', async () => {
    assert.ok(stage.sandbox.requests.some(({ body }) => body !== undefined && body.length > 10_000));
    await assertClean(
      stage.sandbox.requests.flatMap(({ method, url = '', headers, body }) => [
        textOutput(`the address of a ${method}`, url),
        textOutput(`the headers of a ${method}`, JSON.stringify(headers)),
        ...(body ? [{ where: `the body of a ${method}`, bytes: body }] : []),
      ]),
    );
  });

  it('is in what the server keeps, and all that may be there is', async () => {
    const outputs = filesOf(stage.sandbox.dataFolder, 'the server');
    const archived = outputs.filter(({ bytes }) => bytes.subarray(128, 132).toString() === 'DICM');
    // The dropped file lies in a second project.
    assert.equal(archived.length, patients.uploads + 1);
    await assertClean(outputs);
  });

  it('is in the log', async () => {
    const read = (): Output[] => filesOf(stage.api.logFolder, 'the log');
    // The editor writes its log some moments later.
    while (!read().some(({ bytes }) => bytes.includes('giftcloud.receipt.show done')))
      await new Promise((done) => setTimeout(done, 50));
    const outputs = read();
    assert.ok(
      outputs.some(({ bytes }) => bytes.includes('[debug]')),
      'the log does not hold everything',
    );
    await assertClean(outputs);
  });

  it('is in the files of the extension', async () => {
    const outputs = filesOf(stage.api.storageFolder, 'the storage');
    for (const kept of ['receipts', 'reports']) assert.ok(outputs.some(({ where }) => where.includes(kept)));
    await assertClean(outputs);
  });

  it('is in the receipt', async () => {
    assert.match(receipt, /"sha256"/);
    await assertClean([textOutput('the receipt', receipt)]);
  });

  it('is in questions, notifications and progress', async () => {
    for (const text of ['Anonymise and upload', 'held back', 'Archived', 'failed', 'looking for DICOM'])
      assert.ok(stage.dialogs.screen.includes(text), `no ${text} on the screen`);
    await assertClean([textOutput('the screen', stage.dialogs.screen)]);
  });

  it('is in the rows of the tree and their tooltips', async () => {
    const rows = await allRows(stage);
    assert.ok(rows.length > 30, `${rows.length} rows`);
    await assertClean([textOutput('the tree', JSON.stringify(rows))]);
  });

  it('is in the rows of the transfers and their tooltips', async () => {
    const rows = transferRows(stage.api);
    assert.ok(rows.length >= 2, `${rows.length} jobs`);
    await assertClean([textOutput('the transfers', JSON.stringify(rows))]);
  });

  it('would be overlooked', async () => {
    const overlooked: string[] = [];
    for (const { what, text } of patients.planted.filter(({ text }) => Buffer.byteLength(text) >= 6)) {
      const outputs = [
        textOutput('itself', `x${text}x`),
        textOutput('base64', Buffer.from(`xx${text}x`).toString('base64')),
      ];
      for (const output of outputs) if ((await search.find([output])).length === 0) overlooked.push(what);
    }
    assert.deepEqual(overlooked, []);
    const korean = filesOf(join(patients.folder, '팽선우 PAENG'), 'the input').filter(({ where }) =>
      where.startsWith('the input'),
    );
    for (const output of korean) {
      const found = (await search.find([output])).join();
      assert.match(found, /part of the Korean name/);
    }
  });
});

async function dropBytes(stage: Stage, bytes: Uint8Array): Promise<void> {
  class Dropped extends vscode.DataTransferItem {
    override asFile(): vscode.DataTransferFile {
      return { name: 'Paeng_Seonu_1955.dcm', data: () => Promise.resolve(bytes) };
    }
  }
  const data = new vscode.DataTransfer();
  data.set('application/octet-stream', new Dropped(undefined));
  const finished = new Promise((done) => {
    const listening = stage.api.uploads.onDidFinish(() => {
      listening.dispose();
      done(undefined);
    });
  });
  stage.dialogs.confirms.push(true);
  await stage.api.drop.handleDrop(await stage.row('FETALMRI'), data);
  await finished;
}

/** What the editor gets of every row. */
async function allRows(stage: Stage): Promise<unknown[]> {
  const { tree } = stage.api;
  const below = async (parent?: Node): Promise<unknown[]> => {
    const rows: unknown[] = [];
    for (const node of await tree.getChildren(parent)) {
      const item = tree.getTreeItem(node);
      const { tooltip } = tree.resolveTreeItem(item, node);
      const { label, description, id, accessibilityInformation } = item;
      const told = tooltip instanceof vscode.MarkdownString ? tooltip.value : tooltip;
      rows.push({ label, description, id, accessibilityInformation, told });
      if (isArchiveNode(node)) rows.push(...(await below(node)));
    }
    return rows;
  };
  return below();
}
