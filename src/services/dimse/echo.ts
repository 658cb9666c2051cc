import { transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { GiftCloudError } from '../support/errors.js';
import { commandTag, noDataSet } from './commandSet.js';
import { withAssociation } from './connectNode.js';
import { defaultLimits, type RemoteNode } from './listenerTypes.js';
import { commandField, status, wellKnown } from './wellKnown.js';

/** A node that answers C-ECHO does so at once. */
const answerMs = 15_000;

/**
 * Asks a node whether it is there and knows us (C-ECHO, PS3.7 9.1.5).
 * @throws NODE_UNREACHABLE, NODE_TIMEOUT, NODE_REJECTED, NODE_TLS, NODE_BROKEN, CANCELLED
 */
export async function echo(node: RemoteNode, ownAe: string, signal?: AbortSignal): Promise<void> {
  const contexts = [
    {
      id: 1,
      abstractSyntax: wellKnown.verification,
      transferSyntaxes: [transferSyntaxUids.implicitLittleEndian],
    },
  ];
  const proposal = { callingAe: ownAe, contexts, pduLength: defaultLimits.pduLength, idleMs: answerMs };
  const code = await withAssociation(
    node,
    proposal,
    async (association) => {
      if (!association.contextOf(wellKnown.verification)) return undefined;
      await association.send(
        1,
        new Map<number, number | string>([
          [commandTag.affectedClass, wellKnown.verification],
          [commandTag.field, commandField.echoRequest],
          [commandTag.messageId, 1],
          [commandTag.dataSetType, noDataSet],
        ]),
      );
      return (await association.receive())?.command.number(commandTag.status);
    },
    signal,
  );
  if (code === status.success) return;
  throw new GiftCloudError(
    'NODE_BROKEN',
    'The DICOM node is there, but did not answer C-ECHO with success.',
    {
      hint: 'Ask the administrator of the node whether it allows C-ECHO.',
    },
  );
}
