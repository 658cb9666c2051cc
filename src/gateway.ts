#!/usr/bin/env node
import { version } from '../package.json';
import { exitCode } from './headless/exitCodes.js';
import { crash, main } from './headless/main.js';

/** The program `gift-cloud`: the same services as the extension, without the editor. */
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  // Once: whoever asks a second time does not want to wait for a clean end.
  process.once(name, () => controller.abort(name));
}

const args = process.argv.slice(2);
const host = {
  streams: { stdout: process.stdout, stderr: process.stderr },
  version,
  bundleFolder: __dirname,
  environment: process.env,
  signal: controller.signal,
  onHangup: (listener: () => void) => {
    process.on('SIGHUP', listener);
    return { dispose: () => void process.off('SIGHUP', listener) };
  },
};

let outputLost = false;
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  // A reader that goes away early (`gift-cloud list | head`) is no error, but there is nobody left to work for.
  if (code !== 'EPIPE' && !outputLost) {
    outputLost = true;
    process.stderr.write(
      'error: The output could not be written.\n       Look at the disk that it goes to.\n',
    );
  }
  controller.abort('output');
});
process.stderr.on('error', () => undefined);
// Node's own words would hold paths of this machine, and maybe the name of a file.
process.on('uncaughtException', (error) => process.exit(crash(error, args, host)));

void main(args, host).then((code) => {
  process.exitCode = outputLost && code === exitCode.done ? exitCode.someFailed : code;
});
