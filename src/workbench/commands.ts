import { CancellationError, commands as editorCommands, l10n } from 'vscode';
import { Disposable } from '../services/support/disposable.js';
import { toGiftCloudError, type ErrorCode, type GiftCloudError } from '../services/support/errors.js';
import type { Logger } from '../services/support/logger.js';
import { commands, type CommandId } from './contributions.js';
import type { Dialogs } from './dialogs.js';
import { errorText } from './texts.js';

export type CommandHandler = (...args: readonly unknown[]) => unknown;

/** One handler for every id: a command that is declared and not registered does not compile. */
export type CommandHandlers = Readonly<Record<CommandId, CommandHandler>>;

/**
 * Registers every command. Each is logged with its time, a cancelled one is silent, and a failed one becomes one
 * sentence with what to do next.
 */
export class CommandRegistrar extends Disposable {
  constructor(
    private readonly logger: Logger,
    private readonly dialogs: Dialogs,
    private readonly noteFailure: (error: GiftCloudError) => Promise<unknown>,
  ) {
    super();
  }

  registerAll(handlers: CommandHandlers): void {
    for (const id of Object.values(commands)) {
      const run = (...args: readonly unknown[]): Promise<void> =>
        this.run(
          id,
          () => handlers[id](...args),
          () => void run(...args),
        );
      this.register(editorCommands.registerCommand(id, run));
    }
  }

  /** Runs an action as a command runs; used too for what a drop starts. Never rejects. */
  async run(name: string, action: () => unknown, again?: () => void): Promise<void> {
    const started = performance.now();
    const ms = (): number => Math.round(performance.now() - started);
    this.logger.debug(`command ${name}`);
    try {
      await action();
      this.logger.info(`command ${name} done`, { ms: ms() });
    } catch (thrown) {
      if (thrown instanceof CancellationError) return;
      const error = toGiftCloudError(thrown);
      if (error.code === 'CANCELLED') {
        this.logger.info(`command ${name} cancelled`, { ms: ms() });
        return;
      }
      this.logger.error(`command ${name} failed`, { code: error.code, status: error.status, ms: ms() });
      if (error.code === 'INTERNAL') this.logger.error(traceOf(error.cause));
      // A sign-in that failed says nothing about the session that there may be already.
      if (name !== commands.signIn) await this.noteFailure(error);
      void this.show(error, again);
    }
  }

  /** Says what went wrong, with what can be done about it as buttons. */
  async show(error: GiftCloudError, again?: () => void): Promise<void> {
    const actions = new Map<string, () => void>();
    const command = (id: CommandId) => () => void editorCommands.executeCommand(id);
    const { code } = error;
    if (needsSignIn.has(code)) {
      actions.set(l10n.t('Sign In'), command(commands.signIn));
    } else if (code === 'NOT_ALLOWED' || code === 'NOT_FOUND_OR_NOT_ALLOWED') {
      // GIFT-Cloud server, observed: permissions are cached in the session, a fresh sign-in sees new ones.
      actions.set(l10n.t('Sign In Again'), command(commands.signInAgain));
    } else if (error.retryable && again) actions.set(l10n.t('Try Again'), again);
    // What a person can put right without looking further is no failure.
    const severity = code === 'USAGE' ? 'warning' : 'error';
    if (severity === 'error') actions.set(l10n.t('Show Log'), command(commands.openLog));
    const chosen = await this.dialogs.notify(severity, errorText(error), [...actions.keys()]);
    if (chosen !== undefined) actions.get(chosen)?.();
  }
}

/** Put right by signing in; a certificate is confirmed on the way. */
const needsSignIn: ReadonlySet<ErrorCode> = new Set([
  'SIGN_IN_REFUSED',
  'SIGN_IN_REQUIRED',
  'ACCOUNT_NOT_ACTIVE',
  'CERTIFICATE_NOT_TRUSTED',
]);

/** Where in our code it happened. The text of a foreign error may hold a path of a patient's file: it is left out. */
function traceOf(cause: unknown): string {
  if (!(cause instanceof Error)) return `thrown: ${typeof cause}`;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const short = frames.slice(0, 8).map((line) => line.trim().replace(/\(?\S*[\\/]([^\\/\s)]+)\)?/, '$1'));
  return [cause.name, ...short].join(' | ');
}
