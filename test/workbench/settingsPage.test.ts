import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { commands, settingNames } from '../../src/workbench/contributions.js';
import type { FieldsState, PageState } from '../../src/webviews/settings/contract.js';
import type { SettingsSession } from '../../src/webviews/settings/settingsSession.js';
import { filesOf, LeakSearch, textOutput } from '../support/planted.js';
import { Stage } from './support/stage.js';
import { until } from './support/until.js';

interface Replied {
  readonly answer?: unknown;
  readonly refused?: string;
}

describe('the settings page', () => {
  let stage: Stage;
  let session: SettingsSession;
  let asked = 0;
  const replies: string[] = [];
  beforeEach(async () => {
    stage = await Stage.open();
    session = stage.api.settingsPanel.show();
  });
  afterEach(async () => {
    for (const name of Object.values(settingNames)) await write(name, undefined);
    await stage.close();
  });

  const write = (name: string, value: unknown): Thenable<void> =>
    vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
  const stored = (name: string) => vscode.workspace.getConfiguration().inspect(name);
  /** Says something as the page would. */
  const say = async (name: string, ask: unknown = null): Promise<Replied> => {
    const reply = (await session.reply({ id: ++asked, name, ask })) as Replied & { readonly id: number };
    assert.equal(reply.id, asked);
    replies.push(JSON.stringify(reply));
    return reply;
  };
  const edit = async (name: string, value: string | boolean): Promise<FieldsState> =>
    (await say('edit', { name, value })).answer as FieldsState;
  const state = async (): Promise<PageState> => (await say('ready')).answer as PageState;
  const tabs = (): string[] =>
    vscode.window.tabGroups.all.flatMap(({ tabs: all }) => all).map(({ label }) => label);

  it('opens once, whoever asks for it', async () => {
    await vscode.commands.executeCommand(commands.openSettings);
    await vscode.commands.executeCommand(commands.openSettings, 'nodes');
    await until(() => tabs().includes('GIFT-Cloud Settings'));
    assert.equal(tabs().filter((label) => label === 'GIFT-Cloud Settings').length, 1);
    assert.equal((await state()).section, 'nodes');
  });

  it('has a place for every setting, and no value in its HTML', async () => {
    await write(settingNames.subjectPrefix, 'PrefixOfMine');
    const html = stage.api.settingsPanel.html ?? '';
    const fields = [...html.matchAll(/data-setting="([^"]+)"/g)].map(([, name]) => name);
    const elsewhere: readonly string[] = [settingNames.serverUrl, settingNames.pacsNodes];
    const expected = Object.values(settingNames).filter((name) => !elsewhere.includes(name));
    assert.deepEqual([...fields].sort(), [...expected].sort());
    assert.ok(!html.includes('PrefixOfMine'));
  });

  it('loads its own program and style sheets, and nothing else', () => {
    const html = stage.api.settingsPanel.html ?? '';
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    assert.match(
      policy ?? '',
      /^default-src 'none'; style-src [^;]+ 'nonce-[\w-]{32}'; script-src 'nonce-[\w-]{32}'$/,
    );
    assert.doesNotMatch(policy ?? '', /unsafe|\*(?!\.vscode)/);
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.equal(html.match(/<link/g)?.length, 2);
    assert.doesNotMatch(html, /\son\w+=|javascript:|\sstyle=/);
  });

  it('writes what changed to the settings of the user, and leaves the others alone', async () => {
    const changed: string[] = [];
    const listening = vscode.workspace.onDidChangeConfiguration((event) => {
      changed.push(...Object.values(settingNames).filter((name) => event.affectsConfiguration(name)));
    });
    await edit(settingNames.listenerPort, '10400');
    await edit(settingNames.listenerCallers, 'CT1\nMR1');
    const typed = await edit(settingNames.subjectPrefix, 'Study7');
    assert.equal(typed.changes, '3 changes are not applied yet.');
    assert.equal(stored(settingNames.listenerPort)?.globalValue, undefined);
    const after = (await say('apply')).answer as FieldsState;
    await until(() => changed.length >= 3);
    listening.dispose();
    assert.deepEqual(
      changed.sort(),
      [settingNames.listenerCallers, settingNames.listenerPort, settingNames.subjectPrefix].sort(),
    );
    assert.equal(after.canApply, false);
    assert.equal(stored(settingNames.listenerPort)?.globalValue, 10400);
    assert.deepEqual(stored(settingNames.listenerCallers)?.globalValue, ['CT1', 'MR1']);
    assert.equal(stored(settingNames.subjectPrefix)?.globalValue, 'Study7');
    assert.equal(stored(settingNames.subjectPrefix)?.workspaceValue, undefined);
    assert.deepEqual(stage.api.settings.subjectPrefix('P'), { subjectPrefix: 'Study7' });
  });

  it('takes a setting back to its default by removing it', async () => {
    await write(settingNames.listenerPort, 10400);
    await edit(settingNames.listenerPort, '11112');
    await say('apply');
    assert.equal(stored(settingNames.listenerPort)?.globalValue, undefined);
  });

  it('refuses what can not be applied, as a whole and with the name of the field', async () => {
    await edit(settingNames.subjectPrefix, 'Study7');
    const { fields, canApply } = await edit(settingNames.listenerPort, '70000');
    assert.equal(fields[settingNames.listenerPort]?.problem, 'Enter a number from 1 to 65535.');
    assert.equal(canApply, false);
    assert.match((await say('apply')).refused ?? '', /Put these right first: Port\./);
    assert.equal(stored(settingNames.subjectPrefix)?.globalValue, undefined);
    const discarded = (await say('discard')).answer as FieldsState;
    assert.equal(discarded.fields[settingNames.listenerPort]?.value, '11112');
    assert.equal(discarded.canDiscard, false);
  });

  it('keeps what was typed for a page that was hidden', async () => {
    await edit(settingNames.subjectPrefix, 'Study7');
    const { fields } = await state();
    assert.equal(fields.fields[settingNames.subjectPrefix]?.value, 'Study7');
    assert.equal(fields.changes, '1 change is not applied yet.');
  });

  it('refuses every question that the contract does not have', async () => {
    for (const [name, ask] of [
      ['everything', null],
      ['constructor', null],
      ['__proto__', null],
      ['edit', null],
      ['edit', { name: 'editor.fontSize', value: '40' }],
      ['edit', { name: settingNames.serverUrl, value: 'https://evil.example.org' }],
      ['edit', { name: settingNames.listenerPort, value: 7 }],
      ['edit', { name: settingNames.listenerPort, value: '7', more: 1 }],
      ['browse', settingNames.listenerPort],
      ['signIn', { serverUrl: 'https://example.org' }],
      ['saveNode', { node: { name: 'A' }, replaced: '' }],
      ['register', 'javascript:alert(1)'],
      ['apply', 'now'],
    ] as const) {
      assert.ok((await say(name, ask)).refused, name);
    }
    for (const message of [undefined, null, 'ready', {}, { id: 'x', name: 'ready', ask: null }]) {
      assert.equal(await session.reply(message), undefined);
    }
    assert.equal(vscode.workspace.getConfiguration().inspect('editor.fontSize')?.globalValue, undefined);
    assert.equal(stage.api.settings.serverUrl, '');
  });

  it('signs in after a wrong password was corrected, and gives no password away', async () => {
    const account = { serverUrl: stage.sandbox.url, userName: 'alice' };
    const attempts = (): number =>
      stage.takeRequests().filter((line) => line.startsWith('POST /data/JSESSION')).length;
    assert.match((await say('signIn', { ...account, password: 'wrong-one' })).refused ?? '', /refused/);
    assert.equal(attempts(), 1);
    assert.match(
      (await say('signIn', { ...account, password: 'wrong-one' })).refused ?? '',
      /refused this password/,
    );
    assert.equal(attempts(), 0);
    assert.equal((await state()).account.projects, undefined);
    assert.equal((await say('signIn', { ...account, password: 'sandbox-alice' })).answer, null);
    assert.equal(stage.api.connection.session?.account.userName, 'alice');
    let projects: PageState['account']['projects'];
    await until(() => {
      void state().then(({ account: now }) => (projects = now.projects));
      return projects !== undefined;
    });
    assert.deepEqual(
      projects?.map(({ id }) => id),
      ['FETALMRI', 'GIFTDEMO'],
    );
    assert.equal(stored(settingNames.serverUrl)?.globalValue, stage.sandbox.url);
    const search = new LeakSearch(
      ['wrong-one', 'sandbox-alice'].map((text) => ({ what: 'a password', text })),
    );
    const outputs = [
      textOutput('the replies', replies.join('\n')),
      textOutput('the page', stage.api.settingsPanel.html ?? ''),
      textOutput('the settings', JSON.stringify(vscode.workspace.getConfiguration('giftcloud'))),
      ...filesOf(stage.api.logFolder, 'the log'),
    ];
    assert.deepEqual(await search.find(outputs), []);
    await say('signOut');
    assert.equal(stage.api.connection.session, undefined);
    assert.equal((await state()).account.signedIn, false);
  });

  it('says what profile and scripts do', async () => {
    const words = (await say('words')).answer as { readonly title: string };
    assert.equal(words.title, 'Basic');
    await edit(settingNames.profileFile, '/does/not/exist.json');
    assert.match((await say('words')).refused ?? '', /profile/);
    assert.deepEqual((await say('scripts')).answer, ['Sign in to see them.']);
  });

  it('adds, tests, changes and deletes a node in the settings', async () => {
    const node = {
      name: 'A',
      aeTitle: 'ARCHIVE',
      host: '127.0.0.1',
      port: '1',
      callingAe: '',
      retrieve: 'get',
    };
    const form = { ...node, timeoutSeconds: '5', tls: false, caFile: '', certFile: '', keyFile: '' };
    assert.deepEqual(
      (await say('checkNode', { node: { ...form, port: '0', name: '' }, replaced: '' })).answer,
      {
        name: 'Enter a name.',
        port: 'A port is a number from 1 to 65535.',
      },
    );
    assert.ok((await say('saveNode', { node: { ...form, port: '0' }, replaced: '' })).refused);
    assert.equal(((await say('saveNode', { node: form, replaced: '' })).answer as unknown[]).length, 1);
    assert.deepEqual((await say('checkNode', { node: form, replaced: '' })).answer, {
      name: 'Another node has this name.',
    });
    const finding = (await say('testNode', form)).answer as {
      readonly outcome: string;
      readonly text: string;
    };
    assert.equal(finding.outcome, 'bad');
    assert.match(finding.text, /can't be reached/);
    await say('saveNode', { node: { ...form, name: 'B' }, replaced: 'A' });
    assert.deepEqual(stored(settingNames.pacsNodes)?.globalValue, [
      { name: 'B', aeTitle: 'ARCHIVE', host: '127.0.0.1', port: 1, retrieve: 'get', timeoutSeconds: 5 },
    ]);
    stage.dialogs.confirms.push(false, true);
    assert.ok((await say('removeNode', 'B')).refused);
    assert.deepEqual((await say('removeNode', 'B')).answer, []);
  });

  it('protects the patient list, and learns no more of its password than that there is one', async () => {
    assert.match(String((await say('listState')).answer), /no password/);
    stage.dialogs.texts.push('list-secret-7', 'list-secret-7');
    assert.match(String((await say('setListPassword')).answer), /protected by a password/);
    assert.match(String((await say('listState')).answer), /protected by a password/);
    assert.doesNotMatch(replies.join() + (stage.api.settingsPanel.html ?? ''), /list-secret-7/);
    assert.doesNotMatch(JSON.stringify(vscode.workspace.getConfiguration('giftcloud')), /list-secret-7/);
    stage.dialogs.texts.push('');
    stage.dialogs.confirms.push(true);
    assert.match(String((await say('setListPassword')).answer), /no password/);
    stage.dialogs.texts.push(undefined);
    assert.equal((await say('setListPassword')).refused, 'Cancelled.');
  });

  it('diagnoses from the palette, and copies no account', async () => {
    await stage.signIn('alice');
    await vscode.commands.executeCommand(commands.diagnose);
    const { diagnosis, diagnosing } = await state();
    assert.equal(diagnosing, false);
    assert.deepEqual(
      diagnosis.slice(0, 8).map(({ outcome }) => outcome),
      Array.from({ length: 8 }, () => 'good'),
    );
    await say('copyDiagnosis');
    const copied = await vscode.env.clipboard.readText();
    assert.match(copied, /^GIFT-Cloud \d.*\n/);
    assert.match(copied, /\[Good\] Sign-in: The server accepts the account\./);
    assert.doesNotMatch(copied, /alice|sandbox-/);
  });

  it('shows the disclaimer until it was understood', async () => {
    assert.equal((await state()).disclaimer, true);
    await say('understood');
    assert.equal((await state()).disclaimer, false);
  });
});
