import assert from 'node:assert/strict';
import { tableAction, tableRows, type Action, type Place } from '../../../src/services/deid/table.js';
import { hashedUid } from '../../../src/services/subjects/pseudonyms.js';
import { lookUp } from '../../../src/services/dicom/dictionary.js';
import { findElement, textValues } from '../../../src/services/dicom/elements.js';
import { formatTag, tags } from '../../../src/services/dicom/tags.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench } from './deidFixture.js';

const marker = 'Zq7plant';
const ctClass = '1.2.840.10008.5.1.4.1.1.2';
const top: Place = { sopClassUid: ctClass, parent: undefined };
/** A sequence that the table does not name. */
const detectors = 0x00540016;
const inItem: Place = { sopClassUid: ctClass, parent: detectors };

/** A planted value of a VR; undefined where the VR can't hold a recognisable one. */
function planted(tag: number, vr: string): BuiltElement | undefined {
  if (vr === 'SQ')
    return {
      tag,
      vr,
      items: [
        {
          elements: [
            { tag: tableAction(tag, top) === 'U*' ? 0x00081048 : 0x00080104, vr: 'LO', value: marker },
          ],
        },
      ],
    };
  if (vr === 'UI') return { tag, vr, value: '1.2.826.0.1.3680043.10.555.1.2' };
  if (['AE', 'LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UR', 'UT', 'OB', 'UN'].includes(vr))
    return { tag, vr, value: marker };
  const dated: Partial<Record<string, string>> = {
    DA: '19570819',
    DT: '19570819112233',
    TM: '112233',
    AS: '093Y',
    DS: '77.125',
    IS: '77125',
    CS: 'ZQPLANT',
  };
  const text = dated[vr];
  return text === undefined ? undefined : { tag, vr, value: text };
}

describe('Basic Profile, row by row (PS3.15 Table E.1-1)', () => {
  let bench: DeidBench;
  before(() => (bench = new DeidBench()));
  after(() => bench.dispose());

  const skipped = new Set<number>([
    tags.SOPInstanceUID,
    tags.StudyInstanceUID,
    tags.SeriesInstanceUID,
    tags.PatientName,
    tags.PatientID,
    tags.StudyDescription,
  ]);
  const rows = [...tableRows()].filter(
    ([tag]) => tag >>> 16 >= 8 && tag >>> 16 < 0xfffa && !skipped.has(tag),
  );

  function check(action: Action, tag: number, vr: string, elements: Parameters<typeof findElement>[0]): void {
    const found = findElement(elements, tag);
    if (action === 'X') assert.equal(found, undefined, `${formatTag(tag)} is removed`);
    if (action === 'Z')
      assert.equal(
        (found?.value?.length ?? 0) + (found?.items?.length ?? 0),
        0,
        `${formatTag(tag)} is emptied`,
      );
    if (action === 'D' || action === 'U') assert.ok(found, `${formatTag(tag)} is there`);
    if (action === 'D' && vr !== 'SQ')
      assert.ok((found?.value?.length ?? 0) > 0, `${formatTag(tag)} has a dummy`);
    if (action === 'U' && vr === 'UI')
      assert.deepEqual(textValues(found), [hashedUid('1.2.826.0.1.3680043.10.555.1.2')]);
  }

  it('has the whole table', () => {
    assert.ok(tableRows().size > 610, String(tableRows().size));
  });

  for (const action of ['X', 'Z', 'D', 'U', 'U*'] as const) {
    const of = rows.filter(([tag]) => tableAction(tag, top) === action);
    it(`does ${action} on all ${of.length} rows, at the top, nested, and stored as UN`, () => {
      assert.ok(of.length > 0);
      for (const [tag] of of) {
        const vr = lookUp(tag).vr;
        const element = planted(tag, vr);
        if (!element) continue;
        const nested: BuiltElement = { tag: detectors, vr: 'SQ', items: [{ elements: [element] }] };
        const atTop = bench.made(ctElements([element]));
        check(action, tag, vr, atTop.object.elements);
        assert.ok(!contains(atTop.bytes, marker), formatTag(tag));
        const below = bench.made(ctElements([nested]));
        const item = findElement(below.object.elements, detectors)?.items?.[0];
        check(tableAction(tag, inItem) ?? action, tag, vr, item?.elements ?? []);
        assert.ok(!contains(below.bytes, marker), `${formatTag(tag)} nested`);
        assert.ok(!contains(below.bytes, '1.2.826.0.1.3680043.10.555.1.2'));
        if (vr === 'SQ' || vr === 'OB' || vr === 'UN') continue;
        const asUnknown = bench.made(ctElements([{ ...element, vr: 'UN' }]));
        check(action, tag, vr, asUnknown.object.elements);
        assert.ok(!contains(asUnknown.bytes, marker), `${formatTag(tag)} as UN`);
      }
    });
  }
});
