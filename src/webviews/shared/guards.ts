/** Checks of what a page says, where it arrives: whatever runs in a page could say anything. */
export type Guard<T> = (value: unknown) => value is T;

/** Nobody types more into a field of ours. */
const longestText = 20_000;

export function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= longestText;
}

export function isFlag(value: unknown): value is boolean {
  return typeof value === 'boolean';
}

export function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

export function isNothing(value: unknown): value is null {
  return value === null;
}

export function oneOf<const T extends readonly unknown[]>(values: T): Guard<T[number]> {
  return (value): value is T[number] => values.includes(value);
}

export function either<A, B>(a: Guard<A>, b: Guard<B>): Guard<A | B> {
  return (value): value is A | B => a(value) || b(value);
}

export function listOf<T>(item: Guard<T>): Guard<readonly T[]> {
  return (value): value is readonly T[] => Array.isArray(value) && value.every(item);
}

/** An object with these fields and no other. */
export function shape<T extends object>(fields: { readonly [K in keyof T]-?: Guard<T[K]> }): Guard<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((name) => Object.hasOwn(fields, name)) &&
    names.every((name) => fields[name]((value as Readonly<Record<string, unknown>>)[name]));
}
