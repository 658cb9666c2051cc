import { vrs } from '../../src/services/dicom/vr.js';
import type { BuiltElement, BuiltItem } from '../support/dicomBuilder.js';
import type { Random } from './random.js';

/** Sequences that the profile keeps, so that what is put into them must be cleaned there. */
const keptSequences = [0x00082218, 0x00540016, 0x00189092, 0x52009229, 0x00081140, 0x00082112, 0x00409096];

/** Elements that carry the object: without them it is no object any more. */
const carrying = new Set([0x00080016, 0x00080018, 0x0020000d, 0x0020000e, 0x7fe00010, 0x7fe00008]);

/**
 * The same object in another form: other VRs, other lengths of sequences, attributes in sequences, private or in disguise.
 * Every planted value stays under its own tag, so that none may survive whatever the form.
 */
export function changeStructure(elements: readonly BuiltElement[], random: Random): BuiltElement[] {
  const changed = elements.flatMap((element): BuiltElement[] => {
    if (carrying.has(element.tag) || random.chance(0.7)) return [element];
    return [changeOne(element, random)];
  });
  const nested = changed.filter(({ tag }) => !carrying.has(tag) && tag < 0x50000000 && random.chance(0.05));
  const bury = random.pick(keptSequences);
  const top = changed.filter((element) => !nested.includes(element) && element.tag !== bury);
  if (nested.length === 0) return top;
  return [...top, buried(bury, nested, random)].sort((a, b) => a.tag - b.tag);
}

function changeOne(element: BuiltElement, random: Random): BuiltElement {
  const { tag, items } = element;
  if (items) {
    const inner = items.map((item): BuiltItem => ({
      elements: item.elements.map((one) => (random.chance(0.5) ? changeOne(one, random) : one)),
      undefinedLength: random.chance(0.3),
    }));
    return {
      tag,
      vr: random.pick(['SQ', 'SQ', 'UN']),
      items: random.chance(0.1) ? [...inner, { elements: [] }] : inner,
      undefinedLength: random.chance(0.4),
    };
  }
  if (Array.isArray(element.value)) return element;
  switch (random.below(5)) {
    case 0:
      return { ...element, vr: 'UN' };
    case 1:
      return { ...element, vr: random.pick(vrs.filter((vr) => vr !== 'SQ')) };
    case 2:
      return { ...element, vr: 'ZZ' };
    case 3:
      return { ...element, unpadded: true };
    default:
      return typeof element.value === 'string'
        ? { ...element, value: `${element.value}\\${element.value}` }
        : element;
  }
}

/** Elements in an item, up to four sequences deep. */
function buried(tag: number, elements: readonly BuiltElement[], random: Random): BuiltElement {
  let content: BuiltElement = { tag, vr: 'SQ', items: [{ elements }], undefinedLength: random.chance(0.5) };
  for (let depth = random.below(4); depth > 0; depth--) {
    content = {
      tag: random.pick(keptSequences),
      vr: random.pick(['SQ', 'UN']),
      items: [{ elements: [content], undefinedLength: random.chance(0.5) }],
      undefinedLength: random.chance(0.5),
    };
  }
  return content;
}
