import { PatternError, type Anchor, type JavaPattern, type Node } from './ast.js';
import { casesOf, isLineEnd, wordCharacter } from './classes.js';

/** Enough for any honest pattern on a value of a header; a catastrophic one ends here within milliseconds. */
export const mostSteps = 400_000;
/** A piece of the pattern costs more than a look at a character. */
const callSteps = 4;
/** Calls on the stack; each level of the pattern and each turn of a repeated group takes a few. */
const deepestCalls = 1500;
const longestInput = 64 * 1024;

/** Texts of the whole match and of its groups; undefined for groups that took no part. */
export type Groups = readonly (string | undefined)[];

/**
 * Matches by backtracking, as Java does, with a bound on the steps: patterns come from a server, and the engines of
 * JavaScript and Java can be kept busy for years by a short one.
 * @param whole the pattern must match the whole text, else the first place where it matches is taken.
 * @returns no groups when it does not match, and how many steps it took.
 * @throws PatternError when the bound is reached.
 */
export function matchPattern(
  { node, groups }: JavaPattern,
  text: string,
  whole: boolean,
): { readonly groups: Groups | undefined; readonly steps: number } {
  if (text.length > longestInput) throw new PatternError('The text is too long for a regular expression.');
  const matcher = new Matcher(
    Array.from(text, (sign) => sign.codePointAt(0) ?? 0),
    groups,
  );
  const last = whole ? 0 : matcher.input.length;
  for (let start = 0; start <= last; start++) {
    const end = matcher.from(node, start, whole);
    if (end !== undefined) return { groups: matcher.groupTexts(start, end), steps: matcher.steps };
  }
  return { groups: undefined, steps: matcher.steps };
}

/** What is to be matched behind the current piece: where it ends, or undefined. */
type Then = (at: number) => number | undefined;

class Matcher {
  steps = 0;
  private calls = 0;
  /** Start and end of each group. */
  private spans: (readonly [number, number] | undefined)[];

  constructor(
    readonly input: readonly number[],
    private readonly groups: number,
  ) {
    this.spans = new Array<undefined>(groups + 1).fill(undefined);
  }

  from(node: Node, start: number, whole: boolean): number | undefined {
    this.spans = new Array<undefined>(this.groups + 1).fill(undefined);
    return this.run(node, start, (at) => (!whole || at === this.input.length ? at : undefined));
  }

  groupTexts(start: number, end: number): Groups {
    const text = (from: number, to: number): string => String.fromCodePoint(...this.input.slice(from, to));
    return [text(start, end), ...this.spans.slice(1).map((span) => span && text(...span))];
  }

  private run(node: Node, at: number, then: Then): number | undefined {
    this.steps += callSteps;
    if (this.steps > mostSteps || this.calls > deepestCalls) {
      throw new PatternError('The regular expression needs too many steps.');
    }
    this.calls++;
    try {
      return this.runNode(node, at, then);
    } finally {
      this.calls--;
    }
  }

  private runNode(node: Node, at: number, then: Then): number | undefined {
    switch (node.kind) {
      case 'one': {
        const code = this.input[at];
        return code !== undefined && node.test(code) ? then(at + 1) : undefined;
      }
      case 'anchor':
        return this.holds(node.anchor, at) ? then(at) : undefined;
      case 'sequence':
        return this.runSequence(node.nodes, 0, at, then);
      case 'choice':
        for (const option of node.options) {
          const end = this.run(option, at, then);
          if (end !== undefined) return end;
        }
        return undefined;
      case 'group':
        return this.runGroup(node.index, node.node, at, then);
      case 'back':
        return this.runBack(node.index, node.ignoreCase, at, then);
      case 'look': {
        const spans = [...this.spans];
        const found = this.run(node.node, at, (end) => end) !== undefined;
        if (!found || node.negative) this.spans = spans;
        return found === node.negative ? undefined : then(at);
      }
      case 'atomic': {
        const end = this.run(node.node, at, (after) => after);
        return end === undefined ? undefined : then(end);
      }
      case 'repeat':
        return node.node.kind === 'one'
          ? this.repeatOne(node.node.test, node, at, then)
          : this.repeat(node, 0, at, -1, then);
    }
  }

