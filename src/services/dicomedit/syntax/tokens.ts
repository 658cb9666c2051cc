import type { Diagnostics } from './diagnostics.js';
import { quoted, type Token } from './lexer.js';

/** Thrown inside a parser to give up one statement; what is wrong was said before. */
export class StatementGivenUp extends Error {}

/** More levels of calls, lists and blocks than any script needs; the parser is recursive. */
const deepest = 50;

/** The tokens of a script and where a parser stands among them. */
export class Tokens {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly diagnostics: Diagnostics,
  ) {}

  peek(ahead = 0): Token {
    const token = this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)];
    if (token === undefined) throw new RangeError('a script has an end');
    return token;
  }

  take(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  isSign(sign: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'sign' && token.text === sign;
  }

  isKeyword(word: string): boolean {
    const token = this.peek();
    return token.kind === 'keyword' && token.text === word;
  }

  takeSign(sign: string): boolean {
    if (!this.isSign(sign)) return false;
    this.at++;
    return true;
  }

  takeKeyword(word: string): boolean {
    if (!this.isKeyword(word)) return false;
    this.at++;
    return true;
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) this.fail(`${quoted(sign)} is expected here`);
  }

  expect(kind: Token['kind'], what: string): Token {
    if (this.peek().kind !== kind) this.fail(`${what} is expected here`);
    return this.take();
  }

  skipNewlines(): void {
    while (this.peek().kind === 'newline') this.at++;
  }

  /** Behind a statement that was given up: at the end of its line. */
  skipLine(): void {
    while (this.peek().kind !== 'newline' && this.peek().kind !== 'end') this.at++;
  }

  /** @throws StatementGivenUp when the script nests too deeply. */
  nested<T>(parse: () => T): T {
    if (this.depth >= deepest) this.fail('This is nested too deeply');
    this.depth++;
    try {
      return parse();
    } finally {
      this.depth--;
    }
  }

  /** Says what is wrong with the next token and gives the statement up. */
  fail(message: string): never {
    const token = this.peek();
    // The lexer has said it already.
    if (token.kind !== 'wrong') {
      this.diagnostics.error(token.at, `${message}${found(token)}.`, 'parse', Math.max(1, token.length));
    }
    throw new StatementGivenUp();
  }
}

function found(token: Token): string {
  if (token.kind === 'end') return ', but the script ends';
  if (token.kind === 'newline') return ', but the line ends';
  return token.kind === 'string' ? ', but there is a text' : `, but there is ${quoted(token.text)}`;
}
