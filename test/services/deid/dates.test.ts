import assert from 'node:assert/strict';
import { cappedAge } from '../../../src/services/deid/ages.js';
import { shiftedDate } from '../../../src/services/deid/dates.js';
import { hashedUid } from '../../../src/services/subjects/pseudonyms.js';
import type { DataElement } from '../../../src/services/dicom/dataSet.js';
import { findElement, firstText, textValues } from '../../../src/services/dicom/elements.js';
import { tags } from '../../../src/services/dicom/tags.js';
import type { BuiltElement } from '../../support/dicomBuilder.js';
import { contains, ctElements, DeidBench } from './deidFixture.js';
import { withOptions } from './optionsFixture.js';

const text = (tag: number, vr: string, value: string): BuiltElement => ({ tag, vr, value });

describe('dates moved by whole days', () => {
  for (const [vr, days, before, after] of [
    ['DA', 365, '20200229', '20210228'],
    ['DA', -1, '20200301', '20200229'],
    ['DA', -1, '19000301', '19000228'],
    ['DA', -1, '20000301', '20000229'],
    ['DA', -3650, '20100105', '20000108'],
    ['DA', -1, '2020.01.01', '2019.12.31'],
    ['DA', -1, '00010101', undefined],
    ['DA', 1, '99991231', undefined],
    ['DA', -1, '20190229', undefined],
    ['DA', -1, '2020-01-01', undefined],
    ['DA', -1, '202001', undefined],
    ['DA', -1, '20200101-20200202', undefined],
    ['DA', -1, 'Smith', undefined],
    ['DT', -1, '20200101', '20191231'],
    ['DT', -1, '20200301235959.123456+0930', '20200229235959.123456+0930'],
    ['DT', -1, '2020030112-0500', '2020022912-0500'],
    ['DT', -365, '2020', '2019'],
    ['DT', -31, '202003', '202001'],
    ['DT', -31, '2020+0100', '2019+0100'],
    ['DT', -1, '20200301 101112', undefined],
    ['DT', -1, '2020030125', undefined],
    ['DT', -1, '20200301101112.1234567', undefined],
  ] as const) {
    it(`${vr} ${before} by ${days} becomes ${after ?? 'nothing'}`, () =>
      assert.equal(shiftedDate(before, vr, days), after));
  }

  it('gives back every day of four centuries', () => {
    for (let day = 0; day < 146_097; day += 7) {
      const date = new Date(Date.UTC(1800, 0, 1 + day)).toISOString().slice(0, 10).replaceAll('-', '');
      assert.equal(shiftedDate(shiftedDate(date, 'DA', -1234) ?? '', 'DA', 1234), date);
    }
  });
});

describe('ages', () => {
  for (const [age, told] of [
    ['089Y', '089Y'],
    ['090Y', '090Y'],
    ['091Y', '090Y'],
    ['112Y', '090Y'],
    ['95Y', '090Y'],
    ['999M', '999M'],
    ['036W', '036W'],
    ['091', undefined],
    ['Smith', undefined],
  ] as const) {
    it(`${age} is told as ${told ?? 'nothing'}`, () => assert.equal(cappedAge(age), told));
  }
});

