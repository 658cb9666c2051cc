import assert from 'node:assert/strict';
import { newStatus } from '../../../src/services/queue/jobRecord.js';
import type { QueuedJob } from '../../../src/services/queue/types.js';
import { mergeSelections } from '../../../src/services/retrieve/choice.js';
import { getContexts, mostClasses } from '../../../src/services/retrieve/getContexts.js';
import { retrieveOutcome } from '../../../src/services/retrieve/outcome.js';

describe('choices', () => {
  it('that overlap are one', () => {
    const image = { level: 'image', studyUid: '1', seriesUid: '1.1', instanceUid: '1.1.1' } as const;
    const { patients, studies } = mergeSelections(
      [image, { level: 'series', studyUid: '1', seriesUid: '1.1' }, image, { level: 'study', studyUid: '2' }, { level: 'patient', patientId: 'A' }, { level: 'patient', patientId: 'A' }], // prettier-ignore
      'study',
    );
    assert.deepEqual([...patients], ['A']);
    assert.deepEqual([...studies.keys()], ['1', '2']);
    assert.deepEqual([studies.get('1')?.whole, studies.get('2')?.whole], [false, true]);
    assert.equal(studies.get('1')?.series.get('1.1')?.whole, true);
  });
});

describe('contexts of C-GET', () => {
  it('fit into one association, with a place for each class', () => {
    for (const count of [1, 2, 10, 50, 63, 64, mostClasses]) {
      const classes = new Set(Array.from({ length: count }, (_, index) => `1.2.${index}`));
      const contexts = getContexts('1.1', classes);
      assert.ok(contexts.length <= 128, `${count} classes`);
      assert.deepEqual(
        new Set(contexts.map(({ abstractSyntax }) => abstractSyntax)),
        new Set(['1.1', ...classes]),
      );
      assert.ok(contexts.every(({ id }) => id % 2 === 1 && id <= 255));
      for (const uid of classes) {
        const own = contexts.filter(({ abstractSyntax }) => abstractSyntax === uid);
        assert.ok(own.some(({ transferSyntaxes }) => transferSyntaxes.includes('1.2.840.10008.1.2.1')));
        assert.ok(own.some(({ transferSyntaxes }) => transferSyntaxes.includes('1.2.840.10008.1.2.4.108')));
      }
    }
  });
});

describe('the outcome of a retrieval', () => {
  const base = newStatus('held', 5, 100, '2020-01-01T00:00:00Z');
  const job: QueuedJob = {
    ...{ id: 'j', origin: { kind: 'retrieved', node: 'PACS' }, server: 's', user: 'u', project: 'P' },
    ...{ profile: 'basic', created: '', changed: '', state: 'held', paused: false, active: false },
    ...{ attempts: 0, bytesTotal: 100, series: [] },
    totals: { ...base.totals, files: 5, uploaded: 2, present: 1, held: 1 },
    refused: [{ status: 'held', code: 'BURNED_IN_TEXT_RISK', reason: 'Look.', count: 1 }],
  };

  it('is N of M with each difference', () => {
    const shortfalls = [{ code: 'a702', reason: 'Not sent.', count: 2 }];
    assert.deepEqual(retrieveOutcome({ ...job, retrieved: { expected: 7, received: 5, shortfalls } }), {
      expected: 7,
      archived: 3,
      differences: [
        { status: 'missing', code: 'a702', reason: 'Not sent.', count: 2 },
        { status: 'held', code: 'BURNED_IN_TEXT_RISK', reason: 'Look.', count: 1 },
        { status: 'waiting', code: '', reason: 'They wait to be sent.', count: 1 },
      ],
    });
  });

  it('is not there while the retrieval goes on', () => {
    assert.equal(retrieveOutcome(job), undefined);
  });
});
