import type { DataElement, DicomObject, Tag } from '../dicom/dataSet.js';
import { findElement } from '../dicom/elements.js';
import { isPrivate, isPrivateCreator, tags } from '../dicom/tags.js';
import { parseScript } from '../dicomedit/parseScript.js';
import { creatorTag } from '../dicomedit/run/pathMatch.js';
import type { PixelFill } from '../dicomedit/run/pixelFill.js';
import { UidMaps } from '../dicomedit/run/uidMaps.js';
import { runScripts, type AppliedScripts, type ScriptOutcome } from '../dicomedit/runScripts.js';
import type { Script } from '../dicomedit/syntax/ast.js';
import { formatDiagnostic } from '../dicomedit/syntax/diagnostics.js';
import { hashedText } from '../subjects/pseudonyms.js';
import { ScriptWritten } from './scriptWritten.js';
import { scriptError, scriptName } from './siteScript.js';
import type { DeidentificationRequest, Refusal, ScriptSource } from './types.js';
import type { UidMapper } from './uidMap.js';

/** What the scripts leave to the profile. */
export interface ScriptedObject {
  readonly elements: readonly DataElement[];
  readonly written: ScriptWritten;
  /** Parts of the pixel data that become 0. */
  readonly fills: readonly PixelFill[];
}

/** What scripts of one engine share between objects: their syntax trees, and the random UIDs that they gave out. */
export class ScriptShelf {
  readonly uids = new UidMaps();
  private readonly parsed = new Map<string, Script>();

  /** @throws SCRIPT_ERROR */
  script(source: ScriptSource): Script {
    const known = this.parsed.get(source.text);
    if (known) return known;
    const { script, diagnostics } = parseScript(source.text);
    const [first] = diagnostics;
    if (!script)
      throw scriptError(`${scriptName(source)} can't be run${first ? `: ${formatDiagnostic(first)}` : '.'}`);
    // A run has one or two; a process that lives for days must not keep all that it ever saw.
    if (this.parsed.size >= 16) this.parsed.clear();
    this.parsed.set(source.text, script);
    return script;
  }
}

/** Elements that say which object this is and where it belongs: those of the original, which the profile maps. */
const placing: ReadonlySet<Tag> = new Set<Tag>([
  tags.SOPClassUID,
  tags.SOPInstanceUID,
  tags.StudyInstanceUID,
  tags.SeriesInstanceUID,
]);

const newCharacterSet: Refusal = {
  status: 'held',
  code: 'CONTENT_NOT_SUPPORTED',
  reason: 'A script changes the character set of the object, so that nobody can be sure what its texts say.',
};

/**
 * Runs the scripts of a request on a copy of the object (design: "scripts of the server"). What they wrote survives the
 * profile only where it holds nothing of the object; which object it is stays as it was.
 */
export function applyScripts(
  object: DicomObject,
  { scripts = [], variables = {} }: DeidentificationRequest,
  mapper: UidMapper,
  shelf: ScriptShelf,
): ScriptedObject | Refusal {
  if (scripts.length === 0) return { elements: object.elements, written: ScriptWritten.nothing, fills: [] };
  const parsed = scripts.map((source) => shelf.script(source));
  // With a keyed scheme a hash that anybody can compute would give the original UID away.
  const hashUid = mapper.scheme === 'gift-cloud' ? hashedText : (text: string) => mapper.map(text);
  const outcome = runScripts(parsed, object, { variables, uids: shelf.uids, hashUid });
  if (outcome.status !== 'applied') return refusal(outcome, scripts);
  if (changesCharacterSet(object.elements, outcome.elements)) return newCharacterSet;
  const elements = [
    ...outcome.elements.filter(({ tag }) => !placing.has(tag)),
    ...object.elements.filter(({ tag }) => placing.has(tag)),
  ].sort((a, b) => a.tag - b.tag);
  return { elements, written: writtenBy(elements, outcome), fills: outcome.fills };
}

function refusal(outcome: Exclude<ScriptOutcome, AppliedScripts>, scripts: readonly ScriptSource[]): Refusal {
  switch (outcome.status) {
    case 'rejected':
      return { status: 'skipped', code: 'SCRIPT_REJECTED', reason: 'A script rejects the object.' };
    case 'held':
      return { status: 'held', code: 'CONTENT_NOT_SUPPORTED', reason: outcome.reason };
    case 'error': {
      const source = scripts[outcome.script] ?? { origin: 'local', text: '' };
      const reason = `${scriptName(source)} failed: ${formatDiagnostic(outcome)}`;
      return { status: 'failed', code: 'SCRIPT_ERROR', reason };
    }
  }
}

/** Texts that were not touched would read differently. */
function changesCharacterSet(before: readonly DataElement[], after: readonly DataElement[]): boolean {
  const known = new Set(characterSetsOf(before));
  const top = (elements: readonly DataElement[]): DataElement | undefined =>
    findElement(elements, tags.SpecificCharacterSet);
  return top(before) !== top(after) || characterSetsOf(after).some((element) => !known.has(element));
}

function characterSetsOf(elements: readonly DataElement[]): readonly DataElement[] {
  return elements.flatMap((element) => [
    ...(element.tag === tags.SpecificCharacterSet ? [element] : []),
    ...(element.items ?? []).flatMap((item) => characterSetsOf(item.elements)),
  ]);
}

/** What survives the profile. */
function writtenBy(elements: readonly DataElement[], { ours }: AppliedScripts): ScriptWritten {
  const written = new ScriptWritten();
  const collect = (level: readonly DataElement[], parent: Tag | undefined): void => {
    for (const element of level) {
      for (const item of element.items ?? []) collect(item.elements, element.tag);
      if (ours.has(element) && hasItsBlock(element, level, ours)) written.add(element, parent);
    }
  };
  collect(elements, undefined);
  return written;
}

/** Private elements survive together with a creator that the script named, and a creator with one of its elements. */
function hasItsBlock(
  element: DataElement,
  level: readonly DataElement[],
  ours: ReadonlySet<DataElement>,
): boolean {
  const { tag } = element;
  if (!isPrivate(tag)) return true;
  const partner = isPrivateCreator(tag)
    ? level.find((other) => other !== element && ours.has(other) && creatorTag(other.tag) === tag)
    : findElement(level, creatorTag(tag));
  return partner !== undefined && ours.has(partner);
}
