import { setTimeout as sleep } from 'node:timers/promises';
import { cancelled } from './errors.js';

/** Waits; CANCELLED when the signal fires meanwhile. */
export async function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await sleep(milliseconds, undefined, { signal });
  } catch (error) {
    throw cancelled(error);
  }
}
