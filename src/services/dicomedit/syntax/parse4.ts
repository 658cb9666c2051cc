import type {
  Condition,
  Expression,
  OldAction,
  OldStatement,
  OldVariable,
  Script4,
  TagPattern,
} from './ast.js';
import type { Diagnostics, Position } from './diagnostics.js';
import { walkExpression } from './externals.js';
import { quoted, tokenize } from './lexer.js';
import type { Source } from './source.js';
import { exactTag } from './tagSyntax.js';
import { StatementGivenUp, Tokens } from './tokens.js';

/**
 * Reads a script of version 4. The engine goes on behind a syntax error and may drop the rest of the script or apply an
 * action without its condition; here what is wrong goes to the diagnostics, and such a script is not run.
 */
export function parse4(source: Source, diagnostics: Diagnostics): Script4 {
  return new Parser4(new Tokens(tokenize(source, 4, diagnostics), diagnostics), diagnostics).script();
}

class Parser4 {
  private readonly statements: OldStatement[] = [];
  private readonly variables = new Map<string, OldVariable>();

  constructor(
    private readonly tokens: Tokens,
    private readonly diagnostics: Diagnostics,
  ) {}

  script(): Script4 {
    const { tokens } = this;
    for (;;) {
      tokens.skipNewlines();
      if (tokens.peek().kind === 'end' || this.diagnostics.full) break;
      try {
        this.line();
        const { kind } = tokens.peek();
        if (kind !== 'newline' && kind !== 'end') tokens.fail('The end of the line is expected here');
      } catch (error) {
        if (!(error instanceof StatementGivenUp)) throw error;
        tokens.skipLine();
      }
    }
    const { statements } = this;
    const variables = [...this.variables.values()];
    return { language: 4, statements, variables, externals: this.externals() };
  }

  private line(): void {
    const { tokens } = this;
    const { at, kind, text } = tokens.peek();
    if (tokens.takeKeyword('describe')) {
      tokens.expect('identifier', 'The name of a variable');
      if (!tokens.takeKeyword('hidden')) tokens.expect('string', 'A text or hidden');
      return;
    }
    if (tokens.takeKeyword('export')) {
      tokens.expect('identifier', 'The name of a variable');
      tokens.expect('string', 'A text');
      return;
    }
    if (kind === 'identifier' && tokens.isSign(':=', 1)) {
      tokens.take();
      tokens.take();
      this.variable({ name: text.toLowerCase(), value: this.value(), at });
      return;
    }
    this.statement(at);
  }

  private variable(variable: OldVariable): void {
    if (this.variables.has(variable.name)) {
      this.diagnostics.error(variable.at, 'A variable gets its first value once in version 4.', 'variable');
    }
    this.variables.set(variable.name, variable);
  }

  private statement(at: Position): void {
    const conditions: Condition[] = [];
    for (;;) {
      const action = this.action();
      if (action) {
        this.statements.push({ conditions, action, at });
        return;
      }
      conditions.push(this.condition());
    }
  }

  /** Undefined when a condition stands here. */
  private action(): OldAction | undefined {
    const { tokens } = this;
    const { at, kind, tag } = tokens.peek();
    if (tokens.takeSign('-')) {
      const target = tokens.expect('tag', 'A tag').tag;
      return target && { kind: 'delete', target, at };
    }
    if (tokens.takeKeyword('echo')) {
      const { kind: next } = tokens.peek();
      const bare = next === 'newline' || next === 'end';
      return { kind: 'echo', value: bare ? undefined : this.value(), at };
    }
    if (kind !== 'tag' || tag === undefined || !tokens.isSign(':=', 1)) return undefined;
    tokens.take();
    tokens.take();
    return tokens.takeKeyword('new')
      ? this.newUid(tag, at)
      : { kind: 'assign', target: tag, value: this.value(), at };
  }

  private newUid(target: TagPattern, at: Position): OldAction {
    const { tokens } = this;
    if (exactTag(target) === undefined) tokens.fail('A new UID is made for one tag and not for a pattern');
    const generator = tokens.peek();
    if (tokens.expect('identifier', 'UID').text !== 'UID') {
      this.diagnostics.error(
        generator.at,
        `There is no generator ${quoted(generator.text)}.`,
        'evaluation',
        generator.length,
      );
    }
    if (tokens.isSign('[')) this.args();
    return { kind: 'assignNewUid', target, at };
  }

  private condition(): Condition {
    const { tokens } = this;
    const left = this.value();
    const operator = tokens.takeSign('=') ? '=' : tokens.takeSign('~') ? '~' : undefined;
    if (operator === undefined) return tokens.fail("':=', '=' or '~' is expected here");
    const right = this.value();
    tokens.expectSign(':');
    return { kind: 'compare', left, operator, right, at: left.at };
  }

  /** A term, or a format with its terms: `"{0}-{1}" (0010,0020), "x"`. */
  private value(): Expression {
    const { tokens } = this;
    const first = this.term();
    if (first.kind !== 'text' || !this.atTerm()) return first;
    const args = [first, this.term()];
    while (tokens.takeSign(',')) args.push(this.term());
    return { kind: 'call', name: 'format', args, at: first.at };
  }

  private atTerm(): boolean {
    return ['string', 'integer', 'tag', 'identifier'].includes(this.tokens.peek().kind);
  }

  private term(): Expression {
    const { tokens } = this;
    const token = tokens.peek();
    const { at, text } = token;
    switch (token.kind) {
      case 'string':
        tokens.take();
        return { kind: 'text', text, at };
      case 'integer':
        tokens.take();
        return { kind: 'number', text, at };
      case 'tag': {
        const { tag } = token;
        if (tag === undefined || exactTag(tag) === undefined) {
          return tokens.fail('A value comes from one tag and not from a pattern');
        }
        tokens.take();
        return { kind: 'path', path: { steps: [{ kind: 'tag', tag, item: undefined }], at }, at };
      }
      case 'identifier':
        tokens.take();
        if (!tokens.isSign('[')) return { kind: 'variable', name: text.toLowerCase(), at };
        return { kind: 'call', name: text, args: this.args(), at };
      default:
        return tokens.fail('A value is expected here');
    }
  }

  private args(): readonly Expression[] {
    const { tokens } = this;
    tokens.expectSign('[');
    return tokens.nested(() => {
      const args = [this.term()];
      while (tokens.takeSign(',')) args.push(this.term());
      tokens.expectSign(']');
      return args;
    });
  }

  /** Variables without a first value: somebody must supply them. */
  private externals(): ReadonlyMap<string, Position> {
    const externals = new Map<string, Position>();
    const search = (expression: Expression): void =>
      walkExpression(expression, (inner) => {
        if (inner.kind !== 'variable' || this.variables.has(inner.name) || externals.has(inner.name)) return;
        externals.set(inner.name, inner.at);
      });
    for (const { conditions, action } of this.statements) {
      for (const condition of conditions) {
        if (condition.kind === 'holds') continue;
        search(condition.left);
        search(condition.right);
      }
      if ('value' in action && action.value) search(action.value);
    }
    for (const { value } of this.variables.values()) search(value);
    return externals;
  }
}
