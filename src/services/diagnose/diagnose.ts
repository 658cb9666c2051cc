import { throwIfAborted, toGiftCloudError } from '../support/errors.js';
import { checkListener, checkNode } from './dicomChecks.js';
import { ServerChecks } from './serverChecks.js';
import type { DiagnoseRequest, DiagnosisStep, Finding, ServerTools, Verdict } from './types.js';

interface Check {
  readonly step: DiagnosisStep;
  readonly about?: string;
  /** An error is the verdict `bad`. */
  run(): Promise<Verdict>;
}

/**
 * Looks at the way to the server, at our port and at the nodes, one step after the other, and says what to do about what does
 * not work. Nothing is written anywhere. Gives two findings a step: that it runs, and its outcome.
 * @throws CANCELLED
 */
export async function* diagnose(
  { server, listener, nodes = [], proxies }: DiagnoseRequest,
  tools: ServerTools,
  signal?: AbortSignal,
): AsyncIterable<Finding> {
  if (server) {
    const checks = new ServerChecks(server, proxies, tools, signal);
    yield* untilBroken(checks.all, signal);
  }
  if (listener) yield* judged({ step: 'listener', run: () => checkListener(listener) }, signal);
  for (const node of nodes) {
    yield* judged({ step: 'node', about: node.name, run: () => checkNode(node, signal) }, signal);
  }
}

/** Steps that rest on each other: after the first that fails there is nothing to learn from the others. */
async function* untilBroken(
  checks: readonly Check[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Finding> {
  let broken = false;
  for (const check of checks) {
    if (broken) yield finding(check, { outcome: 'skipped', text: 'Not looked at: a step before failed.' });
    else broken = yield* judged(check, signal);
  }
}

/** True when the verdict is `bad`. */
async function* judged(check: Check, signal: AbortSignal | undefined): AsyncGenerator<Finding, boolean> {
  throwIfAborted(signal);
  yield { ...finding(check, { outcome: 'good', text: '' }), outcome: 'running' };
  let verdict: Verdict;
  try {
    verdict = await check.run();
  } catch (thrown) {
    const error = toGiftCloudError(thrown);
    if (error.code === 'CANCELLED') throw error;
    verdict = { outcome: 'bad', text: error.message, hint: error.hint };
  }
  throwIfAborted(signal);
  yield finding(check, verdict);
  return verdict.outcome === 'bad';
}

function finding({ step, about = '' }: Check, verdict: Verdict): Finding {
  return { step, about, hint: '', ...verdict };
}
