import type { Command } from './command.js';
import { anonymiseCommand } from './commands/anonymise.js';
import { configCommand } from './commands/config.js';
import { downloadCommand } from './commands/download.js';
import { keyCommand } from './commands/key.js';
import { listCommand } from './commands/list.js';
import { queueCommand } from './commands/queue.js';
import { sandboxCommand } from './commands/sandbox.js';
import { scriptCommand } from './commands/script.js';
import { uploadCommand } from './commands/upload.js';

/** Every command of the command line, in the order of the help. */
export const commands: readonly Command[] = [
  sandboxCommand,
  listCommand,
  anonymiseCommand,
  scriptCommand,
  uploadCommand,
  downloadCommand,
  queueCommand,
  keyCommand,
  configCommand(() => commands.map((command) => command.options)),
];
