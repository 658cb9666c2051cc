import type { Action, Branch, Path, Script6, Statement } from './ast.js';
import type { Diagnostics, Position } from './diagnostics.js';
import { externalsOf } from './externals.js';
import {
  atComparison,
  atExpression,
  conditionFrom,
  parseCondition,
  parseExpression,
} from './expressionSyntax.js';
import { quoted, tokenize } from './lexer.js';
import { atPath, parsePath } from './pathSyntax.js';
import type { Source } from './source.js';
import { StatementGivenUp, Tokens } from './tokens.js';

/** Version texts that the engine 6.6.0 takes; the number selects the language and nothing else. */
export const versions6: ReadonlySet<string> = new Set(['6.0', '6.1', '6.2', '6.3', '6.4', '6.5', '6.6']);

/** Reads a script of version 6; what is wrong goes to the diagnostics, a statement for each. */
export function parse6(source: Source, diagnostics: Diagnostics): Script6 {
  const parser = new Parser6(new Tokens(tokenize(source, 6, diagnostics), diagnostics), diagnostics);
  const statements = parser.script();
  return { language: 6, statements, externals: externalsOf(statements) };
}

class Parser6 {
  constructor(
    private readonly tokens: Tokens,
    private readonly diagnostics: Diagnostics,
  ) {}

  script(): readonly Statement[] {
    const statements: Statement[] = [];
    while (this.tokens.peek().kind !== 'end' && !this.diagnostics.full) {
      this.tokens.skipNewlines();
      if (this.tokens.peek().kind === 'end') break;
      try {
        const statement = this.statement();
        if (statement) statements.push(statement);
      } catch (error) {
        if (!(error instanceof StatementGivenUp)) throw error;
        this.tokens.skipLine();
      }
    }
    return statements;
  }

  /** Undefined for statements that say something about the script and do nothing. */
  private statement(): Statement | undefined {
    const { tokens } = this;
    const { at } = tokens.peek();
    if (tokens.takeKeyword('version')) {
      this.version();
      return undefined;
    }
    if (tokens.takeKeyword('describe')) return this.describe(at);
    if (tokens.takeKeyword('export')) {
      tokens.expect('identifier', 'The name of a variable');
      tokens.expect('string', 'A text');
      return undefined;
    }
    if (tokens.takeKeyword('removeAllPrivateTags')) return { kind: 'removeAllPrivateTags', at };
    if (tokens.takeKeyword('if')) return tokens.nested(() => this.choice(at));
    return this.actionOrTernary();
  }

  private version(): void {
    const { text, at, length } = this.tokens.expect('string', 'A version such as "6.6"');
    if (!versions6.has(text)) {
      const message = `Version ${quoted(text)} is none of this language: write "6.0" to "6.6".`;
      this.diagnostics.error(at, message, 'version', length);
    }
  }

  private describe(at: Position): Statement {
    const { text: name } = this.tokens.expect('identifier', 'The name of a variable');
    const external = ['hidden', 'const', 'immutable'].some((word) => this.tokens.takeKeyword(word));
    if (!external) this.tokens.expect('string', 'A text, hidden, const or immutable');
    return { kind: 'describe', name, external, at };
  }

  private choice(at: Position): Statement {
    const branches: Branch[] = [this.branch()];
    let otherwise: readonly Statement[] | undefined;
    while (otherwise === undefined) {
      // Lines may end between the blocks; behind the last one they belong to nobody.
      let ahead = 0;
      while (this.tokens.peek(ahead).kind === 'newline') ahead++;
      const { kind, text } = this.tokens.peek(ahead);
      if (kind !== 'keyword' || (text !== 'else' && text !== 'elseif')) break;
      this.tokens.skipNewlines();
      this.tokens.take();
      if (text === 'elseif') branches.push(this.branch());
      else otherwise = this.block();
    }
    return { kind: 'if', branches, otherwise, at };
  }

  private branch(): Branch {
    this.tokens.expectSign('(');
    const condition = parseCondition(this.tokens);
    this.tokens.expectSign(')');
    return { condition, body: this.block() };
  }

  private block(): readonly Statement[] {
    const { tokens } = this;
    tokens.skipNewlines();
    tokens.expectSign('{');
    const statements: Statement[] = [];
    for (;;) {
      tokens.skipNewlines();
      if (tokens.takeSign('}')) return statements;
      if (tokens.peek().kind === 'end') tokens.fail("A block ends with '}'");
      try {
        const statement = this.statement();
        if (statement) statements.push(statement);
      } catch (error) {
        if (!(error instanceof StatementGivenUp) || this.diagnostics.full) throw error;
        tokens.skipLine();
      }
    }
  }

  private actionOrTernary(): Statement {
    const { tokens } = this;
    if (tokens.isSign('-') || tokens.isKeyword('echo')) return this.action();
    if (tokens.peek().kind === 'identifier' && tokens.isSign(':=', 1)) return this.action();
    const left = parseExpression(tokens);
    if (left.kind === 'path' && !atComparison(tokens)) return this.assignment(left.path);
    if (left.kind === 'call' && !atComparison(tokens) && !tokens.isSign('?')) {
      return { kind: 'call', call: left, at: left.at };
    }
    const condition = conditionFrom(tokens, left);
    tokens.expectSign('?');
    const then = this.action();
    const otherwise = tokens.takeSign(':') ? this.action() : undefined;
    return { kind: 'ternary', condition, then, otherwise, at: left.at };
  }

  private action(): Action {
    const { tokens } = this;
    const { at } = tokens.peek();
    if (tokens.takeSign('-')) return { kind: 'delete', target: parsePath(tokens), at };
    if (tokens.takeKeyword('echo')) {
      return { kind: 'echo', value: atExpression(tokens) ? parseExpression(tokens) : undefined, at };
    }
    if (atPath(tokens)) return this.assignment(parsePath(tokens));
    if (tokens.peek().kind !== 'identifier') tokens.fail('A statement is expected here');
    if (!tokens.isSign(':=', 1)) {
      const call = parseExpression(tokens);
      return call.kind === 'call' ? { kind: 'call', call, at } : tokens.fail("':=' or '[' is expected here");
    }
    const { text: name } = tokens.take();
    tokens.take();
    return { kind: 'assignVariable', name, value: parseExpression(tokens), at };
  }

  private assignment(target: Path): Action {
    const { tokens } = this;
    const onlyExisting = tokens.takeSign('?=');
    if (!onlyExisting) tokens.expectSign(':=');
    return { kind: 'assign', target, onlyExisting, value: parseExpression(tokens), at: target.at };
  }
}
