import assert from 'node:assert/strict';
import type {
  QueryModel,
  QueryRequest,
  QueryRow,
  SeriesRow,
  StudyRow,
} from '../../src/services/query/types.js';
import { silentLogger } from '../../src/services/support/logger.js';
import type { QueryTelling, SearchForm } from '../../src/webviews/query/contract.js';
import { QuerySession } from '../../src/webviews/query/querySession.js';
import { TermHistory } from '../../src/webviews/query/termHistory.js';
import { until } from './support/until.js';

const study: StudyRow = {
  ...{
    level: 'study',
    studyUid: '1.2.3',
    patientId: 'QX-1',
    patientName: 'Quill^Xenia',
    birthDate: '',
    sex: '',
  },
  ...{ date: '', time: '', accessionNumber: '', studyId: '', description: '', modalities: [] },
  ...{ series: undefined, instances: undefined },
};
const series: SeriesRow = {
  ...{
    level: 'series',
    studyUid: '1.2.3',
    seriesUid: '1.2.3.4',
    modality: 'MR',
    number: '1',
    description: '',
  },
  ...{ bodyPart: '', date: '', time: '', instances: undefined },
};

describe('a search on the page of query and retrieve', () => {
  let asked: QueryRequest[];
  let told: QueryTelling[];
  const rowsOf: Partial<Record<QueryRequest['level'], readonly QueryRow[]>> = {
    study: [study, { ...study, studyUid: '1.2.9' }],
    series: [series],
  };

  /** A session that has found two studies of one patient: rows 0 (patient), 1 and 2. */
  async function searched(model: QueryModel): Promise<QuerySession> {
    asked = [];
    told = [];
    const session = new QuerySession(
      {
        nodes: () => [],
        confirmEverything: () => Promise.resolve(true),
        search: async function* (_node, request) {
          asked.push(request);
          const rows = rowsOf[request.level] ?? [];
          yield { kind: 'rows', rows };
          yield { kind: 'done', rows: rows.length, more: false, unusable: 0 };
        },
        history: new TermHistory(),
        logger: silentLogger,
      },
      (message) => told.push(message),
    );
    const empty = {
      patientId: '',
      from: '',
      to: '',
      accessionNumber: '',
      modality: '',
      studyDescription: '',
    };
    const fields = { ...empty, patientName: 'Quill*', studyUid: '', seriesUid: '' };
    await session.search({ node: 'PACS', model, fields } satisfies SearchForm);
    await until(() => told.some((message) => message.kind === 'search' && !message.running));
    return session;
  }

  for (const model of ['study', 'patient'] as const) {
    it(`asks for series and images by the keys that the model needs: ${model} root`, async () => {
      const session = await searched(model);
      await session.expand(1);
      await session.expand(3);
      const patient = model === 'patient' ? { patientId: 'QX-1' } : {};
      assert.deepEqual(asked.slice(1), [
        { model, level: 'series', terms: { ...patient, studyUids: ['1.2.3'] } },
        { model, level: 'image', terms: { ...patient, studyUids: ['1.2.3'], seriesUids: ['1.2.3.4'] } },
      ]);
    });
  }

  it('takes what is chosen once, and a patient for the studies that are shown', async () => {
    const session = await searched('study');
    await session.expand(1);
    const first = { level: 'study', studyUid: '1.2.3', patientId: 'QX-1' };
    const second = { ...first, studyUid: '1.2.9' };
    const one = { level: 'series', studyUid: '1.2.3', seriesUid: '1.2.3.4', patientId: 'QX-1' };
    assert.deepEqual(session.chosen([0])?.selections, [first, second]);
    assert.deepEqual(session.chosen([3, 1, 0])?.selections, [first, second]);
    assert.deepEqual(session.chosen([3, 1])?.selections, [first]);
    assert.deepEqual(session.chosen([3, 2])?.selections, [second, one]);
  });
});
