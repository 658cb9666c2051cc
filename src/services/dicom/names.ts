import type { Tag } from './dataSet.js';
import { lookUp } from './dictionary.js';

/**
 * Name of an attribute for people, made of its keyword (PS3.6): "Referenced SOP Class UID". Empty for private elements
 * and those that the dictionary does not know.
 */
export function attributeName(tag: Tag): string {
  const { keyword, known } = lookUp(tag);
  if (!known) return '';
  const retired = keyword.startsWith('RETIRED_');
  const words = (retired ? keyword.slice('RETIRED_'.length) : keyword)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    // Not before a plural: "Other Patient IDs".
    .replace(/([A-Z]+)([A-Z][a-z](?![A-Z]|$|\b))/g, '$1 $2');
  return retired ? `${words} (retired)` : words;
}
