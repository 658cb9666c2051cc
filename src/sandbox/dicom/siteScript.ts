import { openContentSource } from '../../services/dicom/contentSource.js';
import type { DataElement, DicomObject } from '../../services/dicom/dataSet.js';
import { lookUp } from '../../services/dicom/dictionary.js';
import { findElement, textElement, textValues } from '../../services/dicom/elements.js';
import { encodeDataSet, encodeFileMeta } from '../../services/dicom/part10Writer.js';
import { readDicom } from '../../services/dicom/part10Reader.js';
import { FileSink, type StoredBytes } from '../zip/fileSink.js';

/** A script that the server would fail on, or one beyond what the sandbox understands. */
export class ScriptProblem extends Error {}

export interface ScriptVariables {
  readonly project: string;
  readonly subject: string;
  readonly session: string;
}

interface Assignment {
  readonly condition?: { readonly variable: keyof ScriptVariables; readonly value: string };
  readonly tag: number;
  readonly value:
    { readonly text: string } | { readonly variable: keyof ScriptVariables } | { readonly tag: number };
}

const LINE =
  /^(?:(project|subject|session)\s*=\s*"([^"]*)"\s*:\s*)?\(([0-9a-f]{4}),([0-9a-f]{4})\)\s*:=\s*(?:"([^"]*)"|(project|subject|session)|\(([0-9a-f]{4}),([0-9a-f]{4})\))$/i;

/** Assignments of the kind that the stock script has; anything else is refused. */
export function parseScript(script: string): Assignment[] {
  return script
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('//'))
    .map((line) => {
      const match = LINE.exec(line);
      if (match === null) throw new ScriptProblem('the sandbox runs scripts of plain assignments only');
      const [, conditionOf, conditionValue, group, element, text, variable, otherGroup, otherElement] = match;
      const value =
        text !== undefined
          ? { text }
          : variable !== undefined
            ? { variable: variable.toLowerCase() as keyof ScriptVariables }
            : { tag: tagOf(otherGroup, otherElement) };
      return {
        ...(conditionOf === undefined
          ? {}
          : {
              condition: {
                variable: conditionOf.toLowerCase() as keyof ScriptVariables,
                value: conditionValue ?? '',
              },
            }),
        tag: tagOf(group, element),
        value,
      };
    });
}

function tagOf(group: string | undefined, element: string | undefined): number {
  return parseInt(`${group ?? ''}${element ?? ''}`, 16);
}

/** Writes a DICOM file with the scripts applied; pixels are copied as they are. Tells what was written. */
export async function applyScripts(
  from: string,
  to: string,
  scripts: readonly (readonly Assignment[])[],
  variables: ScriptVariables,
): Promise<StoredBytes> {
  const object = readWhole(from);
  let elements = object.elements;
  for (const assignment of scripts.flat()) {
    const { condition, tag, value } = assignment;
    if (condition !== undefined && variables[condition.variable] !== condition.value) continue;
    const text =
      'text' in value
        ? value.text
        : 'variable' in value
          ? variables[value.variable]
          : textValues(findElement(elements, value.tag)).join('\\');
    elements = withElement(elements, textElement(tag, lookUp(tag).vr, text, object.encoding));
  }
  return writeObject(from, to, { ...object, elements });
}

function readWhole(path: string): DicomObject {
  const source = openContentSource(path, false);
  try {
    return readDicom(source);
  } finally {
    source.close();
  }
}

function withElement(elements: readonly DataElement[], element: DataElement): DataElement[] {
  const others = elements.filter(({ tag }) => tag !== element.tag);
  return [...others, element].sort((a, b) => a.tag - b.tag);
}

async function writeObject(from: string, to: string, object: DicomObject): Promise<StoredBytes> {
  // A deflated data set would have to be deflated again; the sandbox's importer never meets one in practice.
  if (object.deflated) throw new ScriptProblem('deflated files are not rewritten');
  const source = openContentSource(from, false);
  const target = await FileSink.open(to);
  try {
    await target.write(Buffer.from(encodeFileMeta(object.fileMeta)));
    for (const segment of encodeDataSet(object.elements, object.encoding)) {
      if ('bytes' in segment) await target.write(Buffer.from(segment.bytes));
      else {
        const { offset, length } = segment.range;
        for (let done = 0; done < length; done += 1 << 20) {
          await target.write(Buffer.from(source.read(offset + done, Math.min(1 << 20, length - done))));
        }
      }
    }
    return await target.finish();
  } finally {
    source.close();
    await target.close();
  }
}
