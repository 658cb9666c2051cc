import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { back } from '../../src/workbench/dialogs.js';
import { authenticationProvider, commands } from '../../src/workbench/contributions.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

describe('the account', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open()));
  afterEach(() => stage.close());

  const accounts = async () =>
    (await vscode.authentication.getAccounts(authenticationProvider)).map(({ label }) => label);
  const host = () => new URL(stage.sandbox.url).host;

  it('is asked for: server, user, password; then it is in the Accounts menu', async () => {
    assert.deepEqual(await stage.rows(), [], 'rows before signing in');
    await stage.signIn('alice');
    assert.deepEqual(
      stage.dialogs.prompts.map(({ step, password }) => [step, password ?? false]),
      [
        [1, false],
        [2, false],
        [3, true],
      ],
    );
    assert.deepEqual(await accounts(), [`alice@${host()}`]);
    assert.deepEqual(await stage.texts(), ['FETALMRI', 'GIFTDEMO']);
    assert.equal(stage.api.settings.serverUrl, stage.sandbox.url);
  });

  it('gives no password or session of the server to other extensions', async () => {
    await stage.signIn('alice');
    const session = await vscode.authentication.getSession(authenticationProvider, [], { silent: true });
    assert.ok(!JSON.stringify(session ?? {}).includes('sandbox-alice'));
  });

  it('can be corrected in place after a wrong password, which is sent once only', async () => {
    stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'wrong', 'wrong', '', 'sandbox-alice');
    await vscode.commands.executeCommand(commands.signIn);
    assert.equal(stage.api.connection.session?.account.userName, 'alice');
    const [refused = '', again = '', empty = ''] = stage.dialogs.problems;
    assert.match(refused, /refused the user name or the password/);
    assert.match(again, /refused this password/);
    assert.match(empty, /Enter your password/);
    const attempts = stage.sandbox.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/JSESSION'),
    );
    assert.deepEqual(
      attempts.map(({ status }) => status),
      [401, 200],
    );
  });

  it('can be corrected with Back at every step, and given up', async () => {
    const { texts } = stage.dialogs;
    texts.push('http://gift.example.org', stage.sandbox.url, back, stage.sandbox.url, 'bob', back, 'alice');
    texts.push(undefined);
    await vscode.commands.executeCommand(commands.signIn);
    assert.equal(stage.api.connection.session, undefined);
    assert.match(stage.dialogs.problems[0] ?? '', /Use https/);
    assert.equal(stage.dialogs.prompts.at(-1)?.prompt, 'Password of alice');
    assert.deepEqual(stage.dialogs.notices, []);
    assert.deepEqual(stage.takeRequests(), []);
  });

  it('can be changed while the last one is still being kept', async () => {
    const { texts } = stage.dialogs;
    texts.push(stage.sandbox.url, 'alice', 'sandbox-alice', stage.sandbox.url, 'bob', 'sandbox-bob');
    const again = new Promise<unknown>((done) => {
      const listening = stage.api.connection.onDidChangeSession(() => {
        listening.dispose();
        void vscode.commands.executeCommand(commands.signIn).then(done);
      });
    });
    await vscode.commands.executeCommand(commands.signIn);
    await again;
    assert.equal(stage.api.connection.session?.account.userName, 'bob');
    assert.deepEqual(texts, []);
  });

  it('that waits for approval is told so', async () => {
    stage.dialogs.texts.push(stage.sandbox.url, 'erin', 'sandbox-erin');
    await vscode.commands.executeCommand(commands.signIn);
    const notice = await stage.dialogs.notice(/not active yet/);
    assert.match(notice.message, /approval/);
    assert.ok(notice.actions.includes('Show Log'));
    assert.equal(stage.api.connection.session, undefined);
  });

  it('of a server that is not there is told so', async () => {
    await stage.sandbox.close();
    stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'sandbox-alice');
    await vscode.commands.executeCommand(commands.signIn);
    const notice = await stage.dialogs.notice(/./);
    assert.equal(notice.severity, 'error');
    assert.ok(notice.actions.includes('Try Again'), JSON.stringify(notice));
  });

  it('without a project sees no rows, and may sign in again without typing', async () => {
    await stage.signIn('dave');
    assert.deepEqual(await stage.rows(), []);
    stage.takeRequests();
    await vscode.commands.executeCommand(commands.signInAgain);
    assert.equal(stage.api.connection.session?.account.userName, 'dave');
    const sessions = stage.takeRequests().filter((request) => request.endsWith('/JSESSION'));
    assert.deepEqual(sessions, ['DELETE /data/JSESSION', 'POST /data/JSESSION']);
  });

  it('is gone after signing out, here and on the server', async () => {
    await stage.signIn('alice');
    stage.takeRequests();
    await vscode.commands.executeCommand(commands.signOut);
    assert.deepEqual(await accounts(), []);
    assert.deepEqual(await stage.rows(), []);
    assert.ok(stage.takeRequests().includes('DELETE /data/JSESSION'));
    await stage.api.connection.restore();
    assert.equal(stage.api.connection.session, undefined);
  });

  it('comes back from the secrets, and signs in by itself', async () => {
    await stage.signIn('alice');
    await stage.api.settings.setServerUrl('');
    await until(() => stage.api.connection.session === undefined);
    await stage.api.settings.setServerUrl(stage.sandbox.url);
    await until(() => stage.api.connection.session !== undefined);
    assert.deepEqual(await stage.texts(), ['FETALMRI', 'GIFTDEMO']);
    assert.equal(stage.dialogs.prompts.length, 3);
  });

  it('whose password was changed is asked for once, not tried again and again', async () => {
    await stage.signIn('alice');
    stage.sandbox.expireSessions();
    stage.sandbox.faults.add({ action: 'status', status: 401, pathPattern: 'JSESSION' });
    await vscode.commands.executeCommand(commands.refresh);
    await until(() => stage.api.connection.session === undefined);
    const notice = await stage.dialogs.notice(/refused the user name or the password/);
    assert.ok(notice.actions.includes('Sign In'), notice.actions.join());
    stage.takeRequests();
    await vscode.commands.executeCommand(commands.refresh);
    assert.deepEqual(await stage.texts(), []);
    assert.deepEqual(stage.takeRequests(), []);
    assert.equal(stage.dialogs.notices.length, 1);
  });

  it('survives an expired session', async () => {
    await stage.signIn('alice');
    stage.sandbox.expireSessions();
    await vscode.commands.executeCommand(commands.refresh);
    assert.deepEqual(await stage.texts(), ['FETALMRI', 'GIFTDEMO']);
  });
});

