import { createServer, type AddressInfo } from 'node:net';

/** Ports of this machine that were free a moment ago, for programs that take no port 0. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const listening = createServer().listen(0, '127.0.0.1');
      return new Promise<typeof listening>((resolve) =>
        listening.once('listening', () => resolve(listening)),
      );
    }),
  );
  return servers.map((one) => {
    const { port } = one.address() as AddressInfo;
    one.close();
    return port;
  });
}
