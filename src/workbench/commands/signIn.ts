import type { CommandHandler } from '../commands.js';
import type { SignIn } from '../signIn.js';

/** "Sign In"; links and the sandbox give server and user to start with. */
export function signInCommand(signIn: SignIn): CommandHandler {
  return async (prefill) => {
    const { serverUrl, userName } = (prefill ?? {}) as Readonly<Record<string, unknown>>;
    await signIn.run({
      ...(typeof serverUrl === 'string' && { serverUrl }),
      ...(typeof userName === 'string' && { userName }),
    });
  };
}
