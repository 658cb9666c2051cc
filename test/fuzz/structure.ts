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
  if (nested.length === 0) return changed;
  const hidden = buried(random.pick(keptSequences), nested, random);
  const top = changed.filter((element) => !nested.includes(element) && element.tag !== hidden.tag);
  return [...top, hidden].sort((a, b) => a.tag - b.tag);
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

/** What the values are known from: with more in them they are other values. */
const identifying = new Set([0x00080050, 0x00100020]);

/** Codes: an object with a value of the patient in one is held, and says nothing about the rest. */
const required = new Set([0x00080100, 0x00080102, 0x00080104]);

const written = /^(?:LO|LT|SH|ST|UC|UT)$/;
const characterSets = [
  'ISO_IR 100',
  'ISO_IR 192',
  'GB18030',
  '\\ISO 2022 IR 87',
  'ISO 2022 IR 100\\ISO 2022 IR 149',
  'none',
];

/** Puts values of the patient into texts at any depth, and now and then another character set before them. */
export function sprinkle(
  elements: readonly BuiltElement[],
  values: readonly string[],
  random: Random,
): BuiltElement[] {
  return elements.map((element): BuiltElement => {
    if (element.items) {
      const items = element.items.map((item) => ({
        ...item,
        elements: sprinkle(item.elements, values, random),
      }));
      return { ...element, items };
    }
    if (element.tag === 0x00080005 && random.chance(0.3))
      return { ...element, value: random.pick(characterSets) };
    if (typeof element.value !== 'string' || !written.test(element.vr)) return element;
    if (identifying.has(element.tag) || random.chance(required.has(element.tag) ? 0.998 : 0.95))
      return element;
    const glue = random.pick([' ', '^', '_', '', '\\', ', ']);
    return { ...element, value: `${element.value}${glue}${random.pick(values)}` };
  });
}
