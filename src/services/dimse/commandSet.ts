import { protocolFault } from './dimseFault.js';

/** Elements of group 0000 that we read or write (PS3.7 E.1). */
export const commandTag = {
  groupLength: 0x0000,
  affectedClass: 0x0002,
  requestedClass: 0x0003,
  field: 0x0100,
  messageId: 0x0110,
  respondedTo: 0x0120,
  moveDestination: 0x0600,
  priority: 0x0700,
  dataSetType: 0x0800,
  status: 0x0900,
  errorComment: 0x0902,
  affectedInstance: 0x1000,
  requestedInstance: 0x1001,
  eventType: 0x1002,
  actionType: 0x1008,
  remaining: 0x1020,
  completed: 0x1021,
  failed: 0x1022,
  warnings: 0x1023,
  moveOriginator: 0x1030,
  moveMessageId: 0x1031,
} as const;

/** Command Data Set Type: no data set follows, or one does (PS3.7 E.1). */
export const noDataSet = 0x0101;
export const withDataSet = 0x0001;

/** Value by element number: a number is a US, a text is padded with NUL (UI); who sends an AE makes its length even. */
export type CommandValues = ReadonlyMap<number, number | string>;

/** A command as received. */
export class CommandSet {
  constructor(private readonly values: ReadonlyMap<number, Buffer>) {}

  number(element: number): number | undefined {
    const value = this.values.get(element);
    return value?.length === 2 ? value.readUInt16LE(0) : undefined;
  }

  text(element: number): string | undefined {
    return this.values
      .get(element)
      ?.toString('latin1')
      .replace(/[\0 ]+$/, '');
  }

  get field(): number {
    return this.number(commandTag.field) ?? 0;
  }

  get hasData(): boolean {
    return this.number(commandTag.dataSetType) !== noDataSet;
  }
}

/** Bytes of a command set: implicit VR little endian, group length first (PS3.7 6.3.1). */
export function encodeCommand(values: CommandValues): Buffer {
  const elements = [...values]
    .sort(([one], [other]) => one - other)
    .map(([element, value]) => {
      const text =
        typeof value === 'string'
          ? Buffer.from(value.length % 2 ? `${value}\0` : value, 'latin1')
          : undefined;
      const body = text ?? Buffer.of(Number(value) & 0xff, Number(value) >>> 8);
      return Buffer.concat([elementHead(element, body.length), body]);
    });
  const rest = Buffer.concat(elements);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(rest.length);
  return Buffer.concat([elementHead(commandTag.groupLength, 4), length, rest]);
}

function elementHead(element: number, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(element, 2);
  head.writeUInt32LE(length, 4);
  return head;
}

/** Reads a command set; its elements are of group 0000, ascending and whole, its field is known. @throws DimseFault protocol */
export function decodeCommand(bytes: Buffer): CommandSet {
  const values = new Map<number, Buffer>();
  let before = -1;
  for (let at = 0; at < bytes.length;) {
    if (at + 8 > bytes.length) throw protocolFault('a command is cut off');
    const group = bytes.readUInt16LE(at);
    const element = bytes.readUInt16LE(at + 2);
    const end = at + 8 + bytes.readUInt32LE(at + 4);
    if (group !== 0 || element <= before || end > bytes.length) throw protocolFault('a command is damaged');
    values.set(element, bytes.subarray(at + 8, end));
    before = element;
    at = end;
  }
  const length = values.get(commandTag.groupLength);
  if (length?.length !== 4 || length.readUInt32LE(0) !== bytes.length - 12) {
    throw protocolFault('the group length of a command is wrong');
  }
  const command = new CommandSet(values);
  if (
    command.number(commandTag.field) === undefined ||
    command.number(commandTag.dataSetType) === undefined
  ) {
    throw protocolFault('a command lacks its field or data set type');
  }
  return command;
}
