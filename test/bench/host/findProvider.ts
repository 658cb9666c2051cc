// A PACS for the measurement of searches, in a process of its own: answers every C-FIND with so many studies, as fast as they are taken.
import { commandTag, encodeCommand } from '../../../src/services/dimse/commandSet.js';
import { encodeFragments } from '../../../src/services/dimse/pdu.js';
import { buildDataSet } from '../../support/dicomBuilder.js';
import { FakePacs, type Asked } from '../../support/fakePacs.js';
import { uidRoot } from '../../support/seriesFiles.js';

const count = Number(process.argv[2]);
const pending = 0xff00;

void main();

async function main(): Promise<void> {
  const pacs = await FakePacs.start(async (asked) => {
    if (asked.message.command.field !== 0x0020) return;
    for (let first = 1; first <= count; first += 100) {
      const bytes = Buffer.concat(
        Array.from({ length: 100 }, (_, index) => answer(asked, first + index)).flat(),
      );
      if (!asked.socket.write(bytes)) await new Promise((resolve) => asked.socket.once('drain', resolve));
    }
    await asked.answer(0);
  });
  console.log(JSON.stringify({ port: pacs.node().port }));
}

function answer({ message }: Asked, number: number): readonly Buffer[] {
  const { context, command } = message;
  const head = new Map<number, number | string>([
    [commandTag.affectedClass, context.abstractSyntax],
    [commandTag.field, 0x8020],
    [commandTag.respondedTo, command.number(commandTag.messageId) ?? 0],
    [commandTag.dataSetType, 1],
    [commandTag.status, pending],
  ]);
  const dataSet = buildDataSet(
    [
      { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
      { tag: 0x00080020, vr: 'DA', value: '20200102' },
      { tag: 0x00080030, vr: 'TM', value: '101112' },
      { tag: 0x00080050, vr: 'SH', value: `ACC${number}` },
      { tag: 0x00080052, vr: 'CS', value: 'STUDY' },
      { tag: 0x00080061, vr: 'CS', value: 'CT\\SR' },
      { tag: 0x00081030, vr: 'LO', value: 'Head for Müller' },
      { tag: 0x00100010, vr: 'PN', value: `Müller^Jörg ${number}` },
      { tag: 0x00100020, vr: 'LO', value: `HOSP${number}` },
      { tag: 0x0020000d, vr: 'UI', value: `${uidRoot}.${number}` },
      { tag: 0x00201208, vr: 'IS', value: '300' },
    ],
    context.transferSyntax === '1.2.840.10008.1.2' ? 'implicit' : 'explicit',
  );
  return [
    ...encodeFragments(context.id, encodeCommand(head), { command: true, last: true }, 16384),
    ...encodeFragments(context.id, dataSet, { command: false, last: true }, 16384),
  ];
}
