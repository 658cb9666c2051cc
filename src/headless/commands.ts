import type { Command } from './command.js';
import { anonymiseCommand } from './commands/anonymise.js';
import { configCommand } from './commands/config.js';
import { diagnoseCommand } from './commands/diagnose.js';
import { downloadCommand } from './commands/download.js';
import { keyCommand } from './commands/key.js';
import { listCommand } from './commands/list.js';
import { listenCommand } from './commands/listen.js';
import { queryCommand } from './commands/query.js';
import { patientListCommand } from './commands/patientList.js';
import { queueCommand } from './commands/queue.js';
import { retrieveCommand } from './commands/retrieve.js';
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
  listenCommand,
  queryCommand,
  retrieveCommand,
  queueCommand,
  keyCommand,
  patientListCommand,
  diagnoseCommand,
  configCommand(() => commands.map((command) => command.options)),
];
