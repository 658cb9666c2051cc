import assert from 'node:assert/strict';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile, presetProfile } from '../../../src/services/deid/profiles/presets.js';
import type { AnonymiseRequest } from '../../../src/services/createServices.js';
import type { DeidentificationRequest } from '../../../src/services/deid/types.js';
import { giftCloudUidMapper } from '../../../src/services/deid/uidMap.js';
import { dateOffsetDays, keyedUid } from '../../../src/services/keys/derive.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import { runAnonymise } from '../../../src/services/pipeline/anonymiseLocal.js';
import type { PipelineEvent } from '../../../src/services/pipeline/types.js';
import { InProcessDeid } from '../../../src/services/worker/inProcessDeid.js';
import { InProcessWriter } from '../../../src/services/worker/inProcessWriter.js';
import { temporaryFolder, uidRoot, writeSeries } from '../../support/seriesFiles.js';

const researchMr = presetProfile('research-mr')!;

describe('anonymise with the local key', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let requests: DeidentificationRequest[];
  beforeEach(async () => {
    folder = await temporaryFolder();
    requests = [];
    await writeSeries(join(folder.path, 'in'), { instances: 2, patientId: 'P-1' });
  });
  afterEach(() => folder.remove());

  const state = (): string => join(folder.path, 'state');
  const run = async (more: Partial<AnonymiseRequest>): Promise<PipelineEvent[]> => {
    const own = new InProcessDeid({ mapper: giftCloudUidMapper(), version: '0.0.0' });
    const engine = {
      inspect: own.inspect.bind(own),
      explain: own.explain.bind(own),
      deidentify: (...[items, signal]: Parameters<typeof own.deidentify>) => {
        requests.push(...items.map(({ request }) => request));
        return own.deidentify(items, signal);
      },
    };
    const tools = { engine, writer: new InProcessWriter(), keys: new KeyStore(state()) };
    const request = {
      inputs: [join(folder.path, 'in')],
      outFolder: join(folder.path, 'out'),
      profile: basicProfile,
      ...more,
    };
    const events: PipelineEvent[] = [];
    for await (const event of runAnonymise(request, tools)) events.push(event);
    return events;
  };
  const outputs = (events: readonly PipelineEvent[]): readonly (string | undefined)[] =>
    events.flatMap((event) => (event.kind === 'file' ? [event.output] : []));
  const warnings = (events: readonly PipelineEvent[]): readonly string[] =>
    events.flatMap((event) => (event.kind === 'warning' ? [event.code] : []));

  it('makes none where nothing needs it', async () => {
    assert.deepEqual(warnings(await run({})), []);
    assert.ok(!(await readdir(folder.path)).includes('state'));
    assert.ok(requests.every(({ dateOffsetDays: days }) => days === undefined));
  });

  it('makes it at first use, says so once, and uses it from then on', async () => {
    const first = await run({ scheme: 'keyed' });
    assert.deepEqual(warnings(first), ['KEY_CREATED']);
    const local = await new KeyStore(state()).current('local');
    assert.ok(local);
    const [output] = outputs(first);
    const uids = [`${uidRoot}.1`, `${uidRoot}.1.1`, `${uidRoot}.1.1.1`].map((uid) =>
      keyedUid(local.key, uid),
    );
    assert.equal(output, join(uids[0]!, uids[1]!, `${uids[2]!}.dcm`));
    const second = await run({ scheme: 'keyed' });
    assert.deepEqual(warnings(second), []);
    assert.deepEqual(outputs(second), outputs(first));
  });

  it('moves dates by the offset of the patient where the profile moves them, with either scheme', async () => {
    await run({ profile: researchMr });
    await run({ profile: researchMr, scheme: 'keyed' });
    const local = await new KeyStore(state()).current('local');
    assert.ok(local);
    const days = dateOffsetDays(local.key, '', 'P-1');
    assert.deepEqual(new Set(requests.map((request) => request.dateOffsetDays)), new Set([days]));
    assert.deepEqual(new Set(requests.map(({ scheme }) => scheme?.name)), new Set(['gift-cloud', 'keyed']));
  });

  it('stops when it was lost, before anything is written', async () => {
    await run({ scheme: 'keyed' });
    await rm(join(folder.path, 'out'), { recursive: true });
    await rm(join(state(), 'keys'), { recursive: true });
    await assert.rejects(run({ scheme: 'keyed' }), { code: 'KEY_MISSING' });
    await assert.rejects(run({ profile: researchMr }), { code: 'KEY_MISSING' });
    assert.ok(!(await readdir(folder.path)).includes('out'));
  });
});
