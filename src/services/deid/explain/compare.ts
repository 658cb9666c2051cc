import type { CharacterSets } from '../../dicom/charsets.js';
import type { DataElement, DataItem, DicomObject, Encoding } from '../../dicom/dataSet.js';
import { characterSets, firstText } from '../../dicom/elements.js';
import { tags } from '../../dicom/tags.js';
import { explicitLittleEndian, implicitLittleEndian } from '../../dicom/transferSyntaxes.js';
import type { Judge, Spot } from './judge.js';
import type { RowState, Rule } from './types.js';

/** One side of a comparison: an element with what is needed to read it. */
export interface Side {
  readonly element: DataElement;
  readonly sets: CharacterSets;
  readonly encoding: Encoding;
}

export interface Difference {
  readonly depth: number;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
  readonly state: RowState;
  readonly rule: Rule;
}

/** Takes what the comparison finds, in the order of the object. */
export interface DifferenceVisitor {
  attribute(difference: Difference): void;
  /** An item of the last sequence begins; `number` from 1. */
  item(depth: number, number: number, state: RowState): void;
}

/** Elements of one level with what they have in common. */
interface Level {
  readonly elements: readonly DataElement[];
  readonly sets: CharacterSets;
  readonly encoding: Encoding;
}

const nothing = (encoding: Encoding): Level => ({ elements: [], sets: [], encoding });

/**
 * Compares an object with what was made of it, at every depth. What was decided is told by the same rules that the profile
 * follows, what came of it by the bytes: options and scripts show by themselves.
 * @param made undefined when there is none: then the states are what the rules would do.
 */
export function compareObjects(
  original: DicomObject,
  made: DicomObject | undefined,
  judge: Judge,
  visitor: DifferenceVisitor,
): void {
  const comparison = new Comparison(made !== undefined, judge, visitor);
  const place = { sopClassUid: firstText(original.elements, tags.SOPClassUID) ?? '', parent: undefined };
  if (made) {
    // Made anew for every file (PS3.10 7.1); the original's says who sent it.
    comparison.level(
      levelOf(original.fileMeta, explicitLittleEndian, []),
      levelOf(made.fileMeta, explicitLittleEndian, []),
      { depth: 0, place, whole: undefined, rule: { kind: 'format' } },
    );
  }
  comparison.level(
    levelOf(original.elements, original.encoding, []),
    made ? levelOf(made.elements, made.encoding, []) : nothing(original.encoding),
    { depth: 0, place, whole: undefined },
  );
}

function levelOf(elements: readonly DataElement[], encoding: Encoding, inherited: CharacterSets): Level {
  return { elements, encoding, sets: characterSets(elements, inherited) };
}

interface Where {
  readonly depth: number;
  readonly place: Spot['place'];
  /** The sequence above went or came as a whole. */
  readonly whole: 'removed' | 'added' | undefined;
  /** The one rule for all that changes here; what does not is no news. */
  readonly rule?: Rule;
}

class Comparison {
  constructor(
    /** Whether there is an object to compare with. */
    private readonly isMade: boolean,
    private readonly judge: Judge,
    private readonly visitor: DifferenceVisitor,
  ) {}

  level(before: Level, after: Level, where: Where): void {
    const spot = { place: where.place, safe: this.judge.safeTags(before.elements) };
    const made = new Map(after.elements.map((element) => [element.tag, element]));
    const seen = new Set<number>();
    const pairs: [DataElement | undefined, DataElement | undefined][] = before.elements.map((element) => {
      // A tag that stands twice has one partner at most.
      const partner = seen.has(element.tag) ? undefined : made.get(element.tag);
      seen.add(element.tag);
      return [element, partner];
    });
    for (const element of after.elements) if (!seen.has(element.tag)) pairs.push([undefined, element]);
    const tagOfPair = ([one, other]: (typeof pairs)[number]): number => (one ?? other)?.tag ?? 0;
    for (const [one, other] of pairs.sort((a, b) => tagOfPair(a) - tagOfPair(b))) {
      this.pair(one, other, before, after, { ...where, spot });
    }
  }

  private pair(
    one: DataElement | undefined,
    other: DataElement | undefined,
    before: Level,
    after: Level,
    where: Where & { readonly spot: Spot },
  ): void {
    const state = where.whole ?? this.judge.stateOf(one, other, where.spot, this.isMade);
    if (where.rule && state === 'kept') return;
    this.visitor.attribute({
      depth: where.depth,
      before: one && { element: one, sets: before.sets, encoding: before.encoding },
      after: other && { element: other, sets: after.sets, encoding: after.encoding },
      state,
      rule: this.ruleOf(one, other, where, state),
    });
    const tag = (one ?? other)?.tag;
    if (tag === undefined || (!one?.items && !other?.items)) return;
    const inner = { ...where, place: { ...where.place, parent: tag } };
    if (state === 'kept') this.items(one, other, before, after, inner);
    else {
      this.items(one, undefined, before, after, { ...inner, whole: 'removed' });
      this.items(undefined, other, before, after, { ...inner, whole: 'added' });
    }
  }

  private ruleOf(
    one: DataElement | undefined,
    other: DataElement | undefined,
    { whole, rule, spot }: Where & { readonly spot: Spot },
    state: RowState,
  ): Rule {
    if (whole) return { kind: 'within' };
    return rule ?? this.judge.ruleOf(one, other, spot, state);
  }

  private items(
    one: DataElement | undefined,
    other: DataElement | undefined,
    before: Level,
    after: Level,
    where: Where,
  ): void {
    const count = Math.max(one?.items?.length ?? 0, other?.items?.length ?? 0);
    const depth = where.depth + 1;
    for (let index = 0; index < count; index++) {
      const was = one?.items?.[index];
      const is = other?.items?.[index];
      const gone = where.whole === 'removed' || (this.isMade && was && !is);
      const state = gone ? 'removed' : was ? 'kept' : 'added';
      this.visitor.item(depth, index + 1, state);
      const whole = state === 'kept' ? where.whole : state;
      this.level(inside(one, was, before), inside(other, is, after), { ...where, depth, whole });
    }
  }
}

/** The level of an item; inside a sequence stored as UN it is implicit VR little endian (PS3.5 6.2.2). */
function inside(sequence: DataElement | undefined, item: DataItem | undefined, level: Level): Level {
  const encoding = sequence?.storedVr === 'UN' ? implicitLittleEndian : level.encoding;
  return item ? levelOf(item.elements, encoding, level.sets) : nothing(encoding);
}
