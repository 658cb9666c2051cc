import type { CommandHandler } from '../commands.js';
import type { Connection } from '../connection.js';

/** "Sign Out": ends the session and forgets the password. */
export function signOutCommand(connection: Connection): CommandHandler {
  return () => connection.end();
}
