import type { Path } from '../syntax/ast.js';
import { fault } from './faults.js';

/**
 * What an expression is. `ours` tells provenance (docs/scripts.md): built from nothing but literals, the variables that
 * the program supplies, UID hashes and date shifts, so that nothing of the object shows in it.
 */
export type Value =
  | { readonly kind: 'null' }
  | { readonly kind: 'text'; readonly text: string; readonly ours: boolean }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'list'; readonly values: readonly Value[] }
  | { readonly kind: 'path'; readonly path: Path }
  /** What a function gives that only does something. */
  | { readonly kind: 'nothing' };

export type TextValue = Extract<Value, { kind: 'text' }>;

/** A value that is no path any more. */
export type ReadValue = Exclude<Value, { kind: 'path' }>;

export const nullValue: Extract<Value, { kind: 'null' }> = { kind: 'null' };
export const nothing: Value = { kind: 'nothing' };

export function textValue(text: string, ours: boolean): TextValue {
  return { kind: 'text', text, ours };
}

export function booleanValue(value: boolean): Value {
  return { kind: 'boolean', value };
}

/** The value as one text; undefined for null. @throws EvaluationFault for lists and for functions without value. */
export function asText(value: ReadValue): TextValue | undefined {
  switch (value.kind) {
    case 'null':
      return undefined;
    case 'text':
      return value;
    case 'boolean':
      // The answer depends on the object.
      return textValue(String(value.value), false);
    case 'list':
      return fault('A list is no text.');
    case 'nothing':
      return fault('The function has no value.');
  }
}

/** A path as the engine writes it where a literal is expected: `00081140[0]/00081155`. */
export function pathText({ steps }: Path): string {
  return steps
    .map((step) => {
      if (step.kind === 'levels') return { any: '*', some: '+', one: '.' }[step.levels];
      const { tag, item } = step;
      const digits = (list: typeof tag.group): string =>
        list
          .map((digit) =>
            typeof digit === 'number'
              ? digit.toString(16).toUpperCase()
              : { any: 'X', odd: '#', even: '@' }[digit],
          )
          .join('');
      const creator = tag.creator === undefined ? '' : `{${tag.creator}}`;
      const index = item === undefined ? '' : `[${item === 'any' ? '%' : item}]`;
      return `${digits(tag.group)}${creator}${digits(tag.element)}${index}`;
    })
    .join('/');
}
