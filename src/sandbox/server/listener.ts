import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { SandboxContext } from '../context.js';
import type { RequestRecord } from '../types.js';
import { writeAnswer, writePart } from './answerWriter.js';
import { Application, type Reply } from './application.js';
import { BodyTap } from './bodyTap.js';
import { control } from './control.js';
import { injectFault } from './faultInjection.js';
import type { FaultPlan, FaultRule } from './faults.js';
import { RequestLog } from './requestLog.js';
import type { Router } from './router.js';

/** From a request of `node:http` to the bytes of its answer: recording, faults, the application, writing. */
export class Listener {
  private readonly application: Application;
  private readonly log: RequestLog;

  constructor(
    private readonly context: SandboxContext,
    router: Router,
    private readonly faults: FaultPlan,
    capture: boolean,
  ) {
    this.application = new Application(context, router);
    this.log = new RequestLog(capture);
  }

  get requests(): RequestRecord[] {
    return this.log.requests;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    this.serve(request, response).catch(() => request.socket.destroy());
  };

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = request.url ?? '/';
    if (url.startsWith('/__sandbox/')) {
      await writeAnswer(request, response, await control(request, this.faults, this.requests));
      return;
    }
    const record = this.log.add(request);
    const fault = this.faults.strike(request.method ?? 'GET', url);
    const dropAfter = fault?.action === 'dropUpload' ? (fault.afterBytes ?? 1) : undefined;
    const body = this.log.bodyOf(request, record, dropAfter);
    response.once('finish', () => {
      record.status = response.statusCode;
    });
    if (await this.struck(fault, request, response, body)) return;
    const reply = await this.application.reply(request, body);
    // A client that went away is no problem of the sandbox.
    if (reply.problem !== undefined && !request.socket.destroyed) record.problem = reply.problem;
    await deliver(request, response, reply, fault);
    if (body instanceof BodyTap) record.body = body.captured;
  }

  private async struck(
    fault: FaultRule | undefined,
    request: IncomingMessage,
    response: ServerResponse,
    body: Readable,
  ): Promise<boolean> {
    return fault !== undefined && injectFault(fault, this.context.sessions, request, response, body);
  }
}

async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  { answer, headers }: Reply,
  fault: FaultRule | undefined,
): Promise<void> {
  switch (fault?.action) {
    case 'dropAnswer':
      if (answer.body instanceof Readable) answer.body.destroy();
      request.socket.destroy();
      break;
    case 'dropMidBody':
      await writePart(response, answer, headers, fault.afterBytes);
      request.socket.destroy();
      break;
    case 'stall':
      await writePart(response, answer, headers, fault.afterBytes);
      break;
    default:
      await writeAnswer(request, response, answer, headers);
  }
}
