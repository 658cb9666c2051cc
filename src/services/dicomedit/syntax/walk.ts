import type { Action, Call, Condition, Expression, Script, Statement } from './ast.js';
import { walkExpression } from './externals.js';

/** Calls `visit` for every expression of a script, inner ones too, whether or not its statement will run. */
export function walkScript(script: Script, visit: (expression: Expression) => void): void {
  const expression = (one: Expression): void => walkExpression(one, visit);
  const condition = (one: Condition): void => {
    if (one.kind === 'holds') {
      expression(one.call);
      return;
    }
    expression(one.left);
    expression(one.right);
  };
  if (script.language === 4) {
    for (const { conditions, action } of script.statements) {
      conditions.forEach(condition);
      if ('value' in action && action.value) expression(action.value);
    }
    for (const { value } of script.variables) expression(value);
    return;
  }
  walkStatements(
    script.statements,
    (action) => {
      if (action.kind === 'call') expression(action.call);
      else if ('value' in action && action.value) expression(action.value);
    },
    condition,
  );
}

/** Calls the visitors for the actions and conditions of statements of version 6, in blocks too. */
export function walkStatements(
  statements: readonly Statement[],
  visitAction: (action: Action) => void,
  visitCondition: (condition: Condition) => void = () => undefined,
): void {
  for (const statement of statements) {
    switch (statement.kind) {
      case 'removeAllPrivateTags':
      case 'describe':
        break;
      case 'ternary':
        visitCondition(statement.condition);
        visitAction(statement.then);
        if (statement.otherwise) visitAction(statement.otherwise);
        break;
      case 'if':
        for (const { condition, body } of statement.branches) {
          visitCondition(condition);
          walkStatements(body, visitAction, visitCondition);
        }
        if (statement.otherwise) walkStatements(statement.otherwise, visitAction, visitCondition);
        break;
      default:
        visitAction(statement);
    }
  }
}

/** Every call of a script. */
export function callsOf(script: Script): readonly Call[] {
  const calls: Call[] = [];
  walkScript(script, (expression) => {
    if (expression.kind === 'call') calls.push(expression);
  });
  return calls;
}
