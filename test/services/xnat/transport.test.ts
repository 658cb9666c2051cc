import assert from 'node:assert/strict';
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { GiftCloudError } from '../../../src/services/support/errors.js';
import { readText } from '../../../src/services/xnat/bodies.js';
import { parseServerAddress } from '../../../src/services/xnat/serverAddress.js';
import type { TimeLimits } from '../../../src/services/xnat/timeLimits.js';
import { Transport } from '../../../src/services/xnat/transport.js';
import { serveConnections, serveHttp, type RawServer } from '../../support/rawServers.js';
import { startSwallowingServer } from '../../support/swallowingServer.js';

const short: TimeLimits = { connect: 300, idle: 300, slowWrite: 300, goodbye: 300 };

function isError(code: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(GiftCloudError.is(error), String(error));
    assert.equal(error.code, code, `${error.message} ${String(error.cause)}`);
    assert.ok(error.hint.length > 0);
    return true;
  };
}

describe('HTTP to the server', () => {
  let server: RawServer | undefined;
  let transport: Transport | undefined;
  afterEach(async () => {
    transport?.close();
    await server?.close();
    server = transport = undefined;
  });

  const to = (port: number, limits?: TimeLimits): Transport =>
    (transport = new Transport({
      address: parseServerAddress(`http://127.0.0.1:${port}`),
      userAgent: 'GiftCloudVSCode/0.0.0',
      ...(limits && { limits }),
    }));

  const zip = (size: number): { stream: Readable; length: number; type: string } => {
    const part = Buffer.alloc(65_536);
    let left = size;
    const stream = new Readable({
      read(): void {
        if (left === 0) this.push(null);
        else this.push(part.subarray(0, Math.min(left, part.length)));
        left -= Math.min(left, part.length);
      },
    });
    return { stream, length: size, type: 'application/zip' };
  };

  it('names itself, asks for no compression, and tells the length of a body', async () => {
    const seen: IncomingHttpHeaders[] = [];
    server = await serveHttp((request, response) => {
      seen.push(request.headers);
      request.resume().on('end', () => response.end('ok'));
    });
    const { port } = server;
    const client = to(port);
    await readText((await client.send({ method: 'GET', path: '/a' })).stream);
    await readText((await client.send({ method: 'PUT', path: '/b' })).stream);
    await readText((await client.send({ method: 'PUT', path: '/c', body: zip(100_000) })).stream);
    assert.deepEqual(
      seen.map((headers) => headers['content-length']),
      [undefined, '0', '100000'],
    );
    for (const headers of seen) {
      assert.equal(headers['user-agent'], 'GiftCloudVSCode/0.0.0');
      assert.equal(headers['accept-encoding'], 'identity');
      assert.equal(headers['transfer-encoding'], undefined);
      // The server takes these for a person at a browser and asks for a token.
      assert.doesNotMatch(headers['user-agent'], /Mozilla|MSIE|AppleWebKit|Opera/);
    }
  });

  it('keeps its connection', async () => {
    server = await serveHttp((_request, response) => void response.end('ok'));
    const client = to(server.port);
    for (let at = 0; at < 5; at++) await readText((await client.send({ method: 'GET', path: '/' })).stream);
    assert.equal(server.connections, 1);
  });

  for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const) {
    it(`follows no redirect of a ${method}`, async () => {
      let requests = 0;
      server = await serveHttp((_request, response) => {
        requests++;
        response.writeHead(302, { Location: '/elsewhere' }).end();
      });
      const answer = await to(server.port).send({ method, path: '/a' });
      assert.equal(answer.status, 302);
      assert.equal(answer.headers['location'], '/elsewhere');
      await readText(answer.stream);
      assert.equal(requests, 1);
    });
  }

  it('reads the refusal of an upload that the server does not wait for, and sends no more', async () => {
    let received = 0;
    server = await serveConnections((socket) => {
      socket.once('data', () =>
        socket.write('HTTP/1.1 507 Insufficient Storage\r\nContent-Length: 9\r\n\r\nno space!'),
      );
      socket.on('data', (bytes) => (received += bytes.length));
    });
    const client = to(server.port);
    const body = zip(200_000_000);
    const answer = await client.send({ method: 'PUT', path: '/a', body });
    assert.equal(answer.status, 507);
    assert.equal(await readText(answer.stream), 'no space!');
    assert.ok(
      body.stream.destroyed ||
        (await new Promise((resolve) => body.stream.once('close', () => resolve(true)))),
    );
    assert.ok(received < 100_000_000, `${received}`);
    // The half-sent request can't be followed by another on the same connection.
    assert.equal((await client.send({ method: 'GET', path: '/b' })).status, 507);
    assert.equal(server.connections, 2);
  });

  describe('on a kept connection that the server closes', () => {
    /** Answers the first request of each connection and breaks off at the second. */
    const oneEach = (): Promise<RawServer> =>
      serveConnections((socket) => {
        let requests = 0;
        socket.on('data', (bytes) => {
          if (!/^(?:GET|PUT|POST|DELETE) /.test(bytes.toString('latin1'))) return;
          if (++requests > 1) socket.destroy();
          else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
        });
      });

    for (const method of ['GET', 'PUT', 'POST', 'DELETE'] as const) {
      it(`sends a ${method} without a body again`, async () => {
        server = await oneEach();
        const client = to(server.port);
        await readText((await client.send({ method: 'GET', path: '/' })).stream);
        const answer = await client.send({ method, path: '/a' });
        assert.equal(await readText(answer.stream), 'ok');
        assert.equal(server.connections, 2);
      });
    }

    it('does not send a body again: the caller looks what arrived', async () => {
      server = await oneEach();
      const client = to(server.port);
      await readText((await client.send({ method: 'GET', path: '/' })).stream);
      await assert.rejects(
        client.send({ method: 'PUT', path: '/a', body: zip(10) }),
        isError('SERVER_UNREACHABLE'),
      );
    });

    it('does not send anything again on a fresh connection', async () => {
      let requests = 0;
      server = await serveConnections((socket) => {
        socket.on('data', () => {
          requests++;
          socket.destroy();
        });
      });
      await assert.rejects(
        to(server.port).send({ method: 'PUT', path: '/a' }),
        isError('SERVER_UNREACHABLE'),
      );
      assert.equal(requests, 1);
    });
  });

  describe('time limits', () => {
    it('say SERVER_TIMEOUT with the allow-list where packets vanish', async () => {
      const firewall = await startSwallowingServer();
      try {
        const sending = to(firewall.port, { ...short, idle: 60_000 }).send({ method: 'GET', path: '/' });
        await assert.rejects(sending, (error) => {
          assert.ok(isError('SERVER_TIMEOUT')(error));
          assert.match((error as GiftCloudError).hint, /IP allow-list/);
          return true;
        });
      } finally {
        firewall.close();
      }
    });

    it('end a request without an answer', async () => {
      server = await serveHttp(() => undefined);
      const client = to(server.port, { ...short, connect: 60_000 });
      await assert.rejects(client.send({ method: 'GET', path: '/' }), isError('SERVER_TIMEOUT'));
    });

    it('end an answer that stops in the middle', async () => {
      server = await serveHttp((_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' });
        response.write('12345');
      });
      const answer = await to(server.port, { ...short, connect: 60_000 }).send({ method: 'GET', path: '/' });
      await assert.rejects(readText(answer.stream), isError('SERVER_TIMEOUT'));
    });

    it('end an upload that the server does not take', async () => {
      server = await serveConnections((socket) => void socket.pause());
      const client = to(server.port, { ...short, connect: 60_000 });
      const body = zip(100_000_000);
      await assert.rejects(
        client.send({ method: 'PUT', path: '/', body, patience: 'slowWrite' }),
        isError('SERVER_TIMEOUT'),
      );
      assert.ok(body.stream.destroyed);
    });

    it('do not end what moves, however slow', async () => {
      server = await serveHttp((_request, response) => {
        response.writeHead(200, { 'Content-Length': '8' });
        let sent = 0;
        const timer = setInterval(() => {
          response.write('x');
          if (++sent === 8) clearInterval(timer);
        }, 150);
      });
      const answer = await to(server.port, short).send({ method: 'GET', path: '/' });
      assert.equal(await readText(answer.stream), 'xxxxxxxx');
    });

    it('do not take our own pause for that of the server', async () => {
      server = await serveHttp((_request, response) => void response.end(Buffer.alloc(1_000_000)));
      const answer = await to(server.port, short).send({ method: 'GET', path: '/' });
      await new Promise((resolve) => setTimeout(resolve, 900));
      assert.equal((await readText(answer.stream)).length, 1_000_000);
    });
  });

  describe('cancelling', () => {
    it('ends a request that waits for its answer', async () => {
      server = await serveHttp(() => undefined);
      const stop = new AbortController();
      const sending = to(server.port).send({ method: 'GET', path: '/' }, stop.signal);
      setTimeout(() => stop.abort(), 50);
      await assert.rejects(sending, isError('CANCELLED'));
    });

    it('ends an answer that is being read, and one that nobody reads yet', async () => {
      server = await serveHttp((_request, response) => {
        response.writeHead(200, { 'Content-Length': '10' });
        response.write('12345');
      });
      const client = to(server.port);
      for (const late of [false, true]) {
        const stop = new AbortController();
        const { stream } = await client.send({ method: 'GET', path: '/' }, stop.signal);
        const reading = late ? undefined : readText(stream);
        stop.abort();
        if (late) await new Promise((resolve) => setTimeout(resolve, 20));
        await assert.rejects(reading ?? readText(stream), GiftCloudError);
      }
    });

    it('closes the body of an upload', async () => {
      server = await serveConnections((socket) => void socket.pause());
      const stop = new AbortController();
      const body = zip(100_000_000);
      const sending = to(server.port).send({ method: 'PUT', path: '/', body }, stop.signal);
      setTimeout(() => stop.abort(), 50);
      await assert.rejects(sending, isError('CANCELLED'));
      assert.ok(body.stream.destroyed);
    });
  });

  it('tells a server that is not there from one that breaks off', async () => {
    server = await serveConnections((socket) => void socket.destroy());
    const { port } = server;
    await assert.rejects(to(port).send({ method: 'GET', path: '/' }), (error) => {
      assert.match((error as Error).message, /broke/);
      return isError('SERVER_UNREACHABLE')(error);
    });
    await server.close();
    server = undefined;
    await assert.rejects(to(port).send({ method: 'GET', path: '/' }), (error) => {
      assert.match((error as Error).message, /refuses connections/);
      return isError('SERVER_UNREACHABLE')(error);
    });
  });
});
