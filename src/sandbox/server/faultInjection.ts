import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ByteSource } from '../zip/byteSource.js';
import { containerPage, statusPage, text, type Answer } from './answers.js';
import { drain, writeAnswer } from './answerWriter.js';
import type { FaultRule } from './faults.js';
import type { Sessions } from './sessions.js';
import { loginPage, sessionCookie } from './signIn.js';

/** True when the fault has dealt with the request for good. */
export async function injectFault(
  fault: FaultRule,
  sessions: Sessions,
  request: IncomingMessage,
  response: ServerResponse,
  body: Readable,
): Promise<boolean> {
  switch (fault.action) {
    case 'drop':
      request.socket.destroy();
      return true;
    case 'hang':
      body.resume();
      return true;
    case 'delay':
      await sleep(fault.delayMs ?? 1000);
      return request.socket.destroyed;
    case 'expireSession':
      sessions.end(sessionCookie(request) ?? '');
      return false;
    case 'dropAnswer':
    case 'dropMidBody':
    case 'dropUpload':
    case 'stall':
      return false;
    case 'stallUpload':
      await new ByteSource(body).take(fault.afterBytes ?? 1);
      return true;
    default:
      await drain(body, Number.POSITIVE_INFINITY);
      await writeAnswer(request, response, faultAnswer(fault));
      return true;
  }
}

function faultAnswer(fault: FaultRule): Answer {
  switch (fault.action) {
    case 'htmlInsteadOfJson':
      return loginPage(200);
    case 'diskFull':
      return containerPage(507, fault.message ?? 'No space left on device');
    case 'ignoreWrite':
      return text('');
    default:
      return statusPage(fault.status ?? 500, fault.message);
  }
}
