import { commandTag, encodeCommand } from '../../src/services/dimse/commandSet.js';
import { encodeFragments } from '../../src/services/dimse/pdu.js';
import { buildDataSet, sampleElements, samplePixels } from './dicomBuilder.js';
import { associated, ctClass, storeCommand } from './dimsePeer.js';
import type { Asked } from './fakePacs.js';

/** One study of one series that a fake PACS lists. */
export const studyOfFake = '1.2.3';
const seriesOfFake = '1.2.3.1';
export const instanceOfFake = (number: number): string => `${seriesOfFake}.${number}`;

const pending = 0xff00;
/** Command fields (PS3.7 E.1). */
export const field = { store: 0x0001, get: 0x0010, find: 0x0020, move: 0x0021, cancel: 0x0fff } as const;

/** Answers searches for the study; images only where they are listed. Whether it was one. */
export async function answerListing(asked: Asked, instances: number, listsImages = true): Promise<boolean> {
  const { message, identifier, answer } = asked;
  if (message.command.field !== field.find) return false;
  const at = (level: string): boolean => identifier.includes(level);
  if (at('SERIES')) await answer(pending, [{ tag: 0x0020000e, vr: 'UI', value: seriesOfFake }]);
  else if (!listsImages) {
    await answer(0xa900);
    return true;
  } else {
    for (let number = 1; number <= instances; number++) {
      await answer(pending, [
        { tag: 0x00080016, vr: 'UI', value: ctClass },
        { tag: 0x00080018, vr: 'UI', value: instanceOfFake(number) },
      ]);
    }
  }
  await answer(0);
  return true;
}

/** The data set of an instance. */
export function dataSetOfFake(number: number): Buffer {
  return buildDataSet([
    ...sampleElements({
      ...{ studyInstanceUid: studyOfFake, seriesInstanceUid: seriesOfFake },
      sopInstanceUid: instanceOfFake(number),
    }),
    samplePixels(),
  ]);
}

/** Sends an instance over the association of a C-GET, in five pieces with a pause after each; gives the status of the answer. */
export async function storeByGet(
  { association, socket }: Asked,
  number: number,
  pauseMs = 0,
): Promise<number | undefined> {
  const context = [...association.terms.contexts.values()].find(
    ({ abstractSyntax, transferSyntax }) =>
      abstractSyntax === ctClass && transferSyntax === '1.2.840.10008.1.2.1',
  );
  if (context === undefined) throw new Error('no context for CT');
  const command = encodeCommand(storeCommand(instanceOfFake(number)));
  const dataSet = dataSetOfFake(number);
  const pieceLength = Math.ceil(dataSet.length / 10) * 2;
  for (const pdu of encodeFragments(context.id, command, { command: true, last: true }, 16384))
    socket.write(pdu);
  for (const pdu of encodeFragments(context.id, dataSet, { command: false, last: true }, pieceLength + 6)) {
    socket.write(pdu);
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return (await association.receive())?.command.number(commandTag.status);
}

/** Sends an instance to our listener as C-MOVE does; gives the status of the answer. */
export async function storeByMove(
  port: number,
  number: number,
  originator?: { readonly aeTitle: string; readonly messageId: number },
  calling = 'FAKE',
): Promise<number | undefined> {
  const peer = await associated(port, { calling });
  const command = storeCommand(instanceOfFake(number));
  if (originator) {
    command.set(commandTag.moveOriginator, originator.aeTitle.padEnd(originator.aeTitle.length + (originator.aeTitle.length % 2))); // prettier-ignore
    command.set(commandTag.moveMessageId, originator.messageId);
  }
  await peer.association.send(1, command, dataSetOfFake(number));
  const status = (await peer.association.receive())?.command.number(commandTag.status);
  await peer.association.release();
  peer.socket.destroy();
  return status;
}
