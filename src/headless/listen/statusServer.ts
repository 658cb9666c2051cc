import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GiftCloudError, systemErrorCode, toGiftCloudError } from '../../services/support/errors.js';
import { healthOf, type GatewayFacts } from './health.js';
import { metricsText, metricsType } from './metrics.js';

/** `/healthz` and `/metrics`, for programs on this machine alone. */
export class StatusServer {
  private readonly server: Server;
  /** The port as it was asked for. */
  private constructor(
    readonly wanted: number,
    private readonly facts: () => Promise<GatewayFacts>,
  ) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.maxConnections = 32;
    this.server.requestTimeout = this.server.headersTimeout = 10_000;
  }

  /** @param port 0 takes a free one. @throws PORT_IN_USE, PORT_NOT_ALLOWED */
  static async start(port: number, facts: () => Promise<GatewayFacts>): Promise<StatusServer> {
    const status = new StatusServer(port, facts);
    try {
      await new Promise<void>((resolve, reject) => {
        status.server.once('error', reject);
        status.server.listen({ port, host: '127.0.0.1' }, resolve);
      });
    } catch (error) {
      throw httpPortError(error);
    }
    return status;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request;
    const send = (status: number, type: string, text: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(method === 'HEAD' ? undefined : text);
    };
    if (method !== 'GET' && method !== 'HEAD') send(405, 'text/plain', 'Method Not Allowed\n');
    else if (url === '/healthz') {
      const health = healthOf(await this.facts());
      send(health.status === 'failing' ? 503 : 200, 'application/json', `${JSON.stringify(health)}\n`);
    } else if (url === '/metrics') send(200, metricsType, metricsText(await this.facts()));
    else send(404, 'text/plain', 'Not Found\n');
  }
}

function httpPortError(error: unknown): GiftCloudError {
  const code = systemErrorCode(error);
  const hint = 'Choose another port with --http-port; each gateway of this machine needs its own.';
  if (code === 'EADDRINUSE') {
    return new GiftCloudError('PORT_IN_USE', 'The port of --http-port is in use.', { hint, cause: error });
  }
  if (code === 'EACCES') {
    return new GiftCloudError('PORT_NOT_ALLOWED', 'The port of --http-port may not be used.', {
      hint,
      cause: error,
    });
  }
  return toGiftCloudError(error);
}
