import { protocolFault } from './dimseFault.js';
import { implementation, wellKnown } from './wellKnown.js';

/** A presentation context as proposed (PS3.8 9.3.2.2). */
export interface ProposedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntaxes: readonly string[];
}

/** The answer to one (PS3.8 9.3.3.2). Result 0 accepted, 1 user rejection, 3 abstract, 4 transfer syntaxes not supported. */
export interface AnsweredContext {
  readonly id: number;
  readonly result: number;
  readonly transferSyntax: string;
}

/** SCP/SCU role selection of one SOP class (PS3.7 D.3.3.4). */
export interface RoleSelection {
  readonly sopClass: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

interface AssociateCommon {
  readonly calledAe: string;
  readonly callingAe: string;
  readonly protocolVersion: number;
  readonly applicationContext: string;
  /** Longest P-DATA-TF that its sender takes; 0 means any (PS3.8 D.1). */
  readonly maxPduLength: number;
  readonly roles: readonly RoleSelection[];
}

export interface AssociateRequest extends AssociateCommon {
  readonly contexts: readonly ProposedContext[];
}

export interface AssociateAccept extends AssociateCommon {
  readonly contexts: readonly AnsweredContext[];
}

/** Item types (PS3.8 9.3.2, PS3.7 D.3.3). */
const item = {
  applicationContext: 0x10,
  proposed: 0x20,
  answered: 0x21,
  abstractSyntax: 0x30,
  transferSyntax: 0x40,
  userInformation: 0x50,
  maxLength: 0x51,
  implementationClass: 0x52,
  roles: 0x54,
  implementationVersion: 0x55,
} as const;

function encodeItem(type: number, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(4);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([head, body]);
}

const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

function encodeCommon(common: AssociateCommon, contexts: readonly Buffer[]): Buffer {
  const fixed = Buffer.alloc(68);
  fixed.writeUInt16BE(common.protocolVersion, 0);
  fixed.write(common.calledAe.padEnd(16).slice(0, 16), 4, 'latin1');
  fixed.write(common.callingAe.padEnd(16).slice(0, 16), 20, 'latin1');
  const maxLength = Buffer.alloc(4);
  maxLength.writeUInt32BE(common.maxPduLength);
  const roles = common.roles.map(({ sopClass, scu, scp }) => {
    const uid = ascii(sopClass);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(uid.length);
    return encodeItem(item.roles, length, uid, Buffer.of(scu ? 1 : 0, scp ? 1 : 0));
  });
  return Buffer.concat([
    fixed,
    encodeItem(item.applicationContext, ascii(common.applicationContext)),
    ...contexts,
    encodeItem(
      item.userInformation,
      encodeItem(item.maxLength, maxLength),
      encodeItem(item.implementationClass, ascii(implementation.classUid)),
      ...roles,
      encodeItem(item.implementationVersion, ascii(implementation.version)),
    ),
  ]);
}

/** Content of an A-ASSOCIATE-RQ (PS3.8 9.3.2). */
export function encodeRequest(request: AssociateRequest): Buffer {
  return encodeCommon(
    request,
    request.contexts.map(({ id, abstractSyntax, transferSyntaxes }) =>
      encodeItem(
        item.proposed,
        Buffer.of(id, 0, 0, 0),
        encodeItem(item.abstractSyntax, ascii(abstractSyntax)),
        ...transferSyntaxes.map((uid) => encodeItem(item.transferSyntax, ascii(uid))),
      ),
    ),
  );
}

/** Content of an A-ASSOCIATE-AC (PS3.8 9.3.3). */
export function encodeAccept(accept: AssociateAccept): Buffer {
  return encodeCommon(
    accept,
    accept.contexts.map(({ id, result, transferSyntax }) =>
      encodeItem(
        item.answered,
        Buffer.of(id, 0, result, 0),
        encodeItem(item.transferSyntax, ascii(transferSyntax)),
      ),
    ),
  );
}

interface Item {
  readonly type: number;
  readonly body: Buffer;
}

function* items(bytes: Buffer): Generator<Item> {
  for (let at = 0; at < bytes.length;) {
    if (at + 4 > bytes.length) throw protocolFault('an item is cut off');
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw protocolFault('an item is cut off');
    yield { type: bytes.readUInt8(at), body: bytes.subarray(at + 4, end) };
    at = end;
  }
}

function uidOf(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/[\0 ]+$/, '');
}

