import type { IncomingMessage } from '../dimse/association.js';
import { collectData } from '../dimse/collectData.js';
import { commandTag, type CommandSet } from '../dimse/commandSet.js';
import { protocolFault } from '../dimse/dimseFault.js';
import { nodeOffersNot } from '../dimse/nodeStatus.js';
import { isPending, type ManyAnswers, type Requester } from '../dimse/requester.js';
import { commandField, queryRetrieve } from '../dimse/wellKnown.js';
import { readDataSetBytes } from '../dicom/dataSetBytes.js';
import { findElement, textValues } from '../dicom/elements.js';
import { transferSyntax } from '../dicom/transferSyntaxes.js';
import { encodeIdentifier } from '../query/identifier.js';
import type { QueryModel } from '../query/types.js';
import { GiftCloudError } from '../support/errors.js';
import type { ObjectRequest } from './requests.js';
import type { RetrieveMethod } from './types.js';

/** Failed SOP Instance UID List (PS3.4 C.4.2.1.4.2). */
const failedInstances = 0x00080058;
/** Room for some hundred thousand UIDs. */
const longestList = 16 * 1024 * 1024;

/** Sub-operations as the node counts them; a count that it leaves out is 0. */
export interface SubOperations {
  readonly completed: number;
  readonly failed: number;
  readonly warnings: number;
}

/** What the node said last. */
export interface LastAnswer extends SubOperations {
  readonly status: number;
  readonly failedUids: readonly string[];
}

/** How requests are sent. */
export interface RequestForm {
  readonly method: RetrieveMethod;
  readonly model: QueryModel;
  /** AE title of our listener, for C-MOVE. */
  readonly destination: string;
  /** Takes an object that comes over the same association (C-GET). */
  store(requester: Requester, message: IncomingMessage): Promise<void>;
  readonly onSend: (messageId: number) => void;
  readonly onCount: (counts: SubOperations) => void;
}

/** Sends one C-MOVE or C-GET request and gives the last answer. @throws NODE_REFUSED, DimseFault */
export async function requestObjects(
  requester: Requester,
  { level, keys }: ObjectRequest,
  form: RequestForm,
): Promise<LastAnswer> {
  const { method, model, destination } = form;
  const context = requester.association.contextOf(queryRetrieve[model][method]);
  if (context === undefined) throw nodeOffersNot(method === 'move' ? 'C-MOVE' : 'C-GET');
  const { encoding } = transferSyntax(context.transferSyntax);
  const request: ManyAnswers = {
    ...{ context, identifier: encodeIdentifier(level, keys, encoding) },
    field: method === 'move' ? commandField.moveRequest : commandField.getRequest,
    ...(method === 'move' && { moveDestination: destination }),
  };
  let failedUids: readonly string[] = [];
  const take = async (message: IncomingMessage): Promise<void> => {
    const { command, data } = message;
    if (command.field === commandField.storeRequest) {
      if (method === 'move') throw protocolFault('an object where answers belong');
      return form.store(requester, message);
    }
    form.onCount(countsOf(command));
    const bytes = isPending(command) ? undefined : data && (await collectData(data, longestList));
    if (bytes) failedUids = readFailed(bytes, context.transferSyntax);
  };
  const last = await requester.run(request, take, form.onSend);
  return { ...countsOf(last), status: last.number(commandTag.status) ?? 0, failedUids };
}

function countsOf(command: CommandSet): SubOperations {
  return {
    completed: command.number(commandTag.completed) ?? 0,
    failed: command.number(commandTag.failed) ?? 0,
    warnings: command.number(commandTag.warnings) ?? 0,
  };
}

/** A list that can't be read names nothing: what is missing shows by itself. */
function readFailed(bytes: Buffer, syntaxUid: string): readonly string[] {
  try {
    const elements = readDataSetBytes(bytes, transferSyntax(syntaxUid).encoding);
    return textValues(findElement(elements, failedInstances));
  } catch (error) {
    if (GiftCloudError.is(error)) return [];
    throw error;
  }
}