  private runSequence(nodes: readonly Node[], index: number, at: number, then: Then): number | undefined {
    const node = nodes[index];
    if (!node) return then(at);
    if (index === nodes.length - 1) return this.run(node, at, then);
    return this.run(node, at, (next) => this.runSequence(nodes, index + 1, next, then));
  }

  private runGroup(index: number, node: Node, at: number, then: Then): number | undefined {
    const before = this.spans[index];
    return this.run(node, at, (end) => {
      const inside = this.spans[index];
      this.spans[index] = [at, end];
      const found = then(end);
      if (found === undefined) this.spans[index] = inside ?? before;
      return found;
    });
  }

  private runBack(index: number, ignoreCase: boolean, at: number, then: Then): number | undefined {
    const span = this.spans[index];
    if (!span) return undefined;
    for (let offset = 0; offset < span[1] - span[0]; offset++) {
      this.step();
      const wanted = this.input[span[0] + offset] ?? -1;
      const found = this.input[at + offset];
      if (found !== wanted && !(ignoreCase && casesOf(wanted, false).includes(found ?? -1))) return undefined;
    }
    return then(at + span[1] - span[0]);
  }

  /** A repeated character needs no call for each turn. */
  private repeatOne(
    test: (code: number) => boolean,
    { least, most, lazy }: { readonly least: number; readonly most: number; readonly lazy: boolean },
    at: number,
    then: Then,
  ): number | undefined {
    const fits = (place: number): boolean => {
      this.step();
      const code = this.input[place];
      return code !== undefined && test(code);
    };
    let end = at;
    while (end - at < least) if (!fits(end++)) return undefined;
    if (lazy) {
      for (;;) {
        const found = then(end);
        if (found !== undefined || end - at >= most || !fits(end)) return found;
        end++;
      }
    }
    while (end - at < most && fits(end)) end++;
    for (; end >= at + least; end--) {
      this.step();
      const found = then(end);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** @param last where the turn before began: a turn that takes nothing is not repeated. */
  private repeat(
    node: Node & { readonly kind: 'repeat' },
    count: number,
    at: number,
    last: number,
    then: Then,
  ): number | undefined {
    const again = (): number | undefined =>
      count < node.most && !(count >= node.least && at === last)
        ? this.run(node.node, at, (end) => this.repeat(node, count + 1, end, at, then))
        : undefined;
    if (count < node.least) return again();
    if (node.lazy) return then(at) ?? again();
    return again() ?? then(at);
  }

  private step(): void {
    if (++this.steps > mostSteps) throw new PatternError('The regular expression needs too many steps.');
  }

  private holds(anchor: Anchor, at: number): boolean {
    const { length } = this.input;
    const before = this.input[at - 1];
    const here = this.input[at];
    switch (anchor) {
      case 'textStart':
        return at === 0;
      case 'textEnd':
        return at === length;
      case 'textEndOrLine':
        return at === length || this.onlyLineEndFollows(at);
      case 'lineStart':
        return (
          at === 0 ||
          (at < length && before !== undefined && isLineEnd(before) && !(before === 0x0d && here === 0x0a))
        );
      case 'lineEnd':
        return (
          at === length || (here !== undefined && isLineEnd(here) && !(before === 0x0d && here === 0x0a))
        );
      case 'word':
        return this.isWord(before) !== this.isWord(here);
      case 'noWord':
        return this.isWord(before) === this.isWord(here);
    }
  }

  private onlyLineEndFollows(at: number): boolean {
    const [here = 0, next] = [this.input[at], this.input[at + 1]];
    if (at === this.input.length - 1)
      return isLineEnd(here) && !(here === 0x0a && this.input[at - 1] === 0x0d);
    return at === this.input.length - 2 && here === 0x0d && next === 0x0a;
  }

  private isWord(code: number | undefined): boolean {
    return code !== undefined && wordCharacter(code);
  }
}
