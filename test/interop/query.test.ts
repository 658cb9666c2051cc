import assert from 'node:assert/strict';
import { query } from '../../src/services/query/query.js';
import type {
  PacsConnection,
  QueryEvent,
  QueryLevel,
  QueryRequest,
  QueryRow,
} from '../../src/services/query/types.js';
import { selfSigned } from '../support/selfSigned.js';
import { temporaryFolder } from '../support/seriesFiles.js';
import { Pacs } from './support/pacs.js';
import { patientId, people, studyUid, writePacsStudies, type PacsData } from './support/pacsStudies.js';

const studies = 500;

describe('a search of', function () {
  this.timeout(180_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let data: PacsData;
  before(async () => {
    folder = await temporaryFolder();
    data = writePacsStudies(`${folder.path}/files`, studies);
  });
  after(() => folder.remove());

  const starts = {
    dcmqrscp: () => Pacs.dcmqrscp(`${folder.path}/dcmqrscp`, data.files, 1),
    Orthanc: () => Pacs.orthanc(`${folder.path}/orthanc`, data.files, 1),
  };
  for (const [name, start] of Object.entries(starts)) {
    describe(name, () => {
      let pacs: Pacs;
      before(async () => {
        pacs = await start();
      });
      after(() => pacs.stop());

      const search = async (
        terms: QueryRequest['terms'],
        more: Partial<QueryRequest> = {},
      ): Promise<{ rows: readonly QueryRow[]; done: Extract<QueryEvent, { kind: 'done' }> }> => {
        const request: QueryRequest = { model: 'study', level: 'study', terms, ...more };
        const rows: QueryRow[] = [];
        for await (const event of query(pacs.node, request)) {
          if (event.kind === 'rows') rows.push(...event.rows);
          else return { rows, done: event };
        }
        throw new Error('the search has no end');
      };
      const uids = (rows: readonly QueryRow[]): readonly string[] =>
        rows.map((row) => (row.level === 'study' ? row.studyUid : '')).sort();

      it('finds everything when it is told so', async () => {
        const { rows, done } = await search({}, { everything: true });
        assert.deepEqual([new Set(uids(rows)).size, done.more, done.unusable], [studies, false, 0]);
      });

      it('reads names in every script', async () => {
        const { rows } = await search({}, { everything: true });
        for (let study = 2; study < 18; study += 2) {
          const row = rows.find((one) => one.level === 'study' && one.studyUid === studyUid(study));
          assert.equal(row?.level === 'study' && row.patientName, people[(study / 2) % people.length]?.[0]);
        }
      });

      it('finds names in the script of the term', async () => {
        for (const [index, [person]] of people.entries()) {
          const [term = ''] = person.split('^');
          const { rows } = await search({ patientName: `${term}*` });
          assert.ok(rows.length > 0, `nobody is found at ${index}`);
          assert.ok(rows.every((row) => row.level === 'study' && row.patientName.startsWith(term)));
        }
      });

      it('finds by ID, accession number, date range and list of UIDs', async () => {
        assert.deepEqual(uids((await search({ patientId: patientId(4) })).rows), [studyUid(4), studyUid(5)]);
        assert.deepEqual(uids((await search({ accessionNumber: 'ACC-7742' })).rows), [studyUid(42)]);
        const inMay = (await search({ studyDate: '20200501-20200531' })).rows;
        assert.ok(
          inMay.length > 30 && inMay.every((row) => row.level === 'study' && row.date === '20200515'),
        );
        const listed = [7, 8, 9].map(studyUid);
        assert.deepEqual(uids((await search({ studyUids: listed })).rows), [...listed].sort());
        assert.deepEqual((await search({ patientId: 'KRNK-77000?' })).rows.length, 19);
      });

      it('gives counts, series and images', async () => {
        const terms = { studyUids: [studyUid(2)] };
        const at = async (level: QueryLevel): Promise<readonly QueryRow[]> =>
          (await search(terms, { level })).rows;
        const [study] = await at('study');
        assert.ok(study?.level === 'study' && (study.instances ?? 6) === 6 && (study.series ?? 2) === 2);
        const series = await at('series');
        assert.deepEqual(
          series.map((row) => row.level === 'series' && [row.modality, row.studyUid, row.instances ?? 3]),
          [1, 2].map(() => ['CT', studyUid(2), 3]),
        );
        const images = await at('image');
        assert.equal(images.length, 6);
        // dcmqrscp tells no class.
        const ct = '1.2.840.10008.5.1.4.1.1.2';
        assert.ok(images.every((row) => row.level === 'image' && [ct, ''].includes(row.sopClassUid)));
      });

      it('gives patients in either model, and their studies', async () => {
        for (const model of ['patient', 'study'] as const) {
          const { rows, done } = await search({ patientId: patientId(4) }, { model, level: 'patient' });
          const last = rows.at(-1);
          assert.equal(done.rows, 1);
          assert.ok(last?.level === 'patient' && last.patientId === patientId(4));
          const below = await search({ patientId: patientId(4) }, { model });
          assert.deepEqual(uids(below.rows), [studyUid(4), studyUid(5)]);
          assert.ok(below.rows.every((row) => row.level === 'study' && row.patientName === last.patientName));
        }
      });

      it('stops at the limit and by the signal', async () => {
        const { rows, done } = await search({}, { everything: true, limit: 20 });
        assert.deepEqual([rows.length, done.more], [20, true]);
        const stop = new AbortController();
        const run = async (): Promise<void> => {
          const all: QueryRequest = { model: 'study', level: 'image', terms: {}, everything: true };
          for await (const _ of query(pacs.node, all, stop.signal)) stop.abort();
        };
        await assert.rejects(run(), { code: 'CANCELLED' });
      });
    });
  }

  it('Orthanc over TLS, and says what is wrong with the way there', async () => {
    const { cert, key } = selfSigned(folder.path);
    const pacs = await Pacs.orthanc(`${folder.path}/tls`, [], 1, { cert, key });
    try {
      const all: QueryRequest = { model: 'study', level: 'study', terms: {}, everything: true };
      const search = async (node: PacsConnection): Promise<number> => {
        let rows = 0;
        for await (const event of query(node, all)) if (event.kind === 'rows') rows += event.rows.length;
        return rows;
      };
      const { tls: _, ...plain } = pacs.node;
      assert.equal(await search(pacs.node), 0);
      await assert.rejects(search({ ...pacs.node, tls: {} }), { code: 'NODE_TLS' });
      await assert.rejects(search({ ...plain, timeoutMs: 3000 }), { name: 'GiftCloudError' });
      await assert.rejects(search({ ...pacs.node, aeTitle: 'OTHER' }), { code: 'NODE_REJECTED' });
    } finally {
      await pacs.stop();
    }
  });
});