describe('Retain Longitudinal Temporal Information', () => {
  let moved: DeidBench;
  let full: DeidBench;
  before(() => {
    moved = new DeidBench(withOptions('retainModifiedDates'), -10);
    full = new DeidBench(withOptions('retainFullDates'));
  });
  after(() => {
    moved.dispose();
    full.dispose();
  });

  const values = (elements: readonly DataElement[], tag: number): string[] =>
    textValues(findElement(elements, tag));

  it('moves multi-values one by one, keeps empty ones, and keeps times and the zone', () => {
    const { object, instance } = moved.made(
      ctElements([
        text(0x00081200, 'DA', '20200105'),
        text(0x00080020, 'DA', '20200105'),
        text(0x00189701, 'DT', '20200105101112.5\\20200106'),
        text(0x00080030, 'TM', '101112.25'),
        text(0x00080201, 'SH', '+0100'),
      ]),
    );
    assert.deepEqual(values(object.elements, 0x00080020), ['20191226']);
    assert.deepEqual(values(object.elements, 0x00189701), ['20191226101112.5', '20191227']);
    assert.deepEqual(values(object.elements, 0x00080030), ['101112.25']);
    assert.deepEqual(values(object.elements, 0x00080201), ['+0100']);
    assert.ok(instance.counts.datesShifted >= 2);
  });

  it('moves the injection of a PET scan with everything else, so that the decay stays right', () => {
    const { object } = moved.made(
      ctElements([
        text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.128'),
        text(0x00080021, 'DA', '20200301'),
        text(0x00080031, 'TM', '101500'),
        {
          tag: 0x00540016,
          vr: 'SQ',
          items: [
            {
              elements: [
                text(0x00181072, 'TM', '091500'),
                text(0x00181078, 'DT', '20200301091500'),
                text(0x00181079, 'DT', '20200301091530'),
              ],
            },
          ],
        },
      ]),
    );
    const injection = findElement(object.elements, 0x00540016)?.items?.[0]?.elements ?? [];
    assert.equal(firstText(object.elements, 0x00080021), '20200220');
    assert.equal(firstText(injection, 0x00181078), '20200220091500');
    assert.equal(firstText(injection, 0x00181079), '20200220091530');
    assert.equal(firstText(injection, 0x00181072), '091500');
  });

  it('decides by the tag: a date stored as LO moves, a name stored as a date or a time goes', () => {
    for (const bench of [moved, full]) {
      const { bytes, object } = bench.made(
        ctElements([
          text(0x00080020, 'LO', '20200105'),
          text(0x00080021, 'DA', 'Zq7plant'),
          text(0x00080022, 'UN', '20200105'),
          text(0x00080031, 'TM', 'Zq7plant'),
          text(0x0008002a, 'DT', 'Zq7plant'),
          text(0x00181012, 'DA', '20209999'),
        ]),
      );
      assert.ok(!contains(bytes, 'Zq7plant') && !contains(bytes, '20209999'));
      const date = bench === moved ? '20191226' : '20200105';
      assert.deepEqual(values(object.elements, 0x00080020), [date]);
      assert.deepEqual(values(object.elements, 0x00080022), [date]);
    }
  });

  it('keeps no birth date, with either option', () => {
    for (const bench of [moved, full]) {
      const { bytes, object } = bench.made(ctElements([text(0x00100033, 'LO', '19610203')]));
      assert.deepEqual(values(object.elements, tags.PatientBirthDate), []);
      assert.ok(!contains(bytes, '19610203') && !contains(bytes, '19610124'));
    }
  });

  it('keeps dates that the table forgets as it keeps the others', () => {
    const forgotten = text(0x0008041f, 'DT', '20200105101112');
    assert.deepEqual(values(moved.made(ctElements([forgotten])).object.elements, 0x0008041f), [
      '20191226101112',
    ]);
    assert.deepEqual(values(full.made(ctElements([forgotten])).object.elements, 0x0008041f), [
      '20200105101112',
    ]);
  });

  it('keeps the intervals between two studies of a patient exact', () => {
    const dates = ['19991231', '20000229', '20240301'];
    const days = dates.map((date, index) => {
      const { object } = moved.made(
        ctElements([
          text(0x00080020, 'DA', date),
          text(tags.StudyInstanceUID, 'UI', `1.2.826.0.1.3680043.10.777.9.${index}`),
        ]),
      );
      assert.equal(
        firstText(object.elements, tags.StudyInstanceUID),
        hashedUid(`1.2.826.0.1.3680043.10.777.9.${index}`),
      );
      return dayOf(firstText(object.elements, 0x00080020) ?? '');
    });
    const original = dates.map(dayOf);
    const from = (list: readonly number[]): number[] => list.map((day) => day - (list[0] ?? 0));
    assert.deepEqual(from(days), from(original));
  });

  it('says in the marks what became of the dates', () => {
    const mark = (bench: DeidBench): string | undefined =>
      firstText(bench.made(ctElements()).object.elements, tags.LongitudinalTemporalInformationModified);
    const none = new DeidBench();
    assert.deepEqual([mark(moved), mark(full), mark(none)], ['MODIFIED', 'UNMODIFIED', 'REMOVED']);
    none.dispose();
  });

  for (const offset of [undefined, 0, 0.5, NaN]) {
    it(`sends nothing when the offset is ${offset}`, () => {
      const bench = new DeidBench(withOptions('retainModifiedDates'), offset);
      const outcome = bench.run(ctElements());
      bench.dispose();
      assert.ok('code' in outcome);
      assert.deepEqual([outcome.status, outcome.code], ['failed', 'KEY_MISSING']);
    });
  }
});

function dayOf(date: string): number {
  return Date.UTC(+date.slice(0, 4), +date.slice(4, 6) - 1, +date.slice(6)) / 86_400_000;
}
