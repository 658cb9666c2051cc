import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import { MoveRoutes } from '../../src/services/retrieve/moveRoutes.js';
import { retrieve } from '../../src/services/retrieve/retrieve.js';
import type {
  RetrieveEvent,
  RetrieveMethod,
  RetrieveRequest,
  RetrieveResult,
  Selection,
} from '../../src/services/retrieve/types.js';
import { silentLogger } from '../../src/services/support/logger.js';
import { asSpoolSink, headLength, PlainSink } from '../support/plainSink.js';
import { temporaryFolder } from '../support/seriesFiles.js';
import { freePort, ownAe, Pacs } from './support/pacs.js';
import { patientId, studyUid, writePacsStudies, type PacsData } from './support/pacsStudies.js';

describe('a retrieval from', function () {
  this.timeout(180_000);
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let data: PacsData;
  let port: number;
  before(async () => {
    folder = await temporaryFolder();
    data = writePacsStudies(`${folder.path}/files`, 20);
    port = await freePort();
  });
  after(() => folder.remove());

  const starts = {
    dcmqrscp: () => Pacs.dcmqrscp(`${folder.path}/dcmqrscp`, data.files, port),
    Orthanc: () => Pacs.orthanc(`${folder.path}/orthanc`, data.files, port),
  };
  for (const [name, start] of Object.entries(starts)) {
    describe(name, () => {
      let pacs: Pacs;
      let sink: PlainSink;
      let number = 0;
      before(async () => {
        pacs = await start();
      });
      after(() => pacs.stop());
      beforeEach(() => {
        sink = new PlainSink(`${folder.path}/${name}${number++}`);
      });

      const fetched = async (
        selections: readonly Selection[],
        method: RetrieveMethod,
        more: Partial<RetrieveRequest> = {},
      ): Promise<{ readonly events: readonly RetrieveEvent[]; readonly result: RetrieveResult }> => {
        const request: RetrieveRequest = {
          ...{ node: pacs.node, method, model: 'study', selections },
          destination: { server: 'https://s', user: 'u', project: 'P', profile: basicProfile },
          listener: { aeTitle: ownAe, port, bind: '127.0.0.1' },
          ...more,
        };
        const spool = { sink: () => asSpoolSink(sink, 'job') };
        const reception = { status: { state: 'stopped' } } as const;
        const done = (): Promise<void> => Promise.resolve();
        const queue = { takeIn: done, cancel: done };
        const tools = { spool, routes: new MoveRoutes(), reception, queue, logger: silentLogger };
        const events: RetrieveEvent[] = [];
        for await (const event of retrieve(request, tools)) {
          events.push(event);
          if (event.kind === 'done') return { events, result: event.result };
        }
        throw new Error('the retrieval has no end');
      };
      const uids = (): readonly string[] => sink.received.map(({ sopInstanceUid }) => sopInstanceUid).sort();

      for (const method of ['move', 'get'] as const) {
        it(`brings a mix of choices once, by C-${method.toUpperCase()}`, async () => {
          const series = { studyUid: studyUid(3), seriesUid: `${studyUid(3)}.2` };
          const { events, result } = await fetched(
            [
              { level: 'study', studyUid: studyUid(1) },
              { level: 'series', studyUid: studyUid(1), seriesUid: `${studyUid(1)}.1` },
              { level: 'series', ...series },
              { level: 'image', ...series, instanceUid: `${studyUid(3)}.2.1` },
              { level: 'image', studyUid: studyUid(2), seriesUid: `${studyUid(2)}.1`, instanceUid: `${studyUid(2)}.1.3` }, // prettier-ignore
            ],
            method,
          );
          const { bytes, ...rest } = result;
          assert.ok(bytes > 0);
          assert.deepEqual(rest, {
            ...{ job: 'job', studies: 3, unknown: 0, expected: 10, received: 10, warnings: 0 },
            shortfalls: [],
          });
          const expected = [
            ...[1, 2].flatMap((one) => [1, 2, 3].map((image) => `${studyUid(1)}.${one}.${image}`)),
            `${studyUid(2)}.1.3`,
            ...[1, 2, 3].map((image) => `${studyUid(3)}.2.${image}`),
          ];
          assert.deepEqual(uids(), expected);
          assert.deepEqual(
            events.filter(({ kind }) => kind === 'planned'),
            [{ kind: 'planned', studies: 3, series: 4, instances: 10 }],
          );
          assert.ok(events.some((event) => event.kind === 'progress' && event.progress.received > 0));
          for (const { path } of sink.received) {
            assert.ok(readFileSync(path).includes(Buffer.from('ACME 1.0')), 'private elements are kept');
          }
          assert.deepEqual(new Set(sink.ended).size, 1, 'all of it is one association for the spool');
        });

        it(`brings all studies of a patient in the Patient Root, by C-${method.toUpperCase()}`, async () => {
          const { result } = await fetched([{ level: 'patient', patientId: patientId(2) }], method, {
            model: 'patient',
          });
          assert.deepEqual([result.studies, result.received, result.expected], [2, 12, 12]);
        });
      }

      it('keeps the data set as the archive sends it', async () => {
        await fetched([{ level: 'study', studyUid: studyUid(10) }], 'get');
        const [object] = sink.received;
        assert.ok(object);
        const original = readFileSync(data.files.find((path) => path.endsWith('/10_1_1')) ?? '');
        const pixels = original.subarray(-48);
        assert.ok(readFileSync(object.path).subarray(headLength(object)).includes(pixels));
      });

      it('says that there is nothing of it', async () => {
        const unknown = [{ level: 'study', studyUid: '1.2.3' }] as const;
        await assert.rejects(fetched(unknown, 'move'), { code: 'NO_DICOM_FOUND' });
        const { result } = await fetched([...unknown, { level: 'study', studyUid: studyUid(9) }], 'move');
        assert.deepEqual([result.unknown, result.received], [1, 1]);
      });

      it('says that the archive does not know our listener', async () => {
        const listener = { aeTitle: 'STRANGER', port: 0, bind: '127.0.0.1' };
        const study = [{ level: 'study', studyUid: studyUid(9) }] as const;
        await assert.rejects(fetched(study, 'move', { listener }), (error: Error) =>
          /AE title/.test(error.message + ('hint' in error ? String(error.hint) : '')),
        );
      });

      it('asks again for what was not taken, and counts what stays away', async () => {
        const begin = sink.begin.bind(sink);
        const hopeless = `${studyUid(1)}.1.2`;
        let asked = 0;
        sink.begin = async (object) => {
          const isHopeless = object.sopInstanceUid === hopeless;
          if (isHopeless) asked++;
          // The first one fails once. Orthanc breaks the association then, and brings nothing more with it.
          const first = sink.fail === undefined && sink.received.length === 0;
          sink.fail = isHopeless || first ? { at: 'begin', code: 'SOP_MISMATCH' } : undefined;
          return begin(object);
        };
        const { result, events } = await fetched([{ level: 'study', studyUid: studyUid(1) }], 'get');
        assert.deepEqual([result.received, result.expected], [5, 6]);
        assert.deepEqual(result.shortfalls, [
          { kind: 'refused', code: 'SOP_MISMATCH', reason: 'asked for by a test', count: 1 },
        ]);
        assert.equal(events.filter((event) => event.kind === 'phase' && event.phase === 'again').length, 2);
        assert.ok(asked >= 2);
      });
    });
  }
});
