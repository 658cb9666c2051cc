import assert from 'node:assert/strict';
import { RowStore } from '../../../src/webviews/query/app/rowStore.js';
import type { PageRow } from '../../../src/webviews/query/contract.js';

const row = (id: number, level: PageRow['level'], label: string, parent?: number): PageRow => ({
  ...{ id, level, label, cells: { description: label } },
  ...(parent !== undefined && { parent }),
});

const patients = [
  row(0, 'patient', 'Patient 10'),
  row(1, 'study', 'Head', 0),
  row(2, 'patient', 'Patient 9'),
  row(3, 'study', 'Knee', 2),
];

describe('the rows of a search', () => {
  let store: RowStore;
  const shown = (): string[] => store.shown.map(({ row: { label }, depth }) => `${depth} ${label}`);

  beforeEach(() => {
    store = new RowStore();
    store.add(patients);
  });

  it('stand below their patients, which are open from the start', () => {
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head', '1 Patient 9', '2 Knee']);
  });

  it('are sorted by number where there are numbers, each level for itself', () => {
    store.sort({ key: 'label', descending: false });
    assert.deepEqual(shown(), ['1 Patient 9', '2 Knee', '1 Patient 10', '2 Head']);
    store.sort({ key: 'label', descending: true });
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head', '1 Patient 9', '2 Knee']);
    store.sort(undefined);
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head', '1 Patient 9', '2 Knee']);
  });

  it('that lie below a study are asked for once, when it is opened', () => {
    assert.equal(store.open(1, true), true);
    assert.equal(store.shown[1]?.below, 'asked');
    store.open(1, false);
    assert.equal(store.open(1, true), false);
    store.add([row(4, 'series', 'Series 1', 1)]);
    store.filled(1, false);
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head', '3 Series 1', '1 Patient 9', '2 Knee']);
  });

  it('can be asked for again after they did not come', () => {
    store.open(1, true);
    store.filled(1, true);
    assert.equal(store.shown[1]?.expanded, false);
    assert.equal(store.open(1, true), true);
  });

  it('that are told again stay where they are', () => {
    store.add([row(1, 'study', 'Head, later', 0)]);
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head, later', '1 Patient 9', '2 Knee']);
  });

  it('that fit a filter bring along what they lie in and what lies below', () => {
    store.filter('kNEE');
    assert.deepEqual(shown(), ['1 Patient 9', '2 Knee']);
    store.filter('patient 10');
    assert.deepEqual(shown(), ['1 Patient 10', '2 Head']);
    store.filter('patient knee');
    assert.deepEqual(shown(), []);
  });

  it('know their place among their siblings', () => {
    const places = store.shown.map(({ position, siblings }) => `${position}/${siblings}`);
    assert.deepEqual(places, ['1/2', '1/1', '2/2', '1/1']);
  });
});
