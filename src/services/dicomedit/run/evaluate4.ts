import { elementOf, groupOf } from '../../dicom/tags.js';
import type { Tag } from '../../dicom/dataSet.js';
import { oldFunctions, type OldValue } from '../functions/oldFunctions.js';
import { matchesWhole } from '../regex/javaRegex.js';
import type { Condition, Expression, OldStatement, Script4, TagPattern } from '../syntax/ast.js';
import type { Position } from '../syntax/diagnostics.js';
import { digitsMatch, exactTag } from '../syntax/tagSyntax.js';
import { at } from './evaluate6.js';
import { EvaluationFault, fault } from './faults.js';
import type { ScriptRun } from './scriptRun.js';
import { asText, textValue } from './values.js';
import { missingVariable, supplied } from './variables.js';

/**
 * Runs a script of version 4: first every condition and every value is computed from the object as it was, then the
 * actions run in reverse order, so that the first statement about an element wins.
 * @throws ScriptStop
 */
export function evaluate4(script: Script4, run: ScriptRun): void {
  new Evaluator4(script, run).all(script.statements);
}

interface Work {
  readonly work: () => void;
  readonly place: Position;
}

class Evaluator4 {
  /** First values of variables that nobody supplies. */
  private readonly initial: ReadonlyMap<string, Expression>;
  private readonly known = new Map<string, OldValue>();

  constructor(
    script: Script4,
    private readonly run: ScriptRun,
  ) {
    const missing = missingVariable(script.externals, run.environment.variables);
    if (missing)
      throw new EvaluationFault(`Nobody supplies the variable ${missing.name}.`, 'variable', missing.at);
    this.initial = new Map(script.variables.map(({ name, value }) => [name, value]));
  }

  all(statements: readonly OldStatement[]): void {
    const actions = statements.flatMap((statement) => at(statement.at, () => this.actionOf(statement) ?? []));
    for (const { work, place } of actions.reverse()) at(place, work);
  }

  /** What a statement does in the second phase; undefined when one of its conditions does not hold. */
  private actionOf({ conditions, action, at: place }: OldStatement): Work | undefined {
    if (!conditions.every((condition) => this.holds(condition))) return undefined;
    return { work: this.workOf(action), place };
  }

  private workOf(action: OldStatement['action']): () => void {
    const { run } = this;
    switch (action.kind) {
      case 'delete':
        return () => {
          for (const tag of this.tagsOf(action.target)) run.root.remove(tag);
        };
      case 'echo': {
        const value = action.value && this.value(action.value);
        const text = action.value ? (value?.text ?? 'null') : '';
        return () => run.echoes.push(text);
      }
      case 'assignNewUid': {
        const tag = exactTag(action.target) ?? fault('A new UID is made for one tag.');
        const old = run.root.has(tag) ? run.valueAt({ dataSet: run.root, tag }).text : '';
        const uid = run.environment.uids.map('new UID', `${tag}\0${old}`);
        return () => run.write({ dataSet: run.root, tag }, textValue(uid, false), 'LO');
      }
      case 'assign': {
        // A missing value empties the element, and makes it when it is not there.
        const value = this.value(action.value) ?? textValue('', false);
        return () => {
          for (const tag of this.targetsOf(action.target)) run.write({ dataSet: run.root, tag }, value, 'LO');
        };
      }
    }
  }

  /** A pattern means what is there already. */
  private targetsOf(target: TagPattern): readonly Tag[] {
    const tag = exactTag(target);
    return tag === undefined ? this.tagsOf(target) : [tag];
  }

  private tagsOf({ group, element }: TagPattern): readonly Tag[] {
    return this.run.root.tags().filter((tag) => {
      this.run.limits.visit();
      return digitsMatch(group, groupOf(tag)) && digitsMatch(element, elementOf(tag));
    });
  }

  /** Null equals null here. */
  private holds(condition: Condition): boolean {
    if (condition.kind === 'holds') return fault('The condition is no comparison.');
    const [left, right] = [this.value(condition.left), this.value(condition.right)];
    if (condition.operator === '=') return left?.text === right?.text;
    return (
      left !== undefined &&
      matchesWhole(right?.text ?? fault('A pattern is missing.'), left.text, this.run.limits)
    );
  }

  private value(expression: Expression): OldValue {
    switch (expression.kind) {
      case 'text':
      case 'number':
        return textValue(expression.text, true);
      case 'path':
        return asText(this.run.read(expression.path));
      case 'variable':
        return this.variable(expression.name);
      case 'list':
        return fault('Version 4 has no lists.');
      case 'call':
        return at(expression.at, () => {
          const call = oldFunctions.get(expression.name) ?? fault('There is no such function.');
          return call(
            expression.args.map((arg) => this.value(arg)),
            this.run,
          );
        });
    }
  }

  /** Supplied ones beat the first value of the script; each is computed once. */
  private variable(name: string): OldValue {
    const given = supplied(this.run.environment.variables, name);
    if (given !== undefined) return textValue(given, true);
    if (this.known.has(name)) return this.known.get(name);
    const expression = this.initial.get(name) ?? fault('The variable has no value.');
    // A variable that is defined by itself has no value while it is computed.
    this.known.set(name, undefined);
    const value = this.value(expression);
    this.known.set(name, value);
    return value;
  }
}
