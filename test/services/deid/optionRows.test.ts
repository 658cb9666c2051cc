// Every row of every option column of Table E.1-1: what K keeps, what C cleans, at the top and nested.
import assert from 'node:assert/strict';
import { profileOptions, type ProfileOption } from '../../../src/services/deid/profiles/options.js';
import { tableRows } from '../../../src/services/deid/table.js';
import type { DataElement } from '../../../src/services/dicom/dataSet.js';
import { lookUp } from '../../../src/services/dicom/dictionary.js';
import { findElement, textValues } from '../../../src/services/dicom/elements.js';
import { formatTag, tags } from '../../../src/services/dicom/tags.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench } from './deidFixture.js';
import { withOptions } from './optionsFixture.js';

const offset = -400;
const detectors = 0x00540016;
const uid = '1.2.826.0.1.3680043.10.555.1.2';

/** A value that an option may keep, with the name of the patient in free texts. */
function planted(tag: number, vr: string, cleaned: boolean): BuiltElement | undefined {
  const values: Partial<Record<string, string>> = {
    AE: 'SCANNER1', AS: '045Y', CS: 'ALTERED', DA: '20200229', DS: '71.5', DT: '20200229101112.5+0100', IS: '2',
    LO: 'Kept words', LT: 'Kept words', PN: 'Kept^Person', SH: 'Kept', ST: 'Kept words', TM: '101112.25', UC: 'Kept',
    UI: uid, UT: 'Kept words', OB: 'KEPTBYTES1',
  }; // prettier-ignore
  if (tag === 0x00080201) return { tag, vr, value: '+0100' };
  if (vr === 'SQ') return { tag, vr, items: [{ elements: [{ tag: 0x00080104, vr: 'LO', value: 'Kept' }] }] };
  const value = values[vr];
  if (value === undefined) return undefined;
  const isText = ['LO', 'LT', 'SH', 'ST', 'UC', 'UT'].includes(vr);
  return { tag, vr, value: cleaned && isText ? `${value} of PLANTEDNAME` : value };
}

/** What must stand there; undefined where an option can't clean and the Basic Profile decides. */
function expected(option: ProfileOption, code: string, vr: string, tag: number): string[] | undefined {
  if (tag === 0x00080201) return ['+0100'];
  if (option === 'retainModifiedDates') {
    return { DA: ['20190125'], DT: ['20190125101112.5+0100'], TM: ['101112.25'] }[vr];
  }
  if (vr === 'OB' && code === 'C') return undefined;
  const value = planted(tag, vr, false)?.value;
  return typeof value === 'string' ? [value] : undefined;
}

const columns: Readonly<Record<ProfileOption, number>> = {
  cleanGraphics: 1,
  cleanStructuredContent: 3,
  cleanDescriptors: 125,
  retainFullDates: 165,
  retainModifiedDates: 165,
  retainPatientCharacteristics: 13,
  retainDeviceIdentity: 57,
  retainUids: 55,
  retainSafePrivate: 0,
  retainInstitutionIdentity: 10,
};

describe('options of the profile, row by row (PS3.15 Table E.1-1)', () => {
  for (const option of profileOptions) {
    const rows = [...tableRows()].flatMap(([tag, { options }]) =>
      tag >>> 16 < 8 && option === 'retainUids'
        ? []
        : options.filter(([name]) => name === option).map(([, code]) => ({ tag, code })),
    );
    it(`${option}: ${rows.length} rows`, () => {
      assert.equal(rows.length, columns[option]);
      const bench = new DeidBench(withOptions(option), offset);
      try {
        for (const { tag, code } of rows) checkRow(bench, option, code, tag);
      } finally {
        bench.dispose();
      }
    });
  }
});

/** The object itself needs other values there, or the program writes its own. */
const ours: ReadonlySet<number> = new Set<number>([
  tags.SOPInstanceUID,
  tags.StudyInstanceUID,
  tags.SeriesInstanceUID,
  tags.StudyDescription,
]);

function checkRow(bench: DeidBench, option: ProfileOption, code: string, tag: number): void {
  const { vr } = lookUp(tag);
  const element = planted(tag, vr, code === 'C');
  if (!element || ours.has(tag) || tag === tags.ContentSequence) return;
  const nested: BuiltElement = { tag: detectors, vr: 'SQ', items: [{ elements: [element] }] };
  const made = bench.made(ctElements([element, nested]));
  assert.ok(!contains(made.bytes, 'PLANTEDNAME'), `${formatTag(tag)} holds the name`);
  const below = findElement(made.object.elements, detectors)?.items?.[0]?.elements ?? [];
  for (const [place, elements] of [
    ['top', made.object.elements],
    ['nested', below],
  ] as const) {
    const found = findElement(elements, tag);
    const label = `${formatTag(tag)} ${vr} ${place}`;
    if (vr === 'SQ') assert.equal(found?.items?.length, 1, label);
    else checkValue(found, expected(option, code, vr, tag), label);
  }
}

function checkValue(
  found: DataElement | undefined,
  wanted: readonly string[] | undefined,
  label: string,
): void {
  if (wanted === undefined) {
    assert.ok(!textValues(found).includes('KEPTBYTES1'), label);
    return;
  }
  // Where the name stood, only blanks and the words around it are left.
  const texts = textValues(found).map((text) => text.replace(/ of ?$/, ''));
  assert.deepEqual(texts, wanted, label);
}
