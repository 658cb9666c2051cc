import assert from 'node:assert/strict';
import { query } from '../../../src/services/query/query.js';
import type { QueryRequest } from '../../../src/services/query/types.js';
import { FakePacs, type Asked } from '../../support/fakePacs.js';
import { byName, pending, searched, study, type Found } from '../../support/searches.js';

const root = '1.2.826.0.1.3680043.10.999';
describe('a search of a PACS', () => {
  let pacs: FakePacs;
  const begin = async (answer: (asked: Asked) => Promise<void>, accepts?: (uid: string) => boolean) => {
    pacs = await FakePacs.start(answer, accepts);
  };
  afterEach(() => pacs.stop());

  const search = (request: Partial<QueryRequest> = {}): Promise<Found> => searched(pacs.node(), request);

  it('gives rows, whatever of them the PACS leaves out', async () => {
    await begin(async ({ answer }) => {
      await answer(pending, study(1));
      await answer(0xff01, [{ tag: 0x0020000d, vr: 'UI', value: `${root}.2` }]);
      await answer(0);
    });
    const { rows, done } = await search();
    assert.deepEqual(done, { kind: 'done', rows: 2, more: false, unusable: 0 });
    const empty = { date: '', time: '', accessionNumber: '', studyId: '', description: '', modalities: [], birthDate: '', sex: '' }; // prettier-ignore
    const counts = { series: undefined, instances: undefined };
    assert.deepEqual(rows, [
      {
        level: 'study',
        patientName: 'Name1^A',
        patientId: 'ID1',
        studyUid: `${root}.1`,
        ...empty,
        ...counts,
      },
      { level: 'study', patientName: '', patientId: '', studyUid: `${root}.2`, ...empty, ...counts },
    ]);
  });

  it('tells rows while the PACS still searches', async () => {
    let goOn = (): void => undefined;
    const seen = new Promise<void>((resolve) => (goOn = resolve));
    await begin(async ({ answer }) => {
      await answer(pending, study(1));
      await seen;
      await answer(0);
    });
    for await (const event of query(pacs.node(), byName)) if (event.kind === 'rows') goOn();
  });

  it('makes patients of studies where there is no patient level', async () => {
    await begin(async ({ answer }) => {
      for (const number of [1, 2, 1]) await answer(pending, study(number));
      await answer(0);
    });
    const { rows, done } = await search({ level: 'patient' });
    const last = new Map(rows.map((row) => [row.level === 'patient' && row.patientId, row]));
    assert.deepEqual(
      [...last.values()].map((row) => row.level === 'patient' && row.studies),
      [2, 1],
    );
    assert.equal(done.rows, 2);
  });

  it('goes through the levels down to images', async () => {
    await begin(async ({ answer, identifier }) => {
      const at = (text: string): boolean => identifier.includes(text);
      if (at('STUDY')) for (const number of [1, 2]) await answer(pending, study(number));
      else if (at('SERIES')) await answer(pending, [{ tag: 0x0020000e, vr: 'UI', value: `${root}.3` }]);
      else await answer(pending, [{ tag: 0x00080018, vr: 'UI', value: `${root}.4` }]);
      await answer(0);
    });
    const { rows } = await search({ level: 'image' });
    assert.deepEqual(
      rows.map((row) => row.level === 'image' && [row.studyUid, row.seriesUid, row.instanceUid]),
      [1, 2].map((number) => [`${root}.${number}`, `${root}.3`, `${root}.4`]),
    );
    assert.equal(pacs.fields.length, 5);
  });

  it('never asks for the children of a patient without an ID', async () => {
    await begin(async ({ answer, identifier }) => {
      assert.ok(!identifier.includes('STUDY'));
      await answer(pending, [{ tag: 0x00100010, vr: 'PN', value: 'Name^A' }]);
      await answer(0);
    });
    const { rows, done } = await search({ model: 'patient' });
    assert.deepEqual([rows.length, done.unusable], [0, 1]);
  });

  it('stops at the limit and says that there is more', async () => {
    await begin(async ({ answer, message }) => {
      if (message.command.field === 0x0fff) return;
      for (let number = 1; number <= 5; number++) await answer(pending, study(number));
      await answer(0xfe00);
    });
    const { rows, done } = await search({ limit: 3 });
    assert.deepEqual([rows.length, done.more], [3, true]);
    assert.deepEqual(pacs.fields, [0x0020, 0x0fff]);
  });

  it('asks before it searches for everything', async () => {
    await begin(({ answer }) => answer(0));
    for (const terms of [{}, { patientName: ' * ' }, { studyUids: [] }]) {
      await assert.rejects(search({ terms }), { code: 'USAGE' });
    }
    assert.equal((await search({ terms: {}, everything: true })).done.rows, 0);
  });

  it('is cancelled by the signal, with a word to the PACS', async () => {
    const stop = new AbortController();
    await begin(async ({ answer, message, association }) => {
      if (message.command.field === 0x0fff) return;
      await answer(pending, study(1));
      assert.equal((await association.receive())?.command.field, 0x0fff);
      await answer(0xfe00);
    });
    const run = async (): Promise<void> => {
      for await (const _ of query(pacs.node(), byName, stop.signal)) stop.abort();
    };
    await assert.rejects(run(), { code: 'CANCELLED' });
  });

  it('ends when nobody reads on', async () => {
    let cancelled = (): void => undefined;
    const heard = new Promise<void>((resolve) => (cancelled = resolve));
    await begin(async ({ answer, association }) => {
      await answer(pending, study(1));
      await association.receive();
      cancelled();
      await answer(0xfe00);
    });
    for await (const _ of query(pacs.node(), byName)) break;
    await heard;
  });

  it('says what a term lacks, and sends nothing', async () => {
    await begin(() => Promise.reject(new Error('nothing may come')));
    const wrong: readonly QueryRequest['terms'][] = [
      { patientId: 'a\\b' },
      { patientName: 'x'.repeat(65) },
      { accessionNumber: '12345678901234567' },
      { modality: 'ct' },
      ...['2024', '20240230', '20240102-20240101', '-', '20240101-20240102-20240103'].map((studyDate) => ({
        studyDate,
      })),
      { studyUids: ['1.2.x'] },
    ];
    for (const terms of wrong) {
      await assert.rejects(search({ terms }), (error: Error) => {
        assert.match(error.message, /^[A-Z].*\.$/);
        return 'code' in error && error.code === 'USAGE';
      });
    }
  });
});
