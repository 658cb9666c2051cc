import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { DropController } from '../../src/tree/dropController.js';
import type { Node } from '../../src/tree/nodes.js';
import type { UploadOrder } from '../../src/workbench/uploads.js';
import { writeSeries } from '../support/seriesFiles.js';
import { Stage } from './support/stage.js';

const first = 'AutoUploadSubject00001';

/** What the Explorer hands over. */
function uriList(...paths: readonly string[]): vscode.DataTransfer {
  const data = new vscode.DataTransfer();
  const list = paths.map((path) => vscode.Uri.file(path).toString()).join('\r\n');
  data.set('text/uri-list', new vscode.DataTransferItem(`# dragged\r\n${list}`));
  return data;
}

class DroppedFile extends vscode.DataTransferItem {
  constructor(private readonly file: vscode.DataTransferFile) {
    super(undefined);
  }

  override asFile(): vscode.DataTransferFile {
    return this.file;
  }
}

/** What a browser hands over for a file of the operating system: its bytes, under its own type. */
function fileBytes(name: string, bytes: Uint8Array, uri?: vscode.Uri): vscode.DataTransfer {
  const data = new vscode.DataTransfer();
  const file = { name, data: () => Promise.resolve(bytes), ...(uri && { uri }) };
  data.set('application/octet-stream', new DroppedFile(file));
  return data;
}

/** What lies there of dropped bytes. */
function keptIn(stage: Stage): string[] {
  const spool = join(stage.api.storageFolder, 'state', 'spool');
  const names = existsSync(spool) ? readdirSync(spool, { recursive: true, encoding: 'utf8' }) : [];
  return names.filter((name) => name.startsWith('dropped.'));
}

