import { transferSyntax, transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import type { AnsweredContext, ProposedContext } from './associateItems.js';
import { isStorageClass, wellKnown } from './wellKnown.js';

/** Results of a presentation context (PS3.8 table 9-18). */
const result = { accepted: 0, abstractSyntax: 3, transferSyntaxes: 4 } as const;

const { implicitLittleEndian, explicitLittleEndian } = transferSyntaxUids;
/** Commands with a data set of ours, and those without any: the two that we write. */
const ours: readonly string[] = [explicitLittleEndian, implicitLittleEndian];

/**
 * Answers the proposals. For storage any transfer syntax will do, and a sender that leaves the choice to us shall not have
 * to transcode: see `forStorage`.
 */
export function answerContexts(
  proposed: readonly ProposedContext[],
  privateClasses: boolean,
): readonly AnsweredContext[] {
  return proposed.map(({ id, abstractSyntax, transferSyntaxes }) => {
    const [first = implicitLittleEndian] = transferSyntaxes;
    const storage = isStorageClass(abstractSyntax, privateClasses);
    if (
      !storage &&
      abstractSyntax !== wellKnown.verification &&
      abstractSyntax !== wellKnown.commitmentPush
    ) {
      return { id, result: result.abstractSyntax, transferSyntax: first };
    }
    const chosen = storage
      ? forStorage(transferSyntaxes)
      : ours.find((uid) => transferSyntaxes.includes(uid));
    return chosen === undefined
      ? { id, result: result.transferSyntaxes, transferSyntax: first }
      : { id, result: result.accepted, transferSyntax: chosen };
  });
}

/**
 * Which syntax the sender most likely holds. A compressed one is proposed by who has compressed data (a program that has
 * not offers none, PS3.5 10). A list of native ones says "anything": explicit little endian keeps the VRs, implicit is what
 * is left beside it (DCMTK's storescu proposes explicit alone and implicit with big endian); the others where they are alone.
 */
function forStorage(proposed: readonly string[]): string | undefined {
  const compressed = proposed.find((uid) => transferSyntax(uid).encapsulated !== false);
  return compressed ?? ours.find((uid) => proposed.includes(uid)) ?? proposed[0];
}
