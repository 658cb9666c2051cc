import type { ItemChoice, Path, PathStep } from './ast.js';
import { Diagnostics } from './diagnostics.js';
import { tokenize } from './lexer.js';
import { Source } from './source.js';
import { StatementGivenUp, Tokens } from './tokens.js';

/** Item numbers beyond this are refused: `(sq)[999999]` would make that many items. */
export const highestItem = 9999;
/** Data sets do not nest deeper. */
const mostSteps = 30;

/** Whether a path begins at the next token. */
export function atPath(tokens: Tokens): boolean {
  return tokens.peek().kind === 'tag' || ['*', '+', '.'].some((sign) => tokens.isSign(sign));
}

/** `step ('/' step)*` of version 6. */
export function parsePath(tokens: Tokens): Path {
  const { at } = tokens.peek();
  const steps = [parseStep(tokens)];
  while (tokens.takeSign('/')) {
    if (steps.length >= mostSteps) tokens.fail(`A path has at most ${mostSteps} steps`);
    steps.push(parseStep(tokens));
  }
  return { steps, at };
}

function parseStep(tokens: Tokens): PathStep {
  const token = tokens.peek();
  if (token.kind === 'tag' && token.tag) {
    tokens.take();
    return { kind: 'tag', tag: token.tag, item: parseItem(tokens) };
  }
  if (tokens.takeSign('*')) return { kind: 'levels', levels: 'any' };
  if (tokens.takeSign('+')) return { kind: 'levels', levels: 'some' };
  if (tokens.takeSign('.')) return { kind: 'levels', levels: 'one' };
  return tokens.fail('A tag is expected here');
}

function parseItem(tokens: Tokens): ItemChoice {
  if (!tokens.takeSign('[')) return undefined;
  const any = tokens.takeSign('%');
  const { kind, text } = tokens.peek();
  if (!any && kind === 'integer' && (Number(text) < 0 || Number(text) > highestItem)) {
    tokens.fail(`Items have numbers from 0 to ${highestItem}`);
  }
  const number = any ? 0 : Number(tokens.expect('integer', 'The number of an item, or %,').text);
  tokens.expectSign(']');
  return any ? 'any' : number;
}

/** A path that stands in a text; undefined when it is none. */
export function pathOfText(text: string): Path | undefined {
  const diagnostics = new Diagnostics();
  const tokens = new Tokens(tokenize(new Source(text), 6, diagnostics), diagnostics);
  try {
    const path = parsePath(tokens);
    return tokens.peek().kind === 'end' && diagnostics.found.length === 0 ? path : undefined;
  } catch (error) {
    if (error instanceof StatementGivenUp) return undefined;
    throw error;
  }
}