describe('a drop on the tree', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    await stage.signIn();
  });
  afterEach(() => stage.close());

  const drop = async (target: Node | undefined, data: vscode.DataTransfer, review = true): Promise<void> => {
    stage.dialogs.confirms.push(review);
    await stage.api.drop.handleDrop(target, data);
  };
  const spooled = (): string[] => keptIn(stage);

  it('of a folder of the Explorer on a project goes into that project', async () => {
    await writeSeries(stage.folder, { instances: 2 });
    await drop(await stage.row('FETALMRI'), uriList(stage.folder));
    await stage.dialogs.notice(/Archived 2 instances/);
    assert.deepEqual(stage.dialogs.lists, [], 'a question for the project');
    assert.deepEqual(await stage.texts('FETALMRI'), [first]);
  });

  it('of several files takes each of them', async () => {
    const paths = await writeSeries(stage.folder, { instances: 3 });
    await drop(await stage.row('GIFTDEMO'), uriList(...paths.slice(0, 2)));
    await stage.dialogs.notice(/Archived 2 instances/);
  });

  it('on a subject takes that subject alone', async () => {
    await writeSeries(join(stage.folder, 'a'), { patientId: 'A', instances: 1 });
    await writeSeries(join(stage.folder, 'b'), { patientId: 'B', study: 2, instances: 1 });
    await drop(await stage.row('GIFTDEMO'), uriList(join(stage.folder, 'a')));
    await stage.dialogs.notice(/Archived 1 instance\./);
    stage.listenAnew();
    await drop(await stage.row('GIFTDEMO', first), uriList(join(stage.folder, 'b')));
    await stage.dialogs.notice(/1 file held back: The server does not know this patient/);
    assert.deepEqual(await stage.texts('GIFTDEMO'), [first]);
  });

  it('below a subject counts as one on the subject', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    await drop(await stage.row('GIFTDEMO'), uriList(stage.folder));
    await stage.dialogs.notice(/Archived 1 instance\./);
    stage.listenAnew();
    const [experiment] = await stage.rows('GIFTDEMO', first);
    await drop(experiment, uriList(stage.folder));
    await stage.dialogs.notice(/Nothing new/);
  });

  it('on the empty space asks for the project', async () => {
    await writeSeries(stage.folder, { instances: 1 });
    stage.dialogs.picks.push('GIFTDEMO');
    await drop(undefined, uriList(stage.folder));
    await stage.dialogs.notice(/Archived 1 instance\./);
    assert.deepEqual(
      stage.dialogs.lists.map(({ rows }) => rows.map(({ label }) => label)),
      [['FETALMRI', 'GIFTDEMO']],
    );
  });

  it('of bytes without a path lies sealed for the length of the upload, for this user alone', async () => {
    const [path = ''] = await writeSeries(stage.folder, { instances: 1 });
    const modes: string[] = [];
    stage.dialogs.onProgress = (message) => {
      if (message !== 'waiting for your review') return;
      for (const name of ['', ...spooled()]) {
        const at = join(stage.api.storageFolder, 'state', 'spool', name);
        const stats = statSync(at);
        modes.push(`${stats.isDirectory() ? 'folder' : 'file'} ${(stats.mode & 0o777).toString(8)}`);
        if (stats.isFile()) assert.ok(!readFileSync(at, 'latin1').includes('DICM'), 'not sealed');
        assert.doesNotMatch(name, /Lindgren/);
      }
    };
    const finished = new Promise((done) => {
      const listening = stage.api.uploads.onDidFinish(() => {
        listening.dispose();
        done(undefined);
      });
    });
    await drop(await stage.row('GIFTDEMO'), fileBytes('Lindgren.dcm', await readFile(path)));
    await stage.dialogs.notice(/Archived 1 instance\./);
    assert.deepEqual(new Set(modes), new Set(['folder 700', 'file 600']));
    await finished;
    while (spooled().length > 0) await new Promise((done) => setTimeout(done, 20));
  });

  it('of bytes leaves no spool behind when the person says no', async () => {
    const [path = ''] = await writeSeries(stage.folder, { instances: 1 });
    await drop(await stage.row('GIFTDEMO'), fileBytes('scan.dcm', await readFile(path)), false);
    while (stage.dialogs.questions.length === 0 || spooled().length > 0)
      await new Promise((done) => setTimeout(done, 20));
    assert.deepEqual(await stage.texts('GIFTDEMO'), []);
  });

  it('of a file that has a path uses the path', async () => {
    const [path = ''] = await writeSeries(stage.folder, { instances: 1 });
    const data = fileBytes('scan.dcm', Buffer.from('not what lies at the path'), vscode.Uri.file(path));
    await drop(await stage.row('GIFTDEMO'), data);
    await stage.dialogs.notice(/Archived 1 instance\./);
  });

  it('of something else is refused with the reason', async () => {
    const data = new vscode.DataTransfer();
    data.set('text/plain', new vscode.DataTransferItem('some words'));
    await stage.api.drop.handleDrop(await stage.row('GIFTDEMO'), data);
    await stage.dialogs.notice(/Nothing that was dropped is a file or a folder/);
    await stage.api.drop.handleDrop(undefined, withUri('https://example.org/scan.dcm'));
    await stage.dialogs.notice(/Only files and folders of this machine/);
  });
});

describe('bytes dropped in a window of a remote machine', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open()));
  afterEach(() => stage.close());

  const dropOn = async (
    remoteName: string | undefined,
  ): Promise<{ orders: UploadOrder[]; error?: unknown }> => {
    const orders: UploadOrder[] = [];
    let failure: { error: unknown } | undefined;
    const controller = new DropController({
      remoteName,
      keep: async () => (await stage.api.transfers.open()).dropped.create(),
      upload: (order) => Promise.resolve(orders.push(order)),
      run: async (action) => {
        await action().catch((error: unknown) => (failure = { error }));
      },
    });
    await controller.handleDrop(undefined, fileBytes('scan.dcm', Buffer.from('bytes')));
    return { orders, ...failure };
  };

  for (const remote of ['ssh-remote+host', 'dev-container', 'codeserver.example.org:8443']) {
    it(`are refused on ${remote}: they would travel before they are anonymised`, async () => {
      const { orders, error } = await dropOn(remote);
      assert.deepEqual(orders, []);
      assert.match(String(error), /would travel to a remote machine before they are anonymised/);
      assert.deepEqual(keptIn(stage), [], 'bytes on the disk');
    });
  }

  it('are taken where the remote is this machine', async () => {
    for (const here of [undefined, '127.0.0.1:8080', 'localhost:3000']) {
      const { orders, error } = await dropOn(here);
      assert.equal(error, undefined);
      assert.equal(orders.length, 1, here);
    }
  });
});

function withUri(uri: string): vscode.DataTransfer {
  const data = new vscode.DataTransfer();
  data.set('text/uri-list', new vscode.DataTransferItem(uri));
  return data;
}
