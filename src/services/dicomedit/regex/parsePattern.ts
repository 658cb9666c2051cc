import { PatternError, type Anchor, type CodePointTest, type JavaPattern, type Node } from './ast.js';
import { anyOf, ignoringCase, isLineEnd, not, only, property, range, shorthands } from './classes.js';
import { codeOf, PatternText } from './patternText.js';

/** Longer patterns are none of a script. */
const longestPattern = 2000;
const mostRepeats = 1000;
const deepest = 50;

interface Flags {
  readonly ignoreCase: boolean;
  readonly unicodeCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

/**
 * Reads a regular expression of Java (java.util.regex.Pattern). Not supported, and refused: look-behind, intersections of
 * classes (`&&`), comment mode.
 * @throws PatternError
 */
export function parsePattern(text: string): JavaPattern {
  if (text.length > longestPattern) throw new PatternError('A regular expression is too long.');
  return new PatternParser(text).whole();
}

class PatternParser extends PatternText {
  private groups = 0;
  private depth = 0;
  private readonly names = new Map<string, number>();
  private flags: Flags = { ignoreCase: false, unicodeCase: false, multiline: false, dotAll: false };

  whole(): JavaPattern {
    const node = this.choice();
    if (!this.atEnd) throw new PatternError("A ')' has no '('.");
    return { node, groups: this.groups };
  }

  private choice(): Node {
    if (++this.depth > deepest) throw new PatternError('A regular expression nests too deeply.');
    const flags = this.flags;
    const options = [this.sequence()];
    while (this.take('|')) options.push(this.sequence());
    this.flags = flags;
    this.depth--;
    const [first] = options;
    return options.length === 1 && first ? first : { kind: 'choice', options };
  }

  private sequence(): Node {
    const nodes: Node[] = [];
    while (!this.atEnd && this.peek() !== '|' && this.peek() !== ')') {
      if (this.takeText('\\Q')) nodes.push(...this.quoted());
      else nodes.push(this.repeated(this.atom()));
    }
    return { kind: 'sequence', nodes };
  }

  /** `\Q...\E`: a repetition behind it concerns its last character. */
  private quoted(): readonly Node[] {
    const signs: string[] = [];
    while (!this.atEnd && !this.takeText('\\E')) signs.push(this.next());
    const nodes = signs.map((sign) => this.one(only(codeOf(sign))));
    const last = nodes.pop();
    return last ? [...nodes, this.repeated(last)] : nodes;
  }

  private repeated(node: Node): Node {
    let result = node;
    for (;;) {
      const bounds = this.bounds();
      if (!bounds) return result;
      if (node.kind === 'anchor' && bounds[1] > 1)
        throw new PatternError('A repetition stands behind nothing.');
      const lazy = this.take('?');
      const possessive = !lazy && this.take('+');
      const repeat: Node = { kind: 'repeat', node: result, least: bounds[0], most: bounds[1], lazy };
      result = possessive ? { kind: 'atomic', node: repeat } : repeat;
      if (this.peek() === '*' || this.peek() === '+' || this.peek() === '?') {
        throw new PatternError('A repetition stands behind a repetition.');
      }
    }
  }

  private bounds(): readonly [number, number] | undefined {
    if (this.take('*')) return [0, Infinity];
    if (this.take('+')) return [1, Infinity];
    if (this.take('?')) return [0, 1];
    if (this.peek() !== '{') return undefined;
    const [written, least, comma, most] = /^\{(\d{1,6})(,?)(\d{0,6})\}/.exec(this.rest()) ?? [];
    if (written === undefined || (comma === '' && most !== ''))
      throw new PatternError('A repetition is not closed.');
    this.at += written.length;
    const low = Number(least);
    const high = comma === '' ? low : most === '' ? Infinity : Number(most);
    if (low > high || low > mostRepeats || (high !== Infinity && high > mostRepeats)) {
      throw new PatternError('A repetition has impossible bounds.');
    }
    return [low, high];
  }

  private atom(): Node {
    const sign = this.next();
    switch (sign) {
      case '(':
        return this.group();
      case '[':
        return this.one(this.classOf());
      case '.':
        return { kind: 'one', test: this.flags.dotAll ? () => true : not(isLineEnd) };
      case '^':
        return anchor(this.flags.multiline ? 'lineStart' : 'textStart');
      case '$':
        return anchor(this.flags.multiline ? 'lineEnd' : 'textEndOrLine');
      case '\\':
        return this.escape();
      case '*':
      case '+':
      case '?':
      case '{':
        throw new PatternError('A repetition stands behind nothing.');
      default:
        return this.one(only(codeOf(sign)));
    }
  }

  private group(): Node {
    if (!this.take('?')) return this.closed(this.capture());
    if (this.take(':')) return this.closed(this.choice());
    if (this.take('>')) return this.closed({ kind: 'atomic', node: this.choice() });
    if (this.take('=')) return this.closed({ kind: 'look', negative: false, node: this.choice() });
    if (this.take('!')) return this.closed({ kind: 'look', negative: true, node: this.choice() });
    const named = /^<([A-Za-z][A-Za-z0-9]*)>/.exec(this.rest());
    if (named?.[1] !== undefined) {
      this.at += named[0].length;
      if (this.names.has(named[1])) throw new PatternError('Two groups have the same name.');
      this.names.set(named[1], this.groups + 1);
      return this.closed(this.capture());
    }
    return this.inlineFlags();
  }

  private capture(): Node {
    const index = ++this.groups;
    return { kind: 'group', index, node: this.choice() };
  }

