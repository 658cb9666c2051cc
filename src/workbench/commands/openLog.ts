import type { LogOutputChannel } from 'vscode';
import type { CommandHandler } from '../commands.js';

/** "Show Log": the output channel, which holds no identifiers. */
export function openLogCommand(channel: LogOutputChannel): CommandHandler {
  return () => channel.show();
}
