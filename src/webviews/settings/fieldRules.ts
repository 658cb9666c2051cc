import { isAbsolute } from 'node:path';
import { isHost } from '../../services/dimse/addresses.js';
import { settingNames } from '../../workbench/contributions.js';
import type { FieldValue } from './contract.js';

/** What the manifest says about a setting, as far as a form needs it; texts are in the language of the editor. */
export interface FieldSchema {
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'array';
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly enumItemLabels?: readonly string[];
  readonly enumDescriptions?: readonly string[];
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: { readonly pattern?: string; readonly patternErrorMessage?: string };
  readonly markdownDescription?: string;
}

/** Why a text can't become the value of a setting; `fieldTexts.ts` puts it into words. */
export type FieldProblem =
  | { readonly kind: 'pattern'; readonly message: string }
  | { readonly kind: 'entry'; readonly entry: string; readonly message: string }
  | { readonly kind: 'twice'; readonly entry: string }
  | { readonly kind: 'number' | 'wholeNumber' | 'choice' | 'absolutePath' | 'host' }
  | { readonly kind: 'range'; readonly minimum: number; readonly maximum: number | undefined };

export type Parsed = { readonly value: unknown } | { readonly problem: FieldProblem };

/** Rules that a manifest has no words for. */
const paths: ReadonlySet<string> = new Set([
  settingNames.serverCaFile,
  settingNames.profileFile,
  settingNames.listenerCertFile,
  settingNames.listenerKeyFile,
  settingNames.listenerCaFile,
  settingNames.patientListFolder,
]);

/** The value that a typed text stands for, by the rules of the manifest, or why it stands for none. */
export function parseField(name: string, schema: FieldSchema, typed: FieldValue): Parsed {
  if (schema.type === 'boolean') return { value: typed === true };
  const text = typeof typed === 'string' ? typed.trim() : '';
  if (schema.type === 'array') return parseList(schema, text);
  if (schema.type === 'integer' || schema.type === 'number') return parseNumber(schema, text);
  if (schema.enum && !schema.enum.includes(text)) return { problem: { kind: 'choice' } };
  if (!matches(schema.pattern, text)) {
    return { problem: { kind: 'pattern', message: schema.patternErrorMessage ?? '' } };
  }
  if (text !== '' && paths.has(name) && !isAbsolute(text)) return { problem: { kind: 'absolutePath' } };
  if (text !== '' && name === settingNames.listenerBind && !isHost(text))
    return { problem: { kind: 'host' } };
  return { value: text };
}

/** What a control shows for a value; also for one that somebody wrote by hand and that is none. */
export function shownValue(schema: FieldSchema, value: unknown): FieldValue {
  if (schema.type === 'boolean') return value === true;
  if (Array.isArray(value)) return value.map(String).join('\n');
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
}

function parseList({ items }: FieldSchema, text: string): Parsed {
  const entries = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const wrong = entries.find((entry) => !matches(items?.pattern, entry));
  if (wrong !== undefined) {
    return { problem: { kind: 'entry', entry: wrong, message: items?.patternErrorMessage ?? '' } };
  }
  const twice = entries.find((entry, at) => entries.indexOf(entry) !== at);
  return twice === undefined ? { value: entries } : { problem: { kind: 'twice', entry: twice } };
}

function parseNumber({ type, minimum = -Infinity, maximum }: FieldSchema, text: string): Parsed {
  // Number() takes much that no person means: '', '0x10', '1e3'.
  if (!/^-?\d+(\.\d+)?$/.test(text))
    return { problem: { kind: type === 'integer' ? 'wholeNumber' : 'number' } };
  const value = Number(text);
  if (type === 'integer' && !Number.isInteger(value)) return { problem: { kind: 'wholeNumber' } };
  if (value < minimum || value > (maximum ?? Infinity))
    return { problem: { kind: 'range', minimum, maximum } };
  return { value };
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || new RegExp(pattern, 'u').test(text);
}
