import type { ProposedContext } from '../dimse/associateItems.js';
import { transferSyntaxUids } from '../dicom/transferSyntaxes.js';
import { identifierSyntaxes } from '../query/finder.js';

/** Presentation contexts of one association have odd numbers up to 255 (PS3.8 9.3.2.2). */
const mostContexts = 128;

/** Syntaxes in which an object may be held, the likely ones first; those that are not proposed the node has to transcode. */
const heldSyntaxes: readonly string[] = [
  '1.2.840.10008.1.2.4.90', // JPEG 2000 lossless
  '1.2.840.10008.1.2.4.70', // JPEG lossless, first-order prediction
  '1.2.840.10008.1.2.4.50', // JPEG baseline
  '1.2.840.10008.1.2.4.80', // JPEG-LS lossless
  '1.2.840.10008.1.2.5', // RLE
  '1.2.840.10008.1.2.4.91', // JPEG 2000
  '1.2.840.10008.1.2.4.51', // JPEG extended
  '1.2.840.10008.1.2.4.57', // JPEG lossless
  '1.2.840.10008.1.2.4.81', // JPEG-LS near-lossless
  '1.2.840.10008.1.2.4.201', // HTJ2K lossless
  '1.2.840.10008.1.2.4.203', // HTJ2K
  '1.2.840.10008.1.2.4.102', // MPEG-4 AVC
  '1.2.840.10008.1.2.4.100', // MPEG-2 main level
  '1.2.840.10008.1.2.4.101', // MPEG-2 high level
  '1.2.840.10008.1.2.4.103', // MPEG-4 AVC, BD-compatible
  '1.2.840.10008.1.2.4.107', // HEVC
  '1.2.840.10008.1.2.4.108', // HEVC, 10 bits
  transferSyntaxUids.deflatedExplicitLittleEndian,
  transferSyntaxUids.explicitBigEndian,
];

/** How many SOP classes fit into one association. */
export const mostClasses = mostContexts - 1;

/**
 * Contexts of a C-GET association: the request itself, then for each class one for native objects and one for each compressed
 * syntax, as far as there is room. A node chooses one syntax per context, so one for all would make it transcode.
 * @param classes that may come, at least one and at most `mostClasses`
 */
export function getContexts(getClass: string, classes: ReadonlySet<string>): readonly ProposedContext[] {
  const each = Math.floor(mostClasses / classes.size);
  const proposals: (readonly [string, readonly string[]])[] = [[getClass, identifierSyntaxes]];
  for (const uid of classes) {
    // In the last place everything that has no place of its own.
    const single = heldSyntaxes.slice(0, Math.max(0, each - 2));
    const rest = heldSyntaxes.slice(single.length);
    if (each === 1) proposals.push([uid, [...identifierSyntaxes, ...rest]]);
    else {
      proposals.push([uid, identifierSyntaxes]);
      for (const syntax of single) proposals.push([uid, [syntax]]);
      if (rest.length > 0) proposals.push([uid, rest]);
    }
  }
  return proposals.map(([abstractSyntax, transferSyntaxes], index) => ({
    ...{ id: 2 * index + 1, abstractSyntax, transferSyntaxes },
  }));
}
