import { isUid } from '../dicom/uids.js';
import type { IncomingObject, Reception, ReceptionSink } from '../spool/types.js';
import { GiftCloudError, type ErrorCode } from '../support/errors.js';
import type { Association, IncomingData, IncomingMessage } from './association.js';
import { commandField, status } from './wellKnown.js';
import { commandTag, noDataSet, type CommandSet } from './commandSet.js';
import type { Counters } from './counters.js';
import type { Logger } from '../support/logger.js';

/** Who sends, as the association says. */
export interface Caller {
  /** Our own random name of the association. */
  readonly association: string;
  readonly callingAe: string;
  readonly calledAe: string;
}

const statusByError: Partial<Record<ErrorCode, number>> = {
  DISK_FULL: status.outOfResources,
  QUOTA_FULL: status.outOfResources,
  NOT_ALLOWED: status.notAuthorized,
  SOP_MISMATCH: status.classMismatch,
  DICOM_DAMAGED: status.cannotUnderstand,
  NOT_DICOM: status.cannotUnderstand,
  CONTENT_NOT_SUPPORTED: status.cannotUnderstand,
};

function moveOriginatorOf(command: CommandSet): Pick<IncomingObject, 'moveOriginator'> {
  const aeTitle = command.text(commandTag.moveOriginator)?.trim();
  const messageId = command.number(commandTag.moveMessageId);
  if (aeTitle === undefined || aeTitle === '' || messageId === undefined) return {};
  return { moveOriginator: { aeTitle, messageId } };
}

/** Takes objects (C-STORE as SCP, PS3.4 B, PS3.7 9.1.1). Success is said only after the sink has the object for good. */
export class StoreProvider {
  constructor(
    private readonly sink: Pick<ReceptionSink, 'begin'>,
    private readonly counters: Counters,
    private readonly logger: Logger,
  ) {}

  /** @throws DimseFault when the association breaks; then nothing of the object is left. */
  async store(
    association: Association,
    { context, command, data }: IncomingMessage,
    caller: Caller,
  ): Promise<void> {
    const sopClassUid = command.text(commandTag.affectedClass) ?? '';
    const sopInstanceUid = command.text(commandTag.affectedInstance) ?? '';
    const messageId = command.number(commandTag.messageId) ?? 0;
    const answer = (code: number): Promise<void> =>
      association.send(
        context.id,
        new Map<number, number | string>([
          // What is answered was checked, so that nothing of a hostile peer is sent back.
          ...(isUid(sopClassUid) ? ([[commandTag.affectedClass, sopClassUid]] as const) : []),
          [commandTag.field, commandField.storeRequest | commandField.response],
          [commandTag.respondedTo, messageId],
          [commandTag.dataSetType, noDataSet],
          [commandTag.status, code],
          ...(isUid(sopInstanceUid) ? ([[commandTag.affectedInstance, sopInstanceUid]] as const) : []),
        ]),
      );
    let code: number;
    if (command.number(commandTag.messageId) === undefined || data === undefined)
      code = status.mistypedArgument;
    else if (sopClassUid !== context.abstractSyntax) code = status.classNotSupported;
    else if (!isUid(sopInstanceUid)) code = status.invalidInstance;
    else {
      const { transferSyntax } = context;
      const originator = moveOriginatorOf(command);
      const object = { ...caller, sopClassUid, sopInstanceUid, transferSyntax, ...originator };
      code = await this.take(object, data);
    }
    if (code !== status.success) {
      this.counters.refuse(code);
      await data?.skip();
    }
    await answer(code);
  }

  private async take(object: IncomingObject, data: IncomingData): Promise<number> {
    let reception: Reception | undefined;
    let bytes = 0;
    try {
      const current = (reception = await this.sink.begin(object));
      for (let next = await data.next(); next !== undefined; next = await data.next()) {
        await current.write(next);
        bytes += next.length;
      }
      // From here on the sink ends it, well or not.
      reception = undefined;
      await current.commit();
    } catch (error) {
      await reception?.abort();
      return this.refusal(error);
    }
    this.counters.received(bytes);
    return status.success;
  }

  /** The status for an error of the sink; a broken association goes on as it is. */
  private refusal(error: unknown): number {
    if (!(error instanceof Error) || error.name === 'DimseFault') throw error;
    const code = GiftCloudError.is(error) ? error.code : 'INTERNAL';
    this.logger.warn('An object was not taken', { code });
    return statusByError[code] ?? status.processingFailure;
  }
}
