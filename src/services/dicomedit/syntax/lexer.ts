import type { TagPattern } from './ast.js';
import type { Diagnostics, Position } from './diagnostics.js';
import type { Source } from './source.js';
import { readTag } from './tagSyntax.js';

export type Language = 4 | 6;

export type TokenKind =
  'newline' | 'string' | 'integer' | 'float' | 'identifier' | 'keyword' | 'tag' | 'sign' | 'wrong' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** As written; of a string what it means. */
  readonly text: string;
  readonly tag?: TagPattern;
  readonly at: Position;
  readonly length: number;
}

const keywords: Readonly<Record<Language, ReadonlySet<string>>> = {
  4: new Set(['describe', 'echo', 'export', 'hidden', 'new']),
  6: new Set([
    'const', 'describe', 'echo', 'else', 'elseif', 'export', 'hidden', 'if', 'immutable', 'removeAllPrivateTags', 'version',
  ]), // prettier-ignore
};

/** Longest first. */
const signs: Readonly<Record<Language, RegExp>> = {
  4: /:=|[-:=~,()[\]]/y,
  6: /:=|\?=|!=|!~|[-?:=~[\](){},/*+.%]/y,
};

const escapes: Readonly<Record<Language, RegExp>> = {
  4: /\\[btnfr"'\\]/y,
  6: /\\(?:[btnfr()\\]|[0-7]{3})/y,
};

const controls: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' };

/**
 * Tokens of a script of either language. Where the engines skip a character that they do not know, this says so: a
 * script is run only when all of it is understood.
 */
export function tokenize(source: Source, language: Language, diagnostics: Diagnostics): readonly Token[] {
  return new Lexer(source, language, diagnostics).tokens();
}

class Lexer {
  private at = 0;
  private readonly found: Token[] = [];

  constructor(
    private readonly source: Source,
    private readonly language: Language,
    private readonly diagnostics: Diagnostics,
  ) {}

  tokens(): readonly Token[] {
    while (this.at < this.source.text.length && !this.diagnostics.full) this.next();
    this.add('end', '', 0);
    return this.found;
  }

  private next(): void {
    const { text } = this.source;
    if (this.match(/[ \t]+/y) !== undefined) return;
    const line = this.peek(/\r?\n|\r/y);
    if (line !== undefined) {
      this.add('newline', line, line.length);
      return;
    }
    if (text.startsWith('//', this.at)) {
      this.comment();
      return;
    }
    if (text[this.at] === '"') {
      this.string();
      return;
    }
    if (text[this.at] === '(' && this.tag()) return;
    if (this.number() || this.word()) return;
    const sign = this.peek(signs[this.language]);
    if (sign !== undefined) {
      this.add('sign', sign, sign.length);
      return;
    }
    const character = String.fromCodePoint(text.codePointAt(this.at) ?? 0);
    this.wrong(character.length, `The character ${quoted(character)} means nothing here.`);
  }

  private comment(): void {
    const text = this.match(/[^\r\n]*/y) ?? '';
    // The engine of version 6 takes comments away in a pass that counts quotes.
    const quotes = text.split('"').length - 1;
    if (this.language === 6 && quotes % 2 === 1) {
      this.at -= text.length;
      this.wrong(text.length, 'A comment has an odd number of quotes.');
    }
  }

  private string(): void {
    const { text } = this.source;
    const start = this.at;
    let at = start + 1;
    let value = '';
    while (at < text.length && text[at] !== '"' && text[at] !== '\n' && text[at] !== '\r') {
      if (text[at] !== '\\') {
        value += text[at] ?? '';
        at++;
        continue;
      }
      const escape = matchAt(escapes[this.language], text, at);
      if (escape === undefined) {
        this.diagnostics.error(
          this.source.position(at),
          `${quoted(text.slice(at, at + 2))} is no escape of a text; write a backslash as "\\\\".`,
        );
        value += '\\';
        at++;
        continue;
      }
      value += this.decoded(escape);
      at += escape.length;
    }
    if (text[at] !== '"') {
      this.wrong(at - start, 'A text has no closing quote.');
      return;
    }
    this.add('string', value, at + 1 - start);
  }

  /** Version 6 decodes the double backslash only; the other pairs stay as two characters. */
  private decoded(escape: string): string {
    if (escape === '\\\\') return '\\';
    if (this.language === 6) return escape;
    const letter = escape.slice(1);
    return controls[letter] ?? letter;
  }

  private tag(): boolean {
    const digits = this.language === 4 ? /\([0-9A-FX#@a-f]{4},/y : /\([0-9A-FXa-fx#@]{4}/y;
    if (this.peek(digits) === undefined) return false;
    const written = this.peek(
      this.language === 4
        ? /\([^,()]*,[^,()]*\)/y
        : /\([^\s,(){}]*[ \t]*,[ \t]*(?:\{[^{}\r\n]*\})?[^\s,(){}]*\)/y,
    );
    const tag = written === undefined ? undefined : readTag(written, this.language);
    if (written === undefined || typeof tag !== 'object') {
      const start = this.peek(/\([^\r\n)]*\)?/y) ?? '(';
      this.wrong(start.length, typeof tag === 'string' ? tag : 'This is no tag, such as (0010,0010).');
      return true;
    }
    this.found.push({ kind: 'tag', text: written, tag, at: this.position(), length: written.length });
    this.at += written.length;
    return true;
  }

  private number(): boolean {
    const written = this.peek(this.language === 4 ? /[0-9][\w.]*/y : /-?[0-9][\w.]*/y);
    if (written === undefined) return false;
    if (/^(?:0|-?[1-9][0-9]*)$/.test(written)) this.add('integer', written, written.length);
    else if (this.language === 6 && /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/.test(written)) {
      this.add('float', written, written.length);
    } else this.wrong(written.length, `${quoted(written)} is no number.`);
    return true;
  }

  private word(): boolean {
    const word = this.peek(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (word === undefined) return false;
    if (this.language === 6 && (word === 'x' || word === 'X')) {
      this.wrong(1, `${quoted(word)} is a wildcard of tags and no name.`);
    } else this.add(keywords[this.language].has(word) ? 'keyword' : 'identifier', word, word.length);
    return true;
  }

  private add(kind: TokenKind, text: string, length: number): void {
    this.found.push({ kind, text, at: this.position(), length });
    this.at += length;
  }

  /** Says what is wrong, and leaves a token at which the parser gives the statement up. */
  private wrong(length: number, message: string): void {
    this.diagnostics.error(this.position(), message, 'parse', length);
    this.add('wrong', this.source.text.slice(this.at, this.at + length), length);
  }

  private position(): Position {
    return this.source.position(this.at);
  }

  private peek(pattern: RegExp): string | undefined {
    return matchAt(pattern, this.source.text, this.at);
  }

  private match(pattern: RegExp): string | undefined {
    const found = this.peek(pattern);
    if (found !== undefined) this.at += found.length;
    return found;
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** A piece of the script in a message, without signs that can't be seen. */
export function quoted(text: string): string {
  const shown = text
    .slice(0, 40)
    .replace(/\p{C}/gu, (sign) => `\\u${(sign.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return `'${shown}'`;
}
