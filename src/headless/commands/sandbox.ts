import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Sandbox, SandboxOptions } from '../../sandbox/sandbox.js';
import type { Command, CommandContext, CommandResult } from '../command.js';
import { exitCode } from '../exitCodes.js';
import { usage } from '../options.js';

interface SandboxModule {
  readonly startSandbox: (options: SandboxOptions) => Promise<Sandbox>;
}

export const sandboxCommand: Command = {
  name: 'sandbox',
  usage: '',
  help: 'run a GIFT-Cloud server with sample studies on this machine, for trying out and for tests',
  options: {
    port: { type: 'string', value: 'N', help: 'port on 127.0.0.1 (default: a free one)' },
    data: {
      type: 'string',
      value: 'DIR',
      help: 'keep the data of the server here (default: a temporary folder)',
    },
    'plain-xnat': { type: 'boolean', help: 'behave as XNAT without the GIFT-Cloud extension' },
    tls: { type: 'boolean', help: 'https with a self-signed certificate' },
    empty: { type: 'boolean', help: 'no demo subjects and no sample studies' },
  },
  async run(context: CommandContext): Promise<CommandResult> {
    const { options, output, signal } = context;
    if (options.positionals.length > 0) throw usage('The command takes no path.');
    const { startSandbox } = createRequire(__filename)(
      join(context.bundleFolder, 'sandbox.js'),
    ) as SandboxModule;
    const port = options.port('port');
    const data = options.text('data');
    const sandbox = await startSandbox({
      ...(port !== undefined && { port }),
      ...(data !== undefined && { dataFolder: data }),
      plainXnat: options.flag('plain-xnat'),
      tls: options.flag('tls'),
      empty: options.flag('empty'),
    });
    try {
      output.event('ready', {
        url: sandbox.url,
        pid: process.pid,
        samples: sandbox.samplesFolder ?? null,
        ...(sandbox.caFile !== undefined && { ca: sandbox.caFile }),
        ...(sandbox.fingerprint !== undefined && { fingerprint: sandbox.fingerprint }),
        faultUrl: sandbox.faultUrl,
        users: sandbox.users,
        projects: sandbox.projects,
      });
      output.line(`GIFT-Cloud sandbox at ${sandbox.url}`);
      for (const user of sandbox.users) output.line(`  ${user.name} / ${user.password}`);
      if (sandbox.samplesFolder) output.line(`sample studies: ${sandbox.samplesFolder}`);
      await aborted(signal);
    } finally {
      await sandbox.close();
    }
    return { code: signal.reason === 'SIGINT' ? exitCode.interrupted : exitCode.done };
  },
};

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
