import { Arguments, type ScriptFunction } from '../functions/arguments.js';
import { alterPixels } from '../functions/alterPixels.js';
import { dateFunctions } from '../functions/dateFunctions.js';
import { isTrue, logicFunctions } from '../functions/logicFunctions.js';
import { retainPrivateTags } from '../functions/retainPrivate.js';
import { removeMatches, removePrivate, tagFunctions } from '../functions/tagFunctions.js';
import { textFunctions } from '../functions/textFunctions.js';
import { uidFunctions } from '../functions/uidFunctions.js';
import { matchesWhole } from '../regex/javaRegex.js';
import type { Action, Call, Condition, Expression, Script6, Statement } from '../syntax/ast.js';
import type { Position } from '../syntax/diagnostics.js';
import { EvaluationFault, fault } from './faults.js';
import type { Limits } from './limits.js';
import { matchingLeaves } from './pathMatch.js';
import type { ScriptRun } from './scriptRun.js';
import { asText, pathText, textValue, type ReadValue, type TextValue, type Value } from './values.js';
import { suppliedVariables } from './variables.js';

const functions: ReadonlyMap<string, ScriptFunction> = new Map(
  Object.entries({
    ...textFunctions,
    ...uidFunctions,
    ...dateFunctions,
    ...logicFunctions,
    ...tagFunctions,
    retainPrivateTags,
    alterPixels,
  }),
);

/**
 * Runs a script of version 6: one statement after the other, each on what those before it left.
 * @throws ScriptStop
 */
export function evaluate6(script: Script6, run: ScriptRun): void {
  new Evaluator6(script, run).statements(script.statements);
}

class Evaluator6 {
  private readonly variables: Map<string, Value>;

  constructor(
    script: Script6,
    private readonly run: ScriptRun,
  ) {
    this.variables = suppliedVariables(script.externals, run.environment.variables);
  }

  statements(statements: readonly Statement[]): void {
    for (const statement of statements) at(statement.at, () => this.statement(statement));
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case 'describe':
        return;
      case 'removeAllPrivateTags': {
        removePrivate(this.run.root, this.run);
        return;
      }
      case 'ternary':
        if (this.holds(statement.condition)) this.action(statement.then);
        else if (statement.otherwise) this.action(statement.otherwise);
        return;
      case 'if': {
        const branch = statement.branches.find(({ condition }) => this.holds(condition));
        this.statements(branch?.body ?? statement.otherwise ?? []);
        return;
      }
      default: {
        this.action(statement);
        return;
      }
    }
  }

  private action(action: Action): void {
    const { run } = this;
    switch (action.kind) {
      case 'delete': {
        removeMatches(action.target, run);
        return;
      }
      case 'echo':
        run.echoes.push(action.value ? shown(this.read(action.value)) : '');
        return;
      case 'assignVariable':
        this.variables.set(action.name, this.variableValue(action.value));
        return;
      case 'call':
        this.call(action.call);
        return;
      case 'assign': {
        const value = asText(this.read(action.value));
        if (!action.onlyExisting) {
          run.assign(action.target, value);
          return;
        }
        for (const spot of matchingLeaves(run.root, action.target, run.limits)) {
          run.write(spot, value ?? textValue('', false));
        }
      }
    }
  }

  private holds(condition: Condition): boolean {
    return at(condition.at, () =>
      condition.kind === 'holds'
        ? isTrue(this.call(condition.call))
        : compare6(
            this.text(condition.left),
            condition.operator,
            this.text(condition.right),
            this.run.limits,
          ),
    );
  }

  private text(expression: Expression): TextValue | undefined {
    return asText(this.read(expression));
  }

  /** A list stays one: its paths are for the functions that take them. */
  private variableValue(expression: Expression): Value {
    const value = this.read(expression);
    return value.kind === 'nothing' ? fault('The function has no value.') : value;
  }

  private read(expression: Expression): ReadValue {
    const value = this.value(expression);
    return value.kind === 'path' ? this.run.read(value.path) : value;
  }

  /** A path stays a path. */
  private value(expression: Expression): Value {
    switch (expression.kind) {
      case 'text':
      case 'number':
        return textValue(expression.text, true);
      case 'path':
        return { kind: 'path', path: expression.path };
      case 'list':
        return { kind: 'list', values: expression.entries.map((entry) => this.value(entry)) };
      case 'variable': {
        const value = this.variables.get(expression.name);
        if (value === undefined)
          throw new EvaluationFault('The variable has no value here.', 'variable', expression.at);
        return value;
      }
      case 'call':
        return this.call(expression);
    }
  }

  private call({ name, args, at: place }: Call): Value {
    return at(place, () => {
      const values = args.map((arg) => this.value(arg));
      return (
        functions.get(name)?.(new Arguments(values, this.run), this.run) ??
        fault('There is no such function.')
      );
    });
  }
}

/** Null equals nothing, not even null, and matches nothing. */
function compare6(
  left: TextValue | undefined,
  operator: string,
  right: TextValue | undefined,
  limits: Limits,
): boolean {
  switch (operator) {
    case '=':
      return left !== undefined && left.text === right?.text;
    case '!=':
      return left === undefined || left.text !== right?.text;
    case '~':
      return (
        left !== undefined && matchesWhole(right?.text ?? fault('A pattern is missing.'), left.text, limits)
      );
    default:
      return (
        left === undefined || !matchesWhole(right?.text ?? fault('A pattern is missing.'), left.text, limits)
      );
  }
}

/** What `echo` prints. */
function shown(value: Value): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'text':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'list':
      return `[${value.values.map(shown).join(', ')}]`;
    case 'path':
      return pathText(value.path);
    case 'nothing':
      return fault('The function has no value.');
  }
}

/** Adds the place to a fault that has none yet. */
export function at<T>(place: Position, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EvaluationFault && error.at === undefined) {
      throw new EvaluationFault(error.message, error.kind, place);
    }
    throw error;
  }
}
