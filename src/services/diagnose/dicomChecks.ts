import { echo } from '../dimse/echo.js';
import { tryPort } from '../dimse/tryPort.js';
import type { ListenerToCheck, NodeToCheck, Verdict } from './types.js';

/** Whether the listener has its port, or could have it. @throws PORT_IN_USE, PORT_NOT_ALLOWED, LISTEN_FAILED */
export async function checkListener({ port, bind, listening }: ListenerToCheck): Promise<Verdict> {
  const hint = `Other machines reach it only where the firewall of this machine lets TCP port ${port} in.`;
  if (listening) return { outcome: 'good', text: `The listener is running on port ${port}.`, hint };
  await tryPort({ port, ...(bind !== undefined && { bind }) });
  return { outcome: 'good', text: `Port ${port} is free for the listener.`, hint };
}

/** C-ECHO. @throws NODE_UNREACHABLE, NODE_TIMEOUT, NODE_REJECTED, NODE_TLS, NODE_BROKEN, CANCELLED */
export async function checkNode(
  { node, callingAe }: NodeToCheck,
  signal: AbortSignal | undefined,
): Promise<Verdict> {
  await echo(node, callingAe, signal);
  return { outcome: 'good', text: `The node answered C-ECHO and knows us as ${callingAe}.` };
}
