import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { serveProxy } from '../support/rawServers.js';
import { Stage } from './support/stage.js';

describe('the proxy of the editor', () => {
  let stage: Stage;
  let proxy: Awaited<ReturnType<typeof serveProxy>>;
  const use = (address: string | undefined): Thenable<void> =>
    vscode.workspace.getConfiguration('http').update('proxy', address, vscode.ConfigurationTarget.Global);
  before(async () => {
    stage = await Stage.open({ tls: true });
    proxy = await serveProxy();
    await use(`http://127.0.0.1:${proxy.port}`);
  });
  after(async () => {
    await stage.close();
    await use(undefined);
    await proxy.close();
  });

  it('is the way to a server, and to the look at its certificate', async () => {
    // A name that only the proxy can reach, and that the certificate does not know.
    const server = `gift-cloud.invalid:${stage.sandbox.port}`;
    stage.dialogs.confirms.push(true);
    await stage.signIn('alice', `https://${server}`);
    assert.deepEqual(await stage.texts(), ['FETALMRI', 'GIFTDEMO']);
    assert.ok(proxy.targets.length >= 2, 'the sign-in that was refused, the certificate, the sign-in');
    assert.deepEqual(new Set(proxy.targets), new Set([server]));
  });
});
