import type { DataElement, DicomObject } from '../../../src/services/dicom/dataSet.js';
import { characterSets } from '../../../src/services/dicom/elements.js';
import { readDicom } from '../../../src/services/dicom/part10Reader.js';
import { parseLookupTable } from '../../../src/services/dicomedit/lookupTable.js';
import { parseScript } from '../../../src/services/dicomedit/parseScript.js';
import { textOf } from '../../../src/services/dicomedit/run/elementText.js';
import type { ScriptEnvironment } from '../../../src/services/dicomedit/run/scriptRun.js';
import { UidMaps } from '../../../src/services/dicomedit/run/uidMaps.js';
import { runScripts, type ScriptOutcome } from '../../../src/services/dicomedit/runScripts.js';
import type { Script } from '../../../src/services/dicomedit/syntax/ast.js';
import { hashedText } from '../../../src/services/subjects/pseudonyms.js';
import { buildDicom, type BuiltElement, type Syntax } from '../../support/dicomBuilder.js';
import { MemorySource } from '../../support/memorySource.js';

/** An invented object with a sequence in a sequence and two private blocks. */
export const sample: readonly BuiltElement[] = [
  { tag: 0x00080005, vr: 'CS', value: 'ISO_IR 100' },
  { tag: 0x00080008, vr: 'CS', value: 'DERIVED\\PRIMARY' },
  { tag: 0x00080016, vr: 'UI', value: '1.2.840.10008.5.1.4.1.1.4' },
  { tag: 0x00080018, vr: 'UI', value: '1.2.826.0.1.3680043.10.888.3' },
  { tag: 0x00080020, vr: 'DA', value: '20230131' },
  { tag: 0x00080060, vr: 'CS', value: 'MR' },
  { tag: 0x00081030, vr: 'LO', value: 'Knee left' },
  {
    tag: 0x00081140,
    vr: 'SQ',
    items: [
      { elements: [{ tag: 0x00081155, vr: 'UI', value: '1.2.3.10' }] },
      {
        elements: [
          { tag: 0x00081155, vr: 'UI', value: '1.2.3.11' },
          {
            tag: 0x0040a170,
            vr: 'SQ',
            items: [{ elements: [{ tag: 0x00081155, vr: 'UI', value: '1.2.3.12' }] }],
          },
        ],
      },
    ],
  },
  { tag: 0x00090010, vr: 'LO', value: 'MAKER A' },
  { tag: 0x00090011, vr: 'LO', value: 'MAKER B' },
  { tag: 0x00091001, vr: 'LO', value: 'first' },
  { tag: 0x00091101, vr: 'LO', value: 'second' },
  { tag: 0x00100010, vr: 'PN', value: 'Stone^Ada' },
  { tag: 0x00100020, vr: 'LO', value: 'H-900' },
  { tag: 0x00100030, vr: 'DA', value: '19700708' },
  { tag: 0x0020000d, vr: 'UI', value: '1.2.826.0.1.3680043.10.888.1' },
  { tag: 0x00280010, vr: 'US', value: [3] },
];

export function objectOf(elements: readonly BuiltElement[], syntax: Syntax = 'explicit'): DicomObject {
  return readDicom(new MemorySource(buildDicom(elements, { syntax })));
}

export interface RunOptions {
  readonly elements?: readonly BuiltElement[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly lookup?: string;
  readonly environment?: Partial<ScriptEnvironment>;
}

/** A script that must be right, read. */
export function parsed(text: string): Script {
  const { script, diagnostics } = parseScript(text);
  if (!script) throw new Error(JSON.stringify(diagnostics));
  return script;
}

export function environmentOf({ variables = {}, lookup, environment }: RunOptions = {}): ScriptEnvironment {
  return {
    variables,
    ...(lookup !== undefined && { lookup: parseLookupTable(lookup).table }),
    uids: new UidMaps(),
    hashUid: hashedText,
    ...environment,
  };
}

/** Runs scripts of version 4 or 6, as they say, one after the other. */
export function run(text: string | readonly string[], options: RunOptions = {}): ScriptOutcome {
  const scripts = (typeof text === 'string' ? [text] : text).map(parsed);
  return runScripts(scripts, objectOf(options.elements ?? sample), environmentOf(options));
}

/** Statements of version 6. */
export function six(...statements: readonly string[]): string {
  return ['version "6.6"', ...statements].join('\n');
}

/** The texts of an object by their paths, `00081140[0]/00081155`. */
export function textsOf(
  elements: readonly DataElement[],
  inherited: readonly string[] = [],
): Record<string, string> {
  const sets = characterSets(elements, inherited);
  const texts: Record<string, string> = {};
  for (const element of elements) {
    const hex = element.tag.toString(16).toUpperCase().padStart(8, '0');
    if (element.range) texts[hex] = '(in the file)';
    else if (!element.items) texts[hex] = textOf(element, sets, { explicitVr: true, bigEndian: false });
    else if (element.items.length === 0) texts[hex] = '(no items)';
    for (const [index, item] of (element.items ?? []).entries()) {
      if (item.elements.length === 0) texts[`${hex}[${index}]`] = '(empty item)';
      for (const [path, text] of Object.entries(textsOf(item.elements, sets)))
        texts[`${hex}[${index}]/${path}`] = text;
    }
  }
  return texts;
}

/** What a script changed: new texts by path, null for what went. */
export function changes(
  text: string | readonly string[],
  options: RunOptions = {},
): Record<string, string | null> {
  const outcome = run(text, options);
  if (outcome.status !== 'applied') throw new Error(JSON.stringify(outcome));
  const before = textsOf(objectOf(options.elements ?? sample).elements);
  const after = textsOf(outcome.elements);
  const changed: Record<string, string | null> = {};
  for (const path of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[path] !== after[path]) changed[path] = after[path] ?? null;
  }
  return changed;
}

/** The value of an expression of version 6, as it arrives in an element. */
export function valueOf(expression: string, options: RunOptions = {}): string | undefined {
  const outcome = run(six(`(0010,4000) := ${expression}`), options);
  if (outcome.status !== 'applied') return outcome.status;
  return textsOf(outcome.elements)['00104000'];
}
