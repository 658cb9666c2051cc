import type { Action, Condition, Expression, Statement } from './ast.js';
import type { Position } from './diagnostics.js';

/**
 * Variables that version 6 uses before it sets them anywhere above, also as arguments of calls (which the engine
 * overlooks), and those that `describe` declares: somebody must supply them.
 */
export function externalsOf(statements: readonly Statement[]): ReadonlyMap<string, Position> {
  const search = new Search();
  search.statements(statements);
  return search.externals;
}

/** Calls `visit` for an expression and everything in it. */
export function walkExpression(expression: Expression, visit: (expression: Expression) => void): void {
  visit(expression);
  const inner =
    expression.kind === 'list' ? expression.entries : expression.kind === 'call' ? expression.args : [];
  for (const one of inner) walkExpression(one, visit);
}

class Search {
  readonly externals = new Map<string, Position>();
  private readonly assigned = new Set<string>();

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'removeAllPrivateTags':
        return;
      case 'describe':
        if (statement.external) this.need(statement.name, statement.at);
        return;
      case 'ternary':
        this.condition(statement.condition);
        this.action(statement.then);
        if (statement.otherwise) this.action(statement.otherwise);
        return;
      case 'if':
        for (const { condition, body } of statement.branches) {
          this.condition(condition);
          this.statements(body);
        }
        if (statement.otherwise) this.statements(statement.otherwise);
        return;
      default:
        this.action(statement);
    }
  }

  private condition(condition: Condition): void {
    if (condition.kind === 'holds') {
      this.expression(condition.call);
      return;
    }
    this.expression(condition.left);
    this.expression(condition.right);
  }

  private action(action: Action): void {
    switch (action.kind) {
      case 'delete':
        return;
      case 'assign': {
        this.expression(action.value);
        return;
      }
      case 'assignVariable':
        this.expression(action.value);
        this.assigned.add(action.name);
        return;
      case 'call': {
        this.expression(action.call);
        return;
      }
      case 'echo':
        if (action.value) this.expression(action.value);
    }
  }

  private expression(expression: Expression): void {
    walkExpression(expression, (inner) => {
      if (inner.kind === 'variable') this.need(inner.name, inner.at);
    });
  }

  private need(name: string, at: Position): void {
    if (!this.assigned.has(name) && !this.externals.has(name)) this.externals.set(name, at);
  }
}
