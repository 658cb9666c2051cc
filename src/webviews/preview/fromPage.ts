import { isIndex } from '../shared/guards.js';
import type { FromPage } from './contract.js';

/** What a page said, if it is something that ours says: messages are checked where they arrive. */
export function fromPage(message: unknown): FromPage | undefined {
  if (typeof message !== 'object' || message === null || !('kind' in message)) return undefined;
  const { kind, choice, instance, object, lines } = message as Readonly<Record<string, unknown>>;
  if (kind === 'ready') return { kind };
  if (kind === 'choose' && isIndex(choice) && isIndex(instance)) return { kind, choice, instance };
  if (kind === 'reveal' && isIndex(object) && Array.isArray(lines) && lines.every(isIndex)) {
    return { kind, object, lines };
  }
  return undefined;
}
