import type { Calls, Question, Reply, Telling } from '../contract.js';

declare function acquireVsCodeApi(): {
  postMessage(message: Question): void;
  getState(): unknown;
  setState(state: unknown): void;
};

/** Why a question got no answer, in words of the extension. */
export class Refused extends Error {}

/**
 * Asks the extension and waits for the reply. What is kept with `remember` is written to disk by the editor: never a
 * secret, nothing that was typed, nothing of a patient.
 */
export class PageCaller<C extends Calls, T> {
  private readonly editor = acquireVsCodeApi();
  private readonly waiting = new Map<number, { done(answer: unknown): void; fail(error: Refused): void }>();
  private last = 0;

  constructor(onTold: (told: T) => void) {
    window.addEventListener('message', ({ data }: MessageEvent<Reply | Telling<T>>) => {
      if ('tell' in data) onTold(data.tell);
      else this.settle(data);
    });
  }

  /** @throws Refused */
  ask<K extends keyof C & string>(name: K, ask: C[K]['ask']): Promise<C[K]['answer']> {
    const id = ++this.last;
    return new Promise((done, fail) => {
      this.waiting.set(id, { done, fail });
      this.editor.postMessage({ id, name, ask });
    });
  }

  get remembered(): unknown {
    return this.editor.getState();
  }

  remember(state: unknown): void {
    this.editor.setState(state);
  }

  private settle(reply: Reply): void {
    const asked = this.waiting.get(reply.id);
    this.waiting.delete(reply.id);
    if ('refused' in reply) asked?.fail(new Refused(reply.refused));
    else asked?.done(reply.answer);
  }
}
