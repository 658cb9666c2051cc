import assert from 'node:assert/strict';
import { isThisMachine } from '../../../src/workbench/localHost.js';
import { parseServerUrl, serverHost } from '../../../src/workbench/serverUrl.js';

describe('the address of a server', () => {
  for (const [text, url] of [
    ['https://gift.example.org', 'https://gift.example.org'],
    ['https://gift.example.org/', 'https://gift.example.org'],
    [' https://gift.example.org/xnat// ', 'https://gift.example.org/xnat'],
    ['gift.example.org:8443', 'https://gift.example.org:8443'],
    ['HTTPS://GIFT.example.org', 'https://gift.example.org'],
    ['http://localhost:8080', 'http://localhost:8080'],
    ['http://127.0.0.1:18087/', 'http://127.0.0.1:18087'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ] as const) {
    it(`takes "${text}" as ${url}`, () => assert.deepEqual(parseServerUrl(text), { url }));
  }

  for (const [text, problem] of [
    ['', 'empty'],
    ['   ', 'empty'],
    ['https://', 'malformed'],
    ['ftp://gift.example.org', 'malformed'],
    ['javascript://x', 'malformed'],
    ['http://gift.example.org', 'insecure'],
    ['http://127.0.0.1.example.org', 'insecure'],
    ['http://localhost.example.org', 'insecure'],
    ['http://10.0.0.1', 'insecure'],
    ['https://alice:secret@gift.example.org', 'credentials'],
    ['https://gift.example.org/?x=1', 'extra'],
    ['https://gift.example.org/#x', 'extra'],
  ] as const) {
    it(`refuses "${text}" as ${problem}`, () => assert.deepEqual(parseServerUrl(text), { problem }));
  }

  it('gives the host for labels', () => {
    assert.equal(serverHost('https://gift.example.org:8443/xnat'), 'gift.example.org:8443');
  });
});

describe('whether the extension host is this machine', () => {
  for (const [remoteName, expected] of [
    [undefined, true],
    ['127.0.0.1:8080', true],
    ['localhost:8080', true],
    ['[::1]:8080', true],
    ['ssh-remote', false],
    ['wsl', false],
    ['dev-container', false],
    ['codeserver.example.org:443', false],
    ['localhost', false],
    ['localhost.example.org:8080', false],
  ] as const) {
    it(`${String(remoteName)}: ${expected}`, () => assert.equal(isThisMachine(remoteName), expected));
  }
});
