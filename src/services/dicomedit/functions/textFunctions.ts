import { lookupKey } from '../lookupTable.js';
import { matchedGroup, matchesWhole } from '../regex/javaRegex.js';
import { fault } from '../run/faults.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { asText, booleanValue, nullValue, textValue, type TextValue, type Value } from '../run/values.js';
import type { ScriptFunction } from './arguments.js';
import { messageFormat } from './messageFormat.js';

/** The same text changed; provenance stays. */
function changed(value: TextValue, change: (text: string) => string, run: ScriptRun): Value {
  return textValue(run.limits.text(change(value.text)), value.ours);
}

/** A part of a text from `from` on, without the character at `to`. @throws EvaluationFault beyond its ends. */
export function substring(text: string, from: number, to: number): string {
  if (from < 0 || to > text.length || from > to) return fault('The text has no such part.');
  return text.slice(from, to);
}

/** Java's replacement text: `\x` is x, and there are no groups to name. */
function replacement(text: string): string {
  if (/(^|[^\\])(\\\\)*\$/.test(text))
    return fault("A '$' in the replacement names a group that is not there.");
  return text.replace(/\\(.)/gs, '$1');
}

/** Values of a format: lists count as their entries. */
function formatValues(value: Value, run: ScriptRun): readonly (TextValue | undefined)[] {
  if (value.kind === 'list') return value.values.flatMap((one) => formatValues(one, run));
  return [asText(value.kind === 'path' ? run.read(value.path) : value)];
}

export const textFunctions: Readonly<Record<string, ScriptFunction>> = {
  concatenate(args, run) {
    const texts = args.values.map((_, index) => args.text(index));
    const joined = run.limits.text(texts.map(({ text }) => text).join(''));
    return textValue(
      joined,
      texts.every(({ ours }) => ours),
    );
  },

  format(args, run) {
    const pattern = args.literal(0);
    const values = args.values.slice(1).flatMap((value) => formatValues(value, run));
    const ours = pattern.ours && values.every((value) => value === undefined || value.ours);
    return textValue(
      run.limits.text(
        messageFormat(
          pattern.text,
          values.map((value) => value?.text),
        ),
      ),
      ours,
    );
  },

  lowercase: (args, run) => changed(args.text(0), (text) => text.toLowerCase(), run),
  uppercase: (args, run) => changed(args.text(0), (text) => text.toUpperCase(), run),
  substring(args) {
    const part = substring(args.text(0).text, args.integer(1), args.integer(2));
    return textValue(
      part,
      [0, 1, 2].every((index) => args.text(index).ours),
    );
  },

  replace(args, run) {
    const [old, by] = [args.literal(1), args.literal(2)];
    const { text, ours } = args.text(0);
    return textValue(run.limits.text(text.replaceAll(old.text, () => by.text)), ours && by.ours);
  },

  match(args, run) {
    const value = args.text(0);
    const group = matchedGroup(args.literal(1).text, value.text, args.integer(2), false, run.limits);
    return group === undefined ? nullValue : textValue(group, value.ours);
  },

  ismatch: (args, run) => booleanValue(matchesWhole(args.literal(1).text, args.text(0).text, run.limits)),

  normalizeString(args, run) {
    const value = args.optionalText(0);
    const by = args.values.length > 1 ? args.literal(1) : textValue('_', true);
    const text = replacement(by.text);
    if (!value) return nullValue;
    return textValue(run.limits.text(value.text.replace(/[^\0-\x7f]/gu, () => text)), value.ours && by.ours);
  },

  lookup(args, run) {
    const [table, key] = [args.literal(0).text, args.text(1).text];
    const found = run.environment.lookup?.get(lookupKey(table, key));
    return found === undefined ? nullValue : textValue(found, false);
  },

  getURL(args, run) {
    const { fetchText } = run.environment;
    if (!fetchText) return fault('getURL is not allowed: a script must not send anything from this machine.');
    return textValue(run.limits.text(fetchText(args.literal(0).text)), false);
  },
};
