import { collectData } from '../dimse/collectData.js';
import { commandTag } from '../dimse/commandSet.js';
import { protocolFault } from '../dimse/dimseFault.js';
import { isDone, nodeOffersNot, nodeRefused } from '../dimse/nodeStatus.js';
import { isPending, withRequester, type Requester } from '../dimse/requester.js';
import { commandField, queryRetrieve, status } from '../dimse/wellKnown.js';
import { transferSyntax, transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { GiftCloudError } from '../support/errors.js';
import { encodeIdentifier, type Keys } from './identifier.js';
import { readAnswer, type Answer } from './rows.js';
import type { PacsConnection, QueryLevel, QueryModel } from './types.js';

/** One answer has some hundred bytes. */
const longestAnswer = 1024 * 1024;
/** A node whose answers can't be read at all is left. */
const mostUnusable = 1000;

/** Transfer syntaxes of identifiers. */
export const identifierSyntaxes: readonly string[] = [
  transferSyntaxUids.explicitLittleEndian,
  transferSyntaxUids.implicitLittleEndian,
];

/** Asks a node by C-FIND, one request after the other. */
export class Finder {
  /** Answers that could not be used. */
  unusable = 0;

  constructor(
    private readonly requester: Requester,
    readonly model: QueryModel,
  ) {}

  /**
   * Runs one request (PS3.4 C.4.1). @param above unique keys of the levels above, among the keys.
   * @param take gets each answer; false when it wants no more, then the node is told to stop and what still comes is dropped.
   * @returns whether all answers came. @throws NODE_REFUSED, NODE_BROKEN, DimseFault
   */
  async find(
    level: QueryLevel,
    keys: Keys,
    above: Keys,
    take: (answer: Answer) => Promise<boolean>,
  ): Promise<boolean> {
    const { requester, model } = this;
    const context = requester.association.contextOf(queryRetrieve[model].find);
    if (context === undefined) throw nodeOffersNot('searches of this information model');
    const { encoding } = transferSyntax(context.transferSyntax);
    const identifier = encodeIdentifier(level, keys, encoding);
    const enough = new AbortController();
    const field = commandField.findRequest;
    const last = await requester.run({ context, field, identifier }, async ({ command, data }) => {
      if (command.field === commandField.storeRequest) throw protocolFault('an object where answers belong');
      if (!isPending(command) || enough.signal.aborted) return;
      const bytes = data && (await collectData(data, longestAnswer));
      const answer = bytes && readable(() => readAnswer(bytes, encoding, above));
      if (answer === undefined) {
        this.refuse();
        return;
      }
      requester.patience.rest();
      if (await take(answer)) return;
      enough.abort();
      requester.cancel();
    });
    const code = last.number(commandTag.status);
    if (enough.signal.aborted || code === status.cancelled) return false;
    if (!isDone(code)) throw nodeRefused(code);
    return true;
  }

  /** Counts an answer that can't be used. @throws NODE_BROKEN when there are too many */
  refuse(): void {
    if (++this.unusable <= mostUnusable) return;
    throw new GiftCloudError('NODE_BROKEN', 'The answers of the DICOM node can not be read.', {
      hint: 'Choose the other information model, or ask the administrator of the node.',
    });
  }
}

function readable(read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch (error) {
    if (GiftCloudError.is(error)) return undefined;
    throw error;
  }
}

/** Opens an association for searches. Errors: as `withRequester`. */
export function withFinder<T>(
  node: PacsConnection,
  model: QueryModel,
  work: (finder: Finder) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const contexts = [
    { id: 1, abstractSyntax: queryRetrieve[model].find, transferSyntaxes: identifierSyntaxes },
  ];
  return withRequester(node, contexts, (requester) => work(new Finder(requester, model)), { signal });
}