  /** `(?i)` up to the end of the group around it, `(?i:...)` inside. */
  private inlineFlags(): Node {
    const [written, on = '', off = ''] = /^([imsu]*)(?:-([imsu]+))?/.exec(this.rest()) ?? [];
    this.at += written?.length ?? 0;
    const before = this.flags;
    this.flags = withFlags(withFlags(before, on, true), off, false);
    if (this.take(')')) return { kind: 'sequence', nodes: [] };
    if (!this.take(':')) throw new PatternError('A group of this kind is not supported.');
    const node = this.choice();
    this.flags = before;
    return this.closed(node);
  }

  private closed(node: Node): Node {
    if (!this.take(')')) throw new PatternError("A '(' has no ')'.");
    return node;
  }

  private escape(): Node {
    const back = /^[1-9]/.exec(this.rest());
    if (back) return this.backReference();
    const named = /^k<([A-Za-z][A-Za-z0-9]*)>/.exec(this.rest());
    if (named?.[1] !== undefined) {
      this.at += named[0].length;
      const index = this.names.get(named[1]);
      if (index === undefined) throw new PatternError('There is no group of that name.');
      return { kind: 'back', index, ignoreCase: this.flags.ignoreCase };
    }
    const anchors: Readonly<Record<string, Anchor>> = {
      b: 'word',
      B: 'noWord',
      A: 'textStart',
      z: 'textEnd',
      Z: 'textEndOrLine',
    };
    const found = anchors[this.peek() ?? ''];
    if (found === undefined) return this.one(this.escapedTest());
    this.at++;
    return anchor(found);
  }

  private backReference(): Node {
    let index = Number(this.next());
    while (/[0-9]/.test(this.peek() ?? '') && index * 10 + Number(this.peek()) <= this.groups) {
      index = index * 10 + Number(this.next());
    }
    if (index > this.groups) throw new PatternError('There is no group of that number.');
    return { kind: 'back', index, ignoreCase: this.flags.ignoreCase };
  }

  /** What an escape stands for, outside and inside of a class. */
  private escapedTest(): CodePointTest {
    const shorthand = shorthands[this.peek() ?? ''];
    if (shorthand) {
      this.at++;
      return shorthand;
    }
    if (this.peek() === 'p' || this.peek() === 'P') {
      const negative = this.next() === 'P';
      const [written, name = ''] = /^(?:\{(\w+)\}|[A-Z])/.exec(this.rest()) ?? [];
      if (written === undefined) throw new PatternError('A class of characters has no name.');
      this.at += written.length;
      const test = property(name === '' ? written : name);
      return negative ? not(test) : test;
    }
    return only(this.escapedCode());
  }

  private escapedCode(): number {
    const hex = /^(?:x([0-9A-Fa-f]{2})|x\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|0([0-3]?[0-7]{1,2}))/.exec(
      this.rest(),
    );
    if (hex) {
      this.at += hex[0].length;
      const code =
        hex[4] === undefined ? parseInt(hex[1] ?? hex[2] ?? hex[3] ?? '', 16) : parseInt(hex[4], 8);
      if (code > 0x10ffff) throw new PatternError('A character has no such number.');
      return code;
    }
    const sign = this.next();
    const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };
    const control = controls[sign];
    if (control !== undefined) return control;
    // Java keeps letters behind a backslash for itself.
    if (sign === '' || /[A-Za-z]/.test(sign)) throw new PatternError('An escape is not known.');
    return codeOf(sign);
  }

  private classOf(): CodePointTest {
    if (++this.depth > deepest) throw new PatternError('A regular expression nests too deeply.');
    const negative = this.take('^');
    const tests: CodePointTest[] = [];
    let first = true;
    while (!this.take(']') || first) {
      if (this.atEnd) throw new PatternError("A '[' has no ']'.");
      if (first && this.codes[this.at - 1] === ']') throw new PatternError('A class of characters is empty.');
      first = false;
      tests.push(this.member());
    }
    this.depth--;
    const test = anyOf(tests);
    // Case counts inside of the class: [^a] without case is neither a nor A.
    const cased = this.flags.ignoreCase ? ignoringCase(test, this.flags.unicodeCase) : test;
    return negative ? not(cased) : cased;
  }

  private member(): CodePointTest {
    if (this.rest().startsWith('&&')) throw new PatternError('Intersections of classes are not supported.');
    if (this.take('[')) return this.classOf();
    const low = this.classCode();
    if (typeof low !== 'number') return low;
    if (this.peek() !== '-' || [']', '[', undefined].includes(this.codes[this.at + 1])) return only(low);
    this.at++;
    const high = this.classCode();
    if (typeof high !== 'number') throw new PatternError('A range of characters has no end.');
    return range(low, high);
  }

  private classCode(): number | CodePointTest {
    const sign = this.next();
    if (sign !== '\\') return codeOf(sign);
    const next = this.peek() ?? '';
    return next in shorthands || next === 'p' || next === 'P' ? this.escapedTest() : this.escapedCode();
  }

  private one(test: CodePointTest): Node {
    const { ignoreCase, unicodeCase } = this.flags;
    return { kind: 'one', test: ignoreCase ? ignoringCase(test, unicodeCase) : test };
  }
}

function anchor(kind: Anchor): Node {
  return { kind: 'anchor', anchor: kind };
}

function withFlags(flags: Flags, letters: string, value: boolean): Flags {
  return {
    ignoreCase: letters.includes('i') ? value : flags.ignoreCase,
    unicodeCase: letters.includes('u') ? value : flags.unicodeCase,
    multiline: letters.includes('m') ? value : flags.multiline,
    dotAll: letters.includes('s') ? value : flags.dotAll,
  };
}
