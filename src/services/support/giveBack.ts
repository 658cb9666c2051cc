import { MessageChannel, type MessagePort } from 'node:worker_threads';

/** Below this a message costs more than it saves. */
const worthwhile = 16 * 1024;

/** Nobody listens: what is sent there is gone at once. Ports serialise all the same (HTML, "message port post message steps"). */
const nowhere = closedPort();

/**
 * Frees the memory of a buffer that is not needed any more, and of all views of it: they are empty afterwards. Small buffers,
 * and those that share their memory with others, are left to the garbage collector.
 *
 * V8 counts memory outside of its heap, and marks the whole heap when 32 MB came together, even where every buffer lived for a
 * millisecond: while an object of 1 GB was received that took more processor time than the encryption (Node.js 20).
 * ArrayBuffer.prototype.transfer does the same from Node.js 21 on.
 */
export function giveBack(buffer: Buffer): void {
  const memory = buffer.buffer;
  if (buffer.length < worthwhile || buffer.length !== memory.byteLength) return;
  if (!(memory instanceof ArrayBuffer)) return;
  try {
    nowhere.postMessage(undefined, [memory]);
  } catch {
    // Node.js does not let go of some of its own.
  }
}

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close();
  return port1;
}
