/** UIDs and numbers of PS3.4, PS3.6 and PS3.7 that the network code decides by. */
export const wellKnown = {
  applicationContext: '1.2.840.10008.3.1.1.1',
  verification: '1.2.840.10008.1.1',
  commitmentPush: '1.2.840.10008.1.20.1',
  /** The one instance of the Storage Commitment Push Model (PS3.4 J.3.5). */
  commitmentInstance: '1.2.840.10008.1.20.1.1',
} as const;

/** Classes of Query/Retrieve (PS3.4 C.6) by information model. */
export const queryRetrieve = {
  patient: {
    find: '1.2.840.10008.5.1.4.1.2.1.1',
    move: '1.2.840.10008.5.1.4.1.2.1.2',
    get: '1.2.840.10008.5.1.4.1.2.1.3',
  },
  study: {
    find: '1.2.840.10008.5.1.4.1.2.2.1',
    move: '1.2.840.10008.5.1.4.1.2.2.2',
    get: '1.2.840.10008.5.1.4.1.2.2.3',
  },
} as const;

/** Who we say we are (PS3.7 D.3.3.2); a UID derived from a UUID (PS3.5 B.2). */
export const implementation = {
  classUid: '2.25.249073214880219574203118547205932613117',
  version: 'GIFT_CLOUD',
} as const;

/** Command Field (PS3.7 E.1); a response is the request with the highest bit set. */
export const commandField = {
  storeRequest: 0x0001,
  getRequest: 0x0010,
  findRequest: 0x0020,
  moveRequest: 0x0021,
  eventReportRequest: 0x0100,
  eventReportResponse: 0x8100,
  actionRequest: 0x0130,
  echoRequest: 0x0030,
  cancelRequest: 0x0fff,
  response: 0x8000,
} as const;

/** Status codes (PS3.7 C, PS3.4 B.2.3 and C.4). */
export const status = {
  success: 0x0000,
  pending: 0xff00,
  pendingWithoutSome: 0xff01,
  cancelled: 0xfe00,
  processingFailure: 0x0110,
  noSuchInstance: 0x0112,
  invalidInstance: 0x0117,
  missingAttribute: 0x0120,
  classNotSupported: 0x0122,
  noSuchAction: 0x0123,
  notAuthorized: 0x0124,
  unrecognizedOperation: 0x0211,
  mistypedArgument: 0x0212,
  outOfResources: 0xa700,
  classMismatch: 0xa900,
  cannotUnderstand: 0xc000,
} as const;

const storageRoots = ['1.2.840.10008.5.1.4.1.1.', '1.2.840.10008.5.1.4.34.'];

/** Classes that lie among or beside the storage classes: storage by name, not by root, and the other way round. */
const otherStorage: ReadonlySet<string> = new Set([
  // Hanging protocols, colour palettes, implant templates, inventories and protocols (PS3.4 GG, PS3.6 table A-1).
  '1.2.840.10008.5.1.4.38.1',
  '1.2.840.10008.5.1.4.39.1',
  '1.2.840.10008.5.1.4.43.1',
  '1.2.840.10008.5.1.4.44.1',
  '1.2.840.10008.5.1.4.45.1',
]);

/** Worklist and procedure step services of PS3.4 CC live below the root of RT storage: they are no storage. */
const notStorage = /^1\.2\.840\.10008\.5\.1\.4\.34\.(?:4\.[1-4]|5(?:\..*)?|6(?:\..*)?)$/;

/** Whether a SOP class is one of Storage (PS3.4 B.5), classes to come included; private ones only where allowed. */
export function isStorageClass(uid: string, privateToo: boolean): boolean {
  if (notStorage.test(uid)) return false;
  if (otherStorage.has(uid) || storageRoots.some((root) => uid.startsWith(root))) return true;
  return privateToo && !uid.startsWith('1.2.840.10008.');
}
