// The least that anybody has to do who keeps objects for good: encrypt the bytes of a folder, write, sync and rename them.
import { createCipheriv, randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

const [, , from, to] = process.argv;
const frame = Buffer.allocUnsafeSlow(1024 * 1024);
const key = randomBytes(32);
mkdirSync(to, { recursive: true });
for (const name of readdirSync(from)) {
  const input = openSync(join(from, name));
  const part = join(to, `${name}.part`);
  const output = openSync(part, 'wx', 0o600);
  for (let length = readSync(input, frame); length > 0; length = readSync(input, frame)) {
    const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12));
    writeSync(output, cipher.update(frame.subarray(0, length)));
    cipher.final();
    writeSync(output, cipher.getAuthTag());
  }
  closeSync(input);
  fsyncSync(output);
  closeSync(output);
  renameSync(part, join(to, name));
}
