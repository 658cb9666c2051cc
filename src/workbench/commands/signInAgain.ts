import type { CommandHandler } from '../commands.js';
import type { Connection } from '../connection.js';
import type { SignIn } from '../signIn.js';

/**
 * "Sign In Again": a fresh session of the same account. GIFT-Cloud server, observed: what an account may do is kept
 * in its session, so new permissions show only after a new sign-in.
 */
export function signInAgainCommand(connection: Connection, signIn: SignIn): CommandHandler {
  return async () => {
    await connection.renew();
    const session = await signIn.require();
    await (await session.archive()).signIn();
  };
}
