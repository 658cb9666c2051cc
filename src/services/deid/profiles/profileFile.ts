import { readFile } from 'node:fs/promises';
import type { Tag } from '../../dicom/dataSet.js';
import { lookUp } from '../../dicom/dictionary.js';
import type { Vr } from '../../dicom/vr.js';
import { GiftCloudError } from '../../support/errors.js';
import { tableRows } from '../table.js';
import { isProfileOption, type ProfileOption } from './options.js';
import { isPresetName } from './presets.js';
import type { Profile, SafePrivateElement } from './profile.js';
import { knownSafePrivate } from './safePrivate.js';

/** VRs of private elements whose values can be checked: numbers, codes and short texts. */
export const safePrivateVrs = ['CS', 'DS', 'FD', 'FL', 'IS', 'LO', 'SH', 'SL', 'SS', 'UL', 'US'] as const satisfies readonly Vr[]; // prettier-ignore

/** Larger ones are no profile. */
const largestFile = 1024 * 1024;

/**
 * Reads a profile file; schemas/profile.schema.json describes it. Strict: what is not understood is an error, for a
 * profile that means less than its writer thought is worse than none.
 * @throws PROFILE_NOT_AVAILABLE when it can't be read or is no JSON, USAGE when it says something wrong.
 */
export async function readProfileFile(path: string): Promise<Profile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new GiftCloudError(
      'PROFILE_NOT_AVAILABLE',
      'The de-identification profile is neither a preset nor a file that can be read.',
      {
        hint: 'Check its name or path, or use one of the presets.',
        cause,
      },
    );
  }
  return parseProfile(text);
}

/** A profile from the text of its file. Errors as for `readProfileFile`. */
export function parseProfile(text: string): Profile {
  let data: unknown;
  try {
    data = text.length > largestFile ? undefined : JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (cause) {
    throw new GiftCloudError(
      'PROFILE_NOT_AVAILABLE',
      'The file of the de-identification profile is no JSON.',
      {
        hint: 'Open it in the editor, which shows where the mistake is.',
        cause,
      },
    );
  }
  const file = fieldsOf(data, 'The file', ['$schema', 'name', 'title', 'options', 'descriptors', 'safePrivate', 'documents']); // prettier-ignore
  const name = nameOf(file.get('name'));
  const options = optionsOf(file.get('options'));
  const descriptors = descriptorsOf(file.get('descriptors'), options);
  return {
    name,
    title: titleOf(file.get('title')) ?? name,
    options,
    ...(descriptors && { descriptors }),
    safePrivate: safePrivateOf(file.get('safePrivate'), options),
    documents: documentsOf(file.get('documents')),
  };
}

function wrong(what: string): GiftCloudError {
  return new GiftCloudError('USAGE', `The de-identification profile is not valid: ${what}.`, {
    hint: 'Its format stands in docs/deidentification.md; the editor checks it while you type.',
  });
}

function fieldsOf(data: unknown, what: string, known: readonly string[]): ReadonlyMap<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw wrong(`${what} must be an object`);
  const fields = new Map<string, unknown>(Object.entries(data));
  for (const key of fields.keys()) {
    if (!known.includes(key))
      throw wrong(`${what} has a field that nobody knows; there are ${known.join(', ')}`);
  }
  return fields;
}

function listOf(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrong(`"${field}" must be a list`);
  return value as readonly unknown[];
}

/** It stands in De-identification Method behind "Profile ", which has 64 characters (PS3.5 6.2, LO). */
function nameOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z0-9][a-z0-9._-]{0,39}$/.test(value))
    throw wrong('"name" must be 1 to 40 small letters, digits, dots, dashes and underscores');
  if (isPresetName(value)) throw wrong('"name" is that of a preset, which means something else');
  return value;
}

function titleOf(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[^\p{Cc}]{1,80}$/u.test(value)) return value;
  throw wrong('"title" must be a text of 1 to 80 characters');
}

function optionsOf(value: unknown): readonly ProfileOption[] {
  const options = listOf(value, 'options').map((option, index) => {
    if (typeof option === 'string' && isProfileOption(option)) return option;
    throw wrong(`"options" has no such option at place ${index + 1}`);
  });
  if (new Set(options).size < options.length) throw wrong('"options" names one twice');
  if (options.includes('retainFullDates') && options.includes('retainModifiedDates'))
    throw wrong('dates are kept or moved, not both (retainFullDates, retainModifiedDates)');
  return options;
}

function descriptorsOf(value: unknown, options: readonly ProfileOption[]): readonly Tag[] | undefined {
  if (value === undefined) return undefined;
  if (!options.includes('cleanDescriptors')) throw wrong('"descriptors" needs the option cleanDescriptors');
  const known = descriptorTags();
  return listOf(value, 'descriptors').map((keyword, index) => {
    const tag = typeof keyword === 'string' ? known.get(keyword) : undefined;
    if (tag === undefined) throw wrong(`"descriptors" has no row of Clean Descriptors at place ${index + 1}`);
    return tag;
  });
}

/** Rows of Clean Descriptors by their keywords in PS3.6. */
export function descriptorTags(): ReadonlyMap<string, Tag> {
  return new Map(
    [...tableRows()]
      .filter(([, { options }]) => options.some(([option]) => option === 'cleanDescriptors'))
      .map(([tag]) => [lookUp(tag).keyword.replace(/^RETIRED_/, ''), tag]),
  );
}

function safePrivateOf(value: unknown, options: readonly ProfileOption[]): readonly SafePrivateElement[] {
  const wanted = options.includes('retainSafePrivate');
  if (value === undefined) return wanted ? knownSafePrivate : [];
  if (!wanted) throw wrong('"safePrivate" needs the option retainSafePrivate');
  return [...knownSafePrivate, ...listOf(value, 'safePrivate').map(safePrivateElement)];
}

function safePrivateElement(value: unknown, index: number): SafePrivateElement {
  const what = `"safePrivate" at place ${index + 1}`;
  const fields = fieldsOf(value, what, ['creator', 'group', 'element', 'vr', 'comment']);
  const [creator, group, element, vr] = ['creator', 'group', 'element', 'vr'].map((key) => fields.get(key));
  if (
    typeof creator !== 'string' ||
    !/^[\x20-\x5b\x5d-\x7e]{1,64}$/.test(creator) ||
    creator !== creator.trim()
  )
    throw wrong(`${what} needs a "creator" of 1 to 64 characters`);
  if (typeof group !== 'string' || !/^[0-9a-f]{3}[13579bdf]$/i.test(group) || parseInt(group, 16) < 9)
    throw wrong(`${what} needs an odd "group" of four hexadecimal digits, from 0009 on`);
  if (typeof element !== 'string' || !/^[0-9a-f]{2}$/i.test(element))
    throw wrong(`${what} needs the last two hexadecimal digits of the "element"`);
  const known = safePrivateVrs.find((one) => one === vr);
  if (known === undefined) throw wrong(`${what} needs a "vr" of ${safePrivateVrs.join(', ')}`);
  return { creator, group: parseInt(group, 16), element: parseInt(element, 16), vr: known };
}

function documentsOf(value: unknown): Profile['documents'] {
  if (value === undefined || value === 'replace') return 'replace';
  if (value === 'hold') return 'hold';
  throw wrong('"documents" must be "replace" or "hold"');
}
