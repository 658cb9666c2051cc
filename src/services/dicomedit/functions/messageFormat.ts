import { fault } from '../run/faults.js';

/**
 * java.text.MessageFormat over texts: `{0}` is the first value, `''` a quote, `'...'` a literal part. A missing value stays
 * `{1}`, one that is null prints `null`.
 * @throws EvaluationFault for other formats (`{0,number}`), which take no texts, and for braces that do not pair.
 */
export function messageFormat(pattern: string, values: readonly (string | undefined)[]): string {
  let result = '';
  let isLiteral = false;
  for (let at = 0; at < pattern.length; at++) {
    const sign = pattern[at] ?? '';
    if (sign === "'") {
      if (pattern[at + 1] === "'") {
        result += sign;
        at++;
      } else isLiteral = !isLiteral;
    } else if (sign === '{' && !isLiteral) {
      const [written, index] = /^\{(\d{1,4})\}/.exec(pattern.slice(at, at + 6)) ?? [];
      if (written === undefined || index === undefined)
        return fault('A format has {0}, {1} ... and no other braces.');
      result += Number(index) < values.length ? (values[Number(index)] ?? 'null') : `{${Number(index)}}`;
      at += written.length - 1;
    } else result += sign;
  }
  return result;
}
