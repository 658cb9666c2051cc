import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import type { FaultRule } from '../../src/sandbox/server/faults.js';
import { SandboxUser, send } from '../support/sandboxRequests.js';
import { zipOf } from '../support/zipForms.js';

const E = '/data/projects/GIFTDEMO/subjects/Fault/experiments/Fault-1';
const FILES = `${E}/scans/S/resources/DICOM/files`;

describe('sandbox: fault injection', () => {
  let sandbox: Sandbox;
  let alice: SandboxUser;

  before(async () => {
    sandbox = await startSandbox({ empty: true, capture: true });
    alice = await SandboxUser.signIn(sandbox, 'alice');
    await alice.put(`${E}?xsiType=xnat:mrSessionData`);
    await alice.put(`${E}/scans/S?xsiType=xnat:mrScanData`);
  });
  afterEach(() => sandbox.faults.clear());
  after(() => sandbox.close());

  const list = (): Promise<{ status: number; text: string }> =>
    alice.get('/data/projects/GIFTDEMO/subjects?format=json');

  it('answers a status so many times, after so many requests', async () => {
    sandbox.faults.add({ action: 'status', status: 503, pathPattern: '/subjects', after: 1, times: 2 });
    const statuses = [];
    for (let index = 0; index < 4; index += 1) statuses.push((await list()).status);
    assert.deepEqual(statuses, [200, 503, 503, 200]);
  });

  it('drops connections before, in and after the body', async () => {
    sandbox.faults.add({ action: 'drop', method: 'GET', times: 1 });
    await assert.rejects(list());
    sandbox.faults.add({ action: 'dropMidBody', method: 'GET', times: 1 });
    await assert.rejects(list(), /aborted|hang up|ECONNRESET/);
    sandbox.faults.add({ action: 'dropUpload', method: 'PUT', afterBytes: 1000, times: 1 });
    const zip = zipOf({ 'a.dcm': Buffer.alloc(500_000) }, 'stored');
    await assert.rejects(alice.upload(`${FILES}/x.zip?extract=true`, zip));
    assert.deepEqual(await alice.rows(FILES), []);
  });

  it('does a request and does not tell', async () => {
    sandbox.faults.add({ action: 'dropAnswer', method: 'PUT', times: 1 });
    await assert.rejects(alice.put('/data/projects/GIFTDEMO/subjects/Untold'));
    const labels = (await alice.rows('/data/projects/GIFTDEMO/subjects')).map(({ label }) => label);
    assert.ok(labels.includes('Untold'));
  });

  /** What came of an answer until it broke off or fell silent. */
  const received = (path: string, action: FaultRule['action'], afterBytes?: number): Promise<string> => {
    sandbox.faults.add({ action, times: 1, ...(afterBytes === undefined ? {} : { afterBytes }) });
    return new Promise((resolve) => {
      const headers = { Cookie: `JSESSIONID=${alice.cookie}` };
      const sending = httpRequest(`${sandbox.url}${path}`, { headers, agent: false }, (response) => {
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          // A silent connection is ours to close.
          if (action === 'stall' && bytes === afterBytes) sending.destroy();
        });
        response.on('error', () => undefined);
        response.on('close', () => resolve(`${bytes} of ${response.headers['content-length'] ?? '?'}`));
      });
      sending.on('error', () => undefined).end();
    });
  };

  it('cuts answers where it is told, stored files and archives too', async () => {
    await alice.upload(`${FILES}/cut.dcm?inbody=true`, Buffer.alloc(400_000, 1));
    assert.equal(await received(`${FILES}/cut.dcm`, 'dropMidBody', 300_000), '300000 of 400000');
    assert.equal(await received(`${FILES}/cut.dcm`, 'dropMidBody', 900_000), '399999 of 400000');
    assert.equal(await received(`${FILES}/cut.dcm`, 'dropMidBody'), '200000 of 400000');
    assert.equal(await received(`${FILES}/cut.dcm`, 'stall', 1234), '1234 of 400000');
    await alice.upload(`${FILES}/more.dcm?inbody=true`, 'more');
    assert.equal(await received(`${FILES}?format=zip`, 'dropMidBody'), '16 of ?');
    for (const name of ['cut.dcm', 'more.dcm']) await alice.request('DELETE', `${FILES}/${name}`);
  });

  it('takes no more of an upload after so many bytes', async () => {
    sandbox.faults.add({ action: 'stallUpload', afterBytes: 1000, times: 1 });
    const sending = httpRequest(`${sandbox.url}${FILES}/x.dcm?inbody=true`, {
      method: 'PUT',
      agent: false,
      headers: { Cookie: `JSESSIONID=${alice.cookie}`, 'Content-Type': 'a/b', 'Content-Length': 1e9 },
    });
    const outcome = new Promise((resolve) => {
      sending.on('response', () => resolve('answered')).on('error', () => resolve('closed'));
    });
    // The buffers between both ends take some of it, then nothing drains any more.
    while (sending.write(Buffer.alloc(1e6)) || (await drained(sending))) continue;
    sending.destroy();
    assert.equal(await outcome, 'closed');
    assert.deepEqual(await alice.rows(FILES), []);
  });

  const drained = (sending: ClientRequest): Promise<boolean> =>
    Promise.race([once(sending, 'drain').then(() => true), sleep(300).then(() => false)]);

  it('ignores writes and reports a full disk', async () => {
    const zip = zipOf({ 'a.dcm': 'a' });
    for (const [rule, status] of [
      [{ action: 'ignoreWrite', method: 'PUT', times: 1 }, 200],
      [{ action: 'diskFull', method: 'PUT', times: 1 }, 507],
    ] satisfies [FaultRule, number][]) {
      sandbox.faults.add(rule);
      assert.equal((await alice.upload(`${FILES}/x.zip?extract=true`, zip)).status, status);
      assert.deepEqual(await alice.rows(FILES), []);
    }
  });

  it('sends a login page where JSON was expected', async () => {
    sandbox.faults.add({ action: 'htmlInsteadOfJson', times: 1 });
    const answer = await list();
    assert.equal(answer.status, 200);
    assert.match(answer.text, /^<!DOCTYPE html>/);
  });

  it('ends the session, for this request and the next', async () => {
    const carol = await SandboxUser.signIn(sandbox, 'carol');
    sandbox.faults.add({ action: 'expireSession', times: 1 });
    assert.equal((await carol.get('/data/auth')).status, 401);
    assert.equal((await carol.get('/data/auth')).status, 401);
  });

  it('waits, and hangs', async () => {
    sandbox.faults.add({ action: 'delay', delayMs: 30, times: 1 });
    assert.equal((await list()).status, 200);
    sandbox.faults.add({ action: 'hang', times: 1 });
    const hanging = list().then(
      () => 'answered',
      () => 'closed',
    );
    assert.equal((await list()).status, 200);
    assert.equal(await Promise.race([hanging, Promise.resolve('waiting')]), 'waiting');
  });

  it('takes rules over HTTP, unseen in the list of requests', async () => {
    const control = async (method: string, path: string, body?: unknown): Promise<unknown> => {
      const answer = await fetch(new URL(path, sandbox.faultUrl), {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return answer.ok ? answer.json() : answer.status;
    };
    await control('DELETE', '/__sandbox/requests');
    await control('POST', '/__sandbox/faults', [{ action: 'status', status: 500, method: 'GET', times: 1 }]);
    assert.equal((await list()).status, 500);
    assert.deepEqual(await control('GET', '/__sandbox/faults'), [
      { action: 'status', status: 500, method: 'GET', times: 1, struck: 1 },
    ]);
    assert.deepEqual(await control('DELETE', '/__sandbox/faults'), []);
    for (const wrong of [
      { action: 'nonsense' },
      { action: 'drop', path: '/subjects' },
      { action: 'drop', times: '1' },
      { action: 'drop', pathPattern: '(' },
      'drop',
    ]) {
      assert.equal(await control('POST', '/__sandbox/faults', wrong), 400, JSON.stringify(wrong));
    }
    assert.deepEqual(await control('GET', '/__sandbox/faults'), []);
    assert.deepEqual(await control('GET', '/__sandbox/requests'), [
      { method: 'GET', path: '/data/projects/GIFTDEMO/subjects?format', status: 500 },
    ]);
  });

  it('records what a search for leaks needs, only with capture', async () => {
    await alice.upload(`${FILES}/leak.dcm?inbody=true`, 'Planted^Patient', { headers: { 'X-Note': 'kept' } });
    const record = sandbox.requests.at(-1);
    assert.equal(record?.status, 200);
    assert.equal(record?.body?.toString(), 'Planted^Patient');
    assert.equal(record?.headers?.['x-note'], 'kept');
    assert.match(record?.url ?? '', /leak\.dcm\?inbody=true$/);
    assert.match(record?.path ?? '', /leak\.dcm\?inbody$/);
    const plain = await startSandbox({ empty: true });
    try {
      await send(plain, 'PUT', '/data/projects/X?name=secret', { body: 'secret' });
      assert.equal(
        JSON.stringify(plain.requests),
        '[{"method":"PUT","path":"/data/projects/X?name","status":401}]',
      );
    } finally {
      await plain.close();
    }
  });
});