function decodeCommon(bytes: Buffer): AssociateCommon & { readonly contextItems: readonly Item[] } {
  if (bytes.length < 68) throw protocolFault('an association PDU is cut off');
  let applicationContext = '';
  let maxPduLength = 0;
  const roles: RoleSelection[] = [];
  const contextItems: Item[] = [];
  for (const found of items(bytes.subarray(68))) {
    if (found.type === item.applicationContext) applicationContext = uidOf(found.body);
    else if (found.type === item.proposed || found.type === item.answered) contextItems.push(found);
    else if (found.type === item.userInformation) {
      for (const { type, body } of items(found.body)) {
        if (type === item.maxLength && body.length === 4) maxPduLength = body.readUInt32BE(0);
        else if (type === item.roles) roles.push(decodeRole(body));
      }
    }
  }
  return {
    protocolVersion: bytes.readUInt16BE(0),
    calledAe: bytes.toString('latin1', 4, 20).trim(),
    callingAe: bytes.toString('latin1', 20, 36).trim(),
    ...{ applicationContext, maxPduLength, roles, contextItems },
  };
}

function decodeRole(body: Buffer): RoleSelection {
  const length = body.length < 4 ? body.length : body.readUInt16BE(0);
  if (length + 4 !== body.length) throw protocolFault('a role selection is damaged');
  return {
    sopClass: uidOf(body.subarray(2, 2 + length)),
    scu: body.readUInt8(2 + length) === 1,
    scp: body.readUInt8(3 + length) === 1,
  };
}

function contextId({ body }: Item): number {
  const id = body.length < 4 ? 0 : body.readUInt8(0);
  if (id % 2 === 0) throw protocolFault('a presentation context has no odd number');
  return id;
}

/** Reads the content of an A-ASSOCIATE-RQ. @throws DimseFault protocol */
export function decodeRequest(bytes: Buffer): AssociateRequest {
  const { contextItems, ...common } = decodeCommon(bytes);
  const contexts = contextItems.map((found): ProposedContext => {
    const parts = [...items(found.body.subarray(4))];
    const abstract = parts.filter(({ type }) => type === item.abstractSyntax);
    const transfer = parts.filter(({ type }) => type === item.transferSyntax);
    const [first] = abstract;
    if (abstract.length !== 1 || first === undefined || transfer.length === 0) {
      throw protocolFault('a presentation context is incomplete');
    }
    return {
      id: contextId(found),
      abstractSyntax: uidOf(first.body),
      transferSyntaxes: transfer.map(({ body }) => uidOf(body)),
    };
  });
  if (new Set(contexts.map(({ id }) => id)).size !== contexts.length) {
    throw protocolFault('a presentation context comes twice');
  }
  return { ...common, contexts };
}

/** Reads the content of an A-ASSOCIATE-AC. @throws DimseFault protocol */
export function decodeAccept(bytes: Buffer): AssociateAccept {
  const { contextItems, ...common } = decodeCommon(bytes);
  const contexts = contextItems.map((found): AnsweredContext => {
    const id = contextId(found);
    const parts = [...items(found.body.subarray(4))];
    const syntax = parts.find(({ type }) => type === item.transferSyntax);
    return {
      id,
      result: found.body.readUInt8(2),
      transferSyntax: syntax === undefined ? '' : uidOf(syntax.body),
    };
  });
  return { ...common, contexts };
}

/** What every association of ours has in common. */
export const ourAssociation = {
  protocolVersion: 1,
  applicationContext: wellKnown.applicationContext,
} as const;
