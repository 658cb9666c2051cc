import assert from 'node:assert/strict';
import { openXnatArchive } from '../../../src/services/xnat/openArchive.js';
import { serveHttp } from '../../support/rawServers.js';

/** What a server that answers these paths says about its version. */
async function version(answers: Readonly<Record<string, readonly [status: number, body: string]>>) {
  const server = await serveHttp(({ url = '', method }, response) => {
    if (method === 'POST') response.setHeader('Set-Cookie', 'JSESSIONID=SESSION1X; Path=/');
    const [status, body] =
      answers[url] ?? (url.startsWith('/data/JSESSION') ? [200, 'SESSION1X'] : [404, '']);
    response.writeHead(status).end(url === '/data/auth' ? "User 'alice' is logged in." : body);
  });
  const url = `http://127.0.0.1:${server.port}`;
  const archive = openXnatArchive({ url, userName: 'alice', password: async () => 'secret' }, '0.0.0');
  try {
    return await archive.serverVersion();
  } finally {
    await archive.signOut();
    await server.close();
  }
}

describe('the version of a server', () => {
  const build = '/xapi/siteConfig/buildInfo';

  it('is read where XNAT 1.7 and later say it, else where XNAT 1.6 does', async () => {
    assert.equal(await version({ [build]: [200, '{"version":"1.8.10","buildNumber":"7"}'] }), '1.8.10');
    assert.equal(await version({ '/data/version': [200, '1.6.5\n'] }), '1.6.5');
    assert.equal(await version({ [build]: [403, ''], '/data/version': [200, '1.7.6'] }), '1.7.6');
  });

  it('stays unknown where nobody says it, or a web page is all there is', async () => {
    const page = '<html><title>Welcome</title></html>';
    assert.equal(await version({}), undefined);
    assert.equal(await version({ [build]: [200, page], '/data/version': [200, page] }), undefined);
    assert.equal(await version({ '/data/version': [200, 'Unknown version'] }), undefined);
    assert.equal(await version({ [build]: [200, '{"version":"<b>1</b>"}'] }), undefined);
  });
});
