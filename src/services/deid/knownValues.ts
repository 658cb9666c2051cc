import type { DataElement } from '../dicom/dataSet.js';
import { characterSets, firstText, textValues, findElement } from '../dicom/elements.js';
import { tags } from '../dicom/tags.js';

/** Shorter values would be found everywhere by chance. */
const shortest = 4;

/**
 * What is known to identify the patient of an object, folded for comparison: parts of names, IDs, accession number, birth
 * date. Texts that must not stand anywhere in what is sent.
 */
export function knownValues(elements: readonly DataElement[]): readonly string[] {
  const sets = characterSets(elements);
  const found = new Set<string>();
  const add = (text: string | undefined): void => {
    const value = fold(text ?? '');
    if (value.length >= shortest) found.add(value);
  };
  for (const tag of [
    tags.PatientName,
    tags.OtherPatientNames,
    0x00101005,
    0x00101060,
    tags.ReferringPhysicianName,
  ]) {
    for (const name of textValues(findElement(elements, tag), sets)) {
      for (const part of name.split(/[\^=\s,]+/)) add(part);
    }
  }
  for (const tag of [tags.PatientID, tags.AccessionNumber, tags.PatientBirthDate, tags.StudyID]) {
    add(firstText(elements, tag, sets));
  }
  for (const id of textValues(findElement(elements, tags.OtherPatientIDs), sets)) add(id);
  return [...found];
}

/** Whether one of the values stands in the text as a whole word. */
export function containsKnownValue(text: string, values: readonly string[]): boolean {
  if (values.length === 0 || text.length < shortest) return false;
  const folded = fold(text);
  return values.some((value) => {
    for (let at = folded.indexOf(value); at >= 0; at = folded.indexOf(value, at + 1)) {
      if (!isWordCharacter(folded.at(at - 1), at > 0) && !isWordCharacter(folded.at(at + value.length), true))
        return true;
    }
    return false;
  });
}

function isWordCharacter(character: string | undefined, exists: boolean): boolean {
  return exists && character !== undefined && /[\p{L}\p{N}]/u.test(character);
}

/** Case and accents do not matter: "MÜLLER" and "Muller" are the same name. */
function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
