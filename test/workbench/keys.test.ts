import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { keyedUid } from '../../src/services/keys/derive.js';
import { commands, type CommandId } from '../../src/workbench/contributions.js';
import { SandboxUser } from '../support/sandboxRequests.js';
import { uidRoot, writeSeries } from '../support/seriesFiles.js';
import { forgetNetwork, setUpListener } from './support/network.js';
import { Stage } from './support/stage.js';

const project = 'GIFTDEMO';
const passphrase = 'four yellow boats';
const markerPath = `/data/projects/${project}/resources/gift-cloud/files/gift-cloud.json`;

describe('a project key', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
    stage.dialogs.usual.length = 0;
  });
  afterEach(async () => {
    // The key of the key file stays: other suites upload patients, too.
    const keys = await readdir(state('keys')).catch(() => []);
    for (const name of keys.filter((key) => key.startsWith('project-')))
      await rm(state('keys', name), { recursive: true });
    await rm(state('key-ids'), { recursive: true, force: true });
    await stage.close();
  });

  const state = (...path: readonly string[]): string => join(stage.api.storageFolder, 'state', ...path);
  const run = (id: CommandId): Thenable<unknown> => vscode.commands.executeCommand(id);
  const keyHere = async (): Promise<{ id: string; key: string }> =>
    JSON.parse(await readFile(state('keys', `project-${project}`, 'current.json'), 'utf8')) as never;
  const marker = async (): Promise<{ scheme: string; keyId: string } | undefined> => {
    const answer = await (await SandboxUser.signIn(stage.sandbox, 'alice')).get(markerPath);
    return answer.status === 200 ? (JSON.parse(answer.text) as never) : undefined;
  };
  /** Answers to "Anonymise and Upload", with the question that an empty project adds. */
  const upload = async (scheme: string | undefined, review?: boolean): Promise<void> => {
    stage.dialogs.picks.push(project, scheme);
    if (review !== undefined) stage.dialogs.confirms.push(review);
    await vscode.commands.executeCommand(commands.uploadFolder, vscode.Uri.file(stage.folder));
  };

  it('is offered first for an empty project, made, and used', async () => {
    await stage.signIn();
    await writeSeries(stage.folder, { instances: 1 });
    await upload('Names with a Project Key', true);
    const question = stage.dialogs.lists.find(({ title }) => title === `Project ${project} Is Empty`);
    assert.deepEqual(
      question?.rows.map(({ label, description }) => [label, description]),
      [
        ['Names with a Project Key', 'recommended'],
        ['Compatible Names', undefined],
      ],
    );
    await stage.dialogs.notice(/Archived 1 instance/);
    await stage.dialogs.notice(/Keep a copy/);
    const { id, key } = await keyHere();
    assert.deepEqual([(await marker())?.scheme, (await marker())?.keyId], ['keyed', id]);
    const files = await readdir(join(stage.sandbox.dataFolder), { recursive: true });
    const name = `${keyedUid(Buffer.from(key, 'base64'), `${uidRoot}.1.1.1`)}.dcm`;
    assert.ok(
      files.some((file) => file.endsWith(name)),
      name,
    );
    assert.ok(!stage.dialogs.screen.includes(key));
  });

  it('is not asked about again, and not made for compatible names', async () => {
    await stage.signIn();
    await writeSeries(stage.folder, { instances: 1 });
    await upload('Compatible Names', true);
    await stage.dialogs.notice(/Archived 1 instance/);
    assert.equal(await marker(), undefined);
    stage.listenAnew().usual.length = 0;
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Nothing new/);
  });

  it('needs an owner: a member is told so, and nothing is sent', async () => {
    await stage.signIn('bob');
    await writeSeries(stage.folder, { instances: 1 });
    await upload('Names with a Project Key');
    const { message } = await stage.dialogs.notice(/owner/);
    assert.match(message, /Only an owner of the project can set it up/);
    await assert.rejects(keyHere());
    assert.deepEqual(await stage.texts(project), []);
  });

  it('sends nothing when the question is closed', async () => {
    await stage.signIn();
    await writeSeries(stage.folder, { instances: 1 });
    stage.takeRequests();
    await upload(undefined);
    assert.deepEqual(stage.takeWrites(), []);
    assert.deepEqual(stage.dialogs.notices, []);
  });

  it('goes into a file behind a passphrase and back', async () => {
    stage.dialogs.texts.push(project);
    await run(commands.createKey);
    const made = await keyHere();
    stage.dialogs.texts.push(project, passphrase, passphrase);
    stage.dialogs.folders.push([vscode.Uri.file(stage.folder)]);
    await run(commands.exportKey);
    await stage.dialogs.notice(/was exported/);
    const file = join(stage.folder, `gift-cloud-key-${project}-${made.id}.json`);
    assert.ok(!(await readFile(file, 'utf8')).includes(made.key));

    stage.dialogs.texts.push(project);
    stage.dialogs.confirms.push(true);
    await run(commands.rotateKey);
    assert.notEqual((await keyHere()).id, made.id);

    stage.dialogs.texts.push(project, 'four yellow boots', passphrase);
    stage.dialogs.files.push(vscode.Uri.file(file));
    await run(commands.importKey);
    await stage.dialogs.notice(/now uses the key/);
    assert.match(stage.dialogs.problems.join(), /passphrase is wrong/);
    assert.equal((await keyHere()).id, made.id);
    for (const secret of [made.key, passphrase]) assert.ok(!stage.dialogs.screen.includes(secret));
  });

  it('is shown by its fingerprint', async () => {
    stage.dialogs.texts.push(project);
    await run(commands.createKey);
    const { id } = await keyHere();
    stage.dialogs.texts.push(project);
    stage.dialogs.picks.push(id);
    await run(commands.showKeys);
    const rows = stage.dialogs.lists.at(-1)?.rows;
    assert.deepEqual(
      rows?.map(({ label, description }) => [label, description]),
      [[id, 'keyed · in use']],
    );
    assert.equal(await vscode.env.clipboard.readText(), id);
  });

  it('is made for a project in use only when the person insists', async () => {
    await stage.signIn();
    await writeSeries(stage.folder, { instances: 1 });
    await upload('Compatible Names', true);
    await stage.dialogs.notice(/Archived 1 instance/);
    for (const sure of [false, true]) {
      stage.dialogs.picks.push(project);
      stage.dialogs.confirms.push(sure);
      await run(commands.createKey);
      assert.equal(
        await keyHere().then(
          () => true,
          () => false,
        ),
        sure,
      );
    }
    await stage.upload(stage.folder);
    await stage.dialogs.notice(/holds data of the scheme "gift-cloud"/);
  });

  it('stops uploads after a rotation until an owner agrees', async () => {
    await stage.signIn();
    stage.dialogs.picks.push(project);
    await run(commands.createKey);
    stage.dialogs.picks.push(project);
    stage.dialogs.confirms.push(true);
    await run(commands.rotateKey);
    await writeSeries(stage.folder, { instances: 1 });
    await stage.upload(stage.folder);
    await stage.dialogs.notice(/set up for the key/);
    stage.dialogs.picks.push(project);
    stage.dialogs.confirms.push(true);
    await run(commands.agreeToKey);
    assert.equal((await marker())?.keyId, (await keyHere()).id);
    await stage.upload(stage.folder, { review: true });
    await stage.dialogs.notice(/Archived 1 instance/);
  });

  it('has to be here before the listener starts, so that nothing comes which can not be sent', async () => {
    await stage.signIn();
    stage.dialogs.picks.push(project);
    await run(commands.createKey);
    await rm(state('keys', `project-${project}`), { recursive: true });
    await rm(state('key-ids'), { recursive: true });
    await setUpListener(project);
    try {
      await run(commands.startListener);
      await stage.dialogs.notice(/There is no key for this project on this machine/);
      assert.equal(stage.api.listener.view.state, 'stopped');
    } finally {
      await forgetNetwork(stage.api);
    }
  });
});
