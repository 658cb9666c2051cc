#!/usr/bin/env node
import { version } from '../package.json';
import { main } from './headless/main.js';

/** The program `gift-cloud`: the same services as the extension, without the editor. */
const controller = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => controller.abort(name));
}
// A reader that goes away early (`gift-cloud list | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') controller.abort('EPIPE');
});

void main(process.argv.slice(2), {
  streams: { stdout: process.stdout, stderr: process.stderr },
  version,
  bundleFolder: __dirname,
  environment: process.env,
  signal: controller.signal,
}).then((code) => {
  process.exitCode = code;
});
