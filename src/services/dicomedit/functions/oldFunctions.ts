import { matchedGroup } from '../regex/javaRegex.js';
import { fault } from '../run/faults.js';
import type { ScriptRun } from '../run/scriptRun.js';
import { textValue, type TextValue } from '../run/values.js';
import { messageFormat } from './messageFormat.js';
import { wholeNumber } from './shiftDate.js';
import { substring } from './textFunctions.js';

/** A value of version 4; undefined is null. */
export type OldValue = TextValue | undefined;

/** A function of version 4. Most of them pass null on. */
export type OldFunction = (args: readonly OldValue[], run: ScriptRun) => OldValue;

/** Changes the first argument; null stays null. */
function changing(change: (text: string, args: readonly string[], run: ScriptRun) => string): OldFunction {
  return ([first, ...rest], run) => {
    if (first === undefined) return undefined;
    const texts = rest.map((arg) => arg ?? fault('A value is missing.'));
    const text = change(
      first.text,
      texts.map((arg) => arg.text),
      run,
    );
    return textValue(run.limits.text(text), first.ours && texts.every(({ ours }) => ours));
  };
}

function needed(then: OldFunction): OldFunction {
  return (args, run) => (args[0] === undefined ? fault('A value is missing.') : then(args, run));
}

/** Like a field of a web form: letters, digits and `. - * _` stay, a blank becomes `+`. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'))
    .replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

export const oldFunctions: ReadonlyMap<string, OldFunction> = new Map<string, OldFunction>([
  [
    'substring',
    needed(changing((text, [from = '', to = '']) => substring(text, wholeNumber(from), wholeNumber(to)))),
  ],
  ['lowercase', changing((text) => text.toLowerCase())],
  ['uppercase', changing((text) => text.toUpperCase())],
  ['replace', needed(changing((text, [old = '', by = '']) => text.replaceAll(old, () => by)))],
  ['urlEncode', changing(urlEncoded)],
  ['hashUID', ([value], run) => value && textValue(run.environment.hashUid(value.text), true)],
  [
    'match',
    ([value, pattern, group], run) => {
      if (!value) return undefined;
      const expression = pattern?.text ?? fault('A pattern is missing.');
      const found = matchedGroup(expression, value.text, wholeNumber(group?.text ?? ''), true, run.limits);
      return found === undefined ? undefined : textValue(found, value.ours);
    },
  ],
  [
    'format',
    ([pattern, ...values], run) => {
      const text = messageFormat(
        pattern?.text ?? fault('A pattern is missing.'),
        values.map((value) => value?.text),
      );
      return textValue(
        run.limits.text(text),
        [pattern, ...values].every((value) => value === undefined || value.ours),
      );
    },
  ],
  [
    'getURL',
    ([address], run) => {
      const { fetchText } = run.environment;
      if (!fetchText)
        return fault('getURL is not allowed: a script must not send anything from this machine.');
      return textValue(run.limits.text(fetchText(address?.text ?? '')), false);
    },
  ],
]);