describe('a server with its own certificate', () => {
  let stage: Stage;
  beforeEach(async () => (stage = await Stage.open({ tls: true })));
  afterEach(() => stage.close());

  it('is trusted after its fingerprint was confirmed, once', async () => {
    stage.dialogs.confirms.push(true);
    await stage.signIn('alice');
    const [question] = stage.dialogs.questions;
    assert.match(question?.message ?? '', /not trusted by this machine/);
    const shown = (question?.detail ?? '').replaceAll(':', '').toLowerCase();
    assert.ok(shown.includes(stage.sandbox.fingerprint ?? 'no fingerprint'), question?.detail);
    await vscode.commands.executeCommand(commands.signOut);
    await stage.signIn('alice');
    assert.equal(stage.dialogs.questions.length, 1);
  });

  it('is not used when its fingerprint was not confirmed, and gets no password', async () => {
    stage.dialogs.texts.push(stage.sandbox.url, 'alice', 'sandbox-alice');
    stage.dialogs.confirms.push(false);
    await vscode.commands.executeCommand(commands.signIn);
    assert.equal(stage.api.connection.session, undefined);
    assert.deepEqual(stage.dialogs.notices, [], 'a message about what the person has just decided');
    assert.deepEqual(stage.takeRequests(), []);
  });
});
