import assert from 'node:assert/strict';
import { SeriesFilter } from '../../../src/services/pipeline/seriesFilter.js';
import type { ServerSeriesFilter } from '../../../src/services/xnat/archive.js';

function filter(
  contents: object | string,
  origin: ServerSeriesFilter['origin'] = 'site',
): ServerSeriesFilter {
  return { origin, contents: typeof contents === 'string' ? contents : `${JSON.stringify(contents)}\n` };
}

const black = (...lines: string[]): ServerSeriesFilter =>
  filter({ enabled: 'true', mode: 'blacklist', list: lines.join('\n') });
const white = (...lines: string[]): ServerSeriesFilter =>
  filter({ mode: 'whitelist', list: lines.join('\n') }, 'project');

/** Those of the descriptions that may come. */
function kept(filters: readonly ServerSeriesFilter[], ...descriptions: (string | undefined)[]): unknown[] {
  const all = new SeriesFilter(filters);
  return descriptions.filter((seriesDescription) => all.refusal({ seriesDescription }) === undefined);
}

describe('series import filters', () => {
  it('let everything in where there is none', () => {
    assert.deepEqual(kept([], 'T2', '', undefined), ['T2', '', undefined]);
  });

  it('keep what no line of a black list matches', () => {
    assert.deepEqual(
      kept([black('.*localizer.*', '^SCOUT$')], '3-plane Localizer', 'scout', 'scouts', 'T1'),
      ['scouts', 'T1'],
    );
  });

  it('keep only what a line of a white list matches', () => {
    assert.deepEqual(kept([white('.*T2.*', 'dwi')], 'ax t2 tse', 'DWI', 'DWI b1000', ''), [
      'ax t2 tse',
      'DWI',
    ]);
  });

  it('compare a missing description as an empty one', () => {
    assert.deepEqual(kept([black('')], undefined, 'T1'), [undefined, 'T1']);
    assert.deepEqual(kept([black('.*')], undefined), []);
    assert.deepEqual(kept([white('(T1)?')], undefined, '', 'T2'), [undefined, '']);
  });

  it('match whole descriptions, both ways of a choice, with the flags that a line brings', () => {
    assert.deepEqual(kept([black('t1|t2', '(?i)pd')], 'T1', 'xT2', 'T2', 'PD'), ['xT2']);
  });

  it('bear the ends of lines of every system, and blank lines', () => {
    assert.deepEqual(kept([black('T1\r', '', '  ', 'T2 ')], 'T1', 'T2', ''), ['']);
  });

  it('all have to let a series in, and say whose filter did not', () => {
    const both = new SeriesFilter([black('.*scout.*'), white('.*t2.*')]);
    assert.equal(both.refusal({ seriesDescription: 'T2' }), undefined);
    assert.match(both.refusal({ seriesDescription: 'T2 scout' })?.reason ?? '', /of the site/);
    const refusal = both.refusal({ seriesDescription: 'T1 of Forename' });
    assert.deepEqual([refusal?.status, refusal?.code], ['skipped', 'SERIES_FILTERED']);
    assert.match(refusal?.reason ?? '', /of the project/);
    assert.doesNotMatch(refusal?.reason ?? '', /Forename/);
  });

  it('do nothing when they are switched off', () => {
    for (const enabled of [false, 'false', 'FALSE']) {
      assert.deepEqual(kept([filter({ enabled, mode: 'blacklist', list: '.*' })], 'T1'), ['T1']);
    }
  });

  for (const [what, contents] of [
    ['that is no JSON', 'mode: blacklist'],
    ['that is no object', '"blacklist"'],
    ['of another kind', { mode: 'modalityMap', list: 'MR: true' }],
    ['without lines', { mode: 'blacklist' }],
    ['with a line that is no regular expression', { mode: 'blacklist', list: 'T1\n(T2' }],
  ] as const) {
    it(`stop everything for one ${what}`, () => {
      assert.throws(() => new SeriesFilter([filter(contents)]), { code: 'SERIES_FILTER_ERROR' });
    });
  }

  it('can not hang the machine', () => {
    const endless = new SeriesFilter([black('(a+)+b')]);
    assert.throws(() => endless.refusal({ seriesDescription: 'a'.repeat(60) }), {
      code: 'SERIES_FILTER_ERROR',
    });
  });
});
