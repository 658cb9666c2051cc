import { PatternError } from './ast.js';

/** The text of a pattern and where its parser stands, in code points. */
export class PatternText {
  protected readonly codes: readonly string[];
  protected at = 0;

  constructor(text: string) {
    this.codes = Array.from(text);
  }

  protected get atEnd(): boolean {
    return this.at >= this.codes.length;
  }

  protected peek(): string | undefined {
    return this.codes[this.at];
  }

  protected next(): string {
    const sign = this.codes[this.at] ?? '';
    this.at++;
    return sign;
  }

  protected take(sign: string): boolean {
    if (this.peek() !== sign) return false;
    this.at++;
    return true;
  }

  /** Takes two signs, or none. */
  protected takeText(text: string): boolean {
    if (this.codes[this.at] !== text[0] || this.codes[this.at + 1] !== text[1]) return false;
    this.at += 2;
    return true;
  }

  /** What follows, as far as a look ahead needs it. */
  protected rest(): string {
    return this.codes.slice(this.at, this.at + 64).join('');
  }
}

/** @throws PatternError when the pattern ended where a sign is needed. */
export function codeOf(sign: string): number {
  const code = sign.codePointAt(0);
  if (code === undefined) throw new PatternError('A regular expression ends too early.');
  return code;
}
