import { l10n } from 'vscode';
import { toGiftCloudError } from '../../services/support/errors.js';
import type { Logger } from '../../services/support/logger.js';
import { errorText } from '../../workbench/texts.js';
import type { Calls, Reply } from './contract.js';
import { isIndex, isText, shape, type Guard } from './guards.js';

/** What is done for each question of a page. A question that its guard does not know is refused and not looked at. */
export type Handlers<C extends Calls> = {
  readonly [K in keyof C]: {
    readonly accepts: Guard<C[K]['ask']>;
    readonly run: (ask: C[K]['ask']) => Promise<C[K]['answer']> | C[K]['answer'];
  };
};

const isQuestion = shape({
  id: isIndex,
  name: isText,
  ask: (value): value is unknown => value !== undefined,
});

/** The side of the extension of `PageCaller`: every question gets one reply. */
export class PageCalls<C extends Calls> {
  constructor(
    private readonly handlers: Handlers<C>,
    private readonly logger: Logger,
  ) {}

  /** The reply to post; undefined for what is no question. Never rejects. */
  async reply(message: unknown): Promise<Reply | undefined> {
    if (!isQuestion(message)) return undefined;
    const { id, name, ask } = message;
    try {
      if (!Object.hasOwn(this.handlers, name)) throw new TypeError('no such question');
      const { accepts, run } = this.handlers[name as keyof C];
      if (!accepts(ask)) throw new TypeError('not what the contract says');
      return { id, answer: await run(ask) };
    } catch (thrown) {
      const error = toGiftCloudError(thrown);
      // What was asked stays out: it may be a password.
      this.logger.warn('question of a page refused', { code: error.code });
      const cancelled = error.code === 'CANCELLED';
      return { id, refused: cancelled ? l10n.t('Cancelled.') : errorText(error) };
    }
  }
}
