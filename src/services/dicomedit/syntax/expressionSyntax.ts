import type { Call, Comparison, Condition, Expression } from './ast.js';
import { atPath, parsePath } from './pathSyntax.js';
import type { Tokens } from './tokens.js';

/** Values and conditions of version 6. */

export function atExpression(tokens: Tokens): boolean {
  const { kind } = tokens.peek();
  return ['string', 'integer', 'float', 'identifier'].includes(kind) || tokens.isSign('{') || atPath(tokens);
}

export function parseExpression(tokens: Tokens): Expression {
  const token = tokens.peek();
  const { at, text } = token;
  switch (token.kind) {
    case 'string':
      tokens.take();
      return { kind: 'text', text, at };
    case 'integer':
    case 'float':
      tokens.take();
      return { kind: 'number', text, at };
    case 'identifier':
      if (tokens.isSign('[', 1)) return parseCall(tokens);
      tokens.take();
      return { kind: 'variable', name: text, at };
    default:
      if (tokens.isSign('{')) return parseList(tokens);
      return atPath(tokens)
        ? { kind: 'path', path: parsePath(tokens), at }
        : tokens.fail('A value is expected here');
  }
}

/** `name[value, value]`, on one line. */
export function parseCall(tokens: Tokens): Call {
  const { text: name, at } = tokens.expect('identifier', 'The name of a function');
  tokens.expectSign('[');
  const args: Expression[] = [];
  return tokens.nested(() => {
    if (!tokens.isSign(']')) {
      do args.push(parseExpression(tokens));
      while (tokens.takeSign(','));
    }
    tokens.expectSign(']');
    return { kind: 'call', name, args, at };
  });
}

/** `{value, value}`; the line may end around entries. */
function parseList(tokens: Tokens): Expression {
  const { at } = tokens.take();
  const entries: Expression[] = [];
  return tokens.nested(() => {
    tokens.skipNewlines();
    if (!tokens.isSign('}')) {
      do {
        tokens.skipNewlines();
        entries.push(parseExpression(tokens));
        tokens.skipNewlines();
      } while (tokens.takeSign(','));
    }
    tokens.expectSign('}');
    return { kind: 'list', entries, at };
  });
}

const comparisons: readonly Comparison[] = ['=', '!=', '~', '!~'];

export function atComparison(tokens: Tokens): boolean {
  return comparisons.some((operator) => tokens.isSign(operator));
}

export function parseCondition(tokens: Tokens): Condition {
  return conditionFrom(tokens, parseExpression(tokens));
}

/** The condition whose left side was read already. */
export function conditionFrom(tokens: Tokens, left: Expression): Condition {
  const operator = comparisons.find((sign) => tokens.takeSign(sign));
  if (operator !== undefined) {
    return { kind: 'compare', left, operator, right: parseExpression(tokens), at: left.at };
  }
  if (left.kind !== 'call') tokens.fail('A comparison is expected here');
  return { kind: 'holds', call: left, at: left.at };
}
