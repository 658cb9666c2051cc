import { parseArgs } from 'node:util';
import { startSandbox as start } from './sandbox.js';
import type { Sandbox, SandboxOptions } from './types.js';

/**
 * The sandbox's own bundle, `dist/sandbox.js`: loaded on first use by the command line and the extension, and
 * runnable itself. Other than `startSandbox` inside tests, it writes sample studies unless told to be empty.
 */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return start({ samples: options.empty !== true, ...options });
}

const USAGE = 'usage: sandbox [--port N] [--data DIR] [--plain-xnat] [--tls] [--empty]\n';

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      'plain-xnat': { type: 'boolean' },
      tls: { type: 'boolean' },
      empty: { type: 'boolean' },
    },
  });
  const starting = startSandbox({
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
    ...(values.data === undefined ? {} : { dataFolder: values.data }),
    plainXnat: values['plain-xnat'] ?? false,
    tls: values.tls ?? false,
    empty: values.empty ?? false,
  });
  // Also while samples are being written: nothing temporary may stay behind.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void starting.then((started) => started.close()));
  }
  const sandbox = await starting;
  const users = sandbox.users.map(({ name, password }) => `  ${name} / ${password}\n`).join('');
  process.stdout.write(`GIFT-Cloud sandbox at ${sandbox.url}\n${users}`);
  if (sandbox.samplesFolder !== undefined) process.stdout.write(`samples: ${sandbox.samplesFolder}\n`);
}

if (require.main === module) {
  run().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = 2;
  });
}
