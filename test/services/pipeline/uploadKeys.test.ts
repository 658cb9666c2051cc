import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { basicProfile, presetProfile } from '../../../src/services/deid/profiles/presets.js';
import { keyedPseudonym, keyedUid } from '../../../src/services/keys/derive.js';
import type { ProjectKey } from '../../../src/services/keys/keyFile.js';
import { KeyStore } from '../../../src/services/keys/keyStore.js';
import { markerPlace, profileDigest, readMarker, type Marker } from '../../../src/services/keys/marker.js';
import type { DeidentificationRequest } from '../../../src/services/deid/types.js';
import type { DeidEngine } from '../../../src/services/worker/deidEngine.js';
import { uidRoot, writeSeries } from '../../support/seriesFiles.js';
import { project, UploadRig } from '../../support/uploadRig.js';

const profile = basicProfile;
const researchMr = presetProfile('research-mr')!;

describe('upload with a project key', function () {
  this.timeout(60_000);
  let rig: UploadRig;
  beforeEach(async () => {
    rig = await UploadRig.start({ capture: true });
  });
  afterEach(() => rig.close());

  const storeOf = (state = rig.state): KeyStore => new KeyStore(state);
  const createKey = (): Promise<ProjectKey> => storeOf().create(project, { scheme: 'keyed' });
  const marker = (): Promise<Marker | undefined> => readMarker(rig.archive(), project);
  it('names files, UIDs and patient with the key, and marks the empty project first', async () => {
    const { key, id } = await createKey();
    await writeSeries(rig.inputs, { instances: 2, patientId: 'P-1' });
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    assert.deepEqual(story.statuses, ['uploaded', 'uploaded']);
    assert.deepEqual(
      await rig.archivedNames(),
      [1, 2].map((number) => `${keyedUid(key, `${uidRoot}.1.1.${number}`)}.dcm`).sort(),
    );
    const tree = await rig.archive().findSubjectByPseudonym(project, keyedPseudonym(key, '', 'P-1'));
    assert.equal(tree?.experiments[0]?.uid, keyedUid(key, `${uidRoot}.1`).replaceAll('.', '_'));
    assert.deepEqual(await marker(), {
      scheme: 'keyed',
      keyId: id,
      profile: profileDigest(profile),
      earlier: [],
    });
    assert.deepEqual([story.receipt?.scheme, story.receipt?.keyId], ['keyed', id]);
    const list = rig.sandbox.requests.map(({ method, path }) => `${method} ${path}`);
    const marked = list.findIndex((line) => line.startsWith('PUT') && line.includes(markerPlace.name));
    assert.ok(marked >= 0 && marked < list.findIndex((line) => /^PUT .*\/subjects\//.test(line)));
  });

  it('gives the same on another machine that has the key', async () => {
    const { id, key } = await createKey();
    await writeSeries(rig.inputs, { instances: 2 });
    const first = await rig.upload();
    const elsewhere = join(rig.folder, 'elsewhere');
    const copy = { project, id, key, scheme: 'keyed' as const, created: '2026-11-26T00:00:00.000Z' };
    await storeOf(elsewhere).use(copy);
    const second = await rig.upload({}, { archive: rig.archive('bob'), tools: rig.tools(elsewhere) });
    assert.deepEqual(second.statuses, ['present', 'present']);
    assert.deepEqual(
      second.places,
      first.places.map((place) => place.replace('archived', 'present')),
    );
  });

  it('costs no more requests than one without a key', async () => {
    await createKey();
    await writeSeries(rig.inputs, { study: 1, instances: 1 });
    await rig.upload();
    const more = `${rig.inputs}2`;
    await writeSeries(more, { study: 2, instances: 3 });
    const before = rig.sandbox.requests.length;
    await rig.upload({ inputs: [more] });
    const list = rig.sandbox.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path}`)
      .filter((line) => !line.startsWith('DELETE') && !line.includes('.zip'))
      .filter((line) => !line.includes('seriesImportFilter'));
    assert.ok(list.length <= 12, list.join('\n'));
  });

  it('leaves an empty project without key and marker as it was: scheme gift-cloud, no marker', async () => {
    await writeSeries(rig.inputs);
    const story = await rig.upload();
    assert.deepEqual([story.receipt?.scheme, story.receipt?.keyId], ['gift-cloud', undefined]);
    assert.equal(await marker(), undefined);
    assert.deepEqual(await readdir(join(rig.state, 'keys')), ['patients.json'], 'no key of the project');
  });

  it('asks for an owner when a member wants to set an empty project up', async () => {
    await createKey();
    await writeSeries(rig.inputs);
    const story = await rig.upload({}, { archive: rig.archive('bob') });
    assert.equal(story.error?.code, 'SCHEME_MISMATCH');
    assert.match(story.error?.hint ?? '', /owner/);
    assert.deepEqual(await rig.archive().listSubjects(project), []);
  });

  describe('counts the issuer of a patient ID', () => {
    const issued = (issuer: string) => [{ tag: 0x00100021, vr: 'LO', value: issuer }];

    it('so that the same ID of two hospitals is two subjects', async () => {
      await createKey();
      for (const [study, issuer] of [
        [1, 'ST MARY'],
        [2, 'ST JOHN'],
      ] as const) {
        const folder = `${rig.inputs}${study}`;
        await writeSeries(folder, { study, change: issued(issuer) });
        const story = await rig.upload({ inputs: [folder] });
        assert.ok(
          story.statuses.every((status) => status === 'uploaded'),
          story.statuses.join(),
        );
      }
      assert.equal((await rig.archive().listSubjects(project)).length, 2);
    });

    it('and holds an ID that stands with and without one', async () => {
      await createKey();
      await writeSeries(rig.inputs, { study: 1, instances: 1 });
      await writeSeries(rig.inputs, { study: 2, instances: 1, change: issued('ST MARY') });
      assert.deepEqual((await rig.upload()).statuses, ['held PATIENT_AMBIGUOUS', 'held PATIENT_AMBIGUOUS']);
    });

    it('and holds one that the project knows without', async () => {
      await createKey();
      await writeSeries(rig.inputs, { study: 1, instances: 1 });
      await rig.upload();
      const more = `${rig.inputs}2`;
      await writeSeries(more, { study: 2, instances: 1, change: issued('ST MARY') });
      const story = await rig.upload({ inputs: [more] });
      assert.deepEqual(story.statuses, ['held PATIENT_AMBIGUOUS']);
      assert.equal((await rig.archive().listSubjects(project)).length, 1);
    });
  });

  it('moves the dates of a patient by one offset, also in another run, and never without a key', async () => {
    const requests: DeidentificationRequest[] = [];
    const listening = (): ReturnType<UploadRig['tools']> => {
      const tools = rig.tools();
      const engine: DeidEngine = {
        inspect: (paths, signal) => tools.engine.inspect(paths, signal),
        explain: (items, signal) => tools.engine.explain(items, signal),
        deidentify: (items, signal) => {
          requests.push(...items.map(({ request }) => request));
          return tools.engine.deidentify(items, signal);
        },
      };
      return { ...tools, engine };
    };
    await writeSeries(rig.inputs, { study: 1, instances: 1 });
    const without = await rig.upload({ profile: researchMr }, { tools: listening() });
    assert.equal(without.error?.code, 'KEY_MISSING');
    assert.deepEqual(requests, []);
    await createKey();
    await rig.upload({ profile: researchMr }, { tools: listening() });
    const more = `${rig.inputs}2`;
    await writeSeries(more, { study: 2, instances: 1 });
    await rig.upload({ inputs: [more], profile: researchMr }, { tools: listening() });
    const offsets = new Set(requests.map(({ dateOffsetDays }) => dateOffsetDays));
    assert.ok(requests.length >= 4);
    assert.equal(offsets.size, 1);
    const [days] = offsets;
    assert.ok(days !== undefined && days <= -1 && days >= -3650);
  });

  it('shows the key nowhere: not in requests, stored files, state, logs, events or errors', async () => {
    const { key, id } = await createKey();
    await writeSeries(rig.inputs, { instances: 2 });
    const story = await rig.upload();
    assert.equal(story.error, undefined);
    await storeOf().rotate(project);
    const failed = await rig.upload();
    const { hint = '', message = '' } = failed.error ?? {};
    assert.ok(message.includes(id));
    const texts: (readonly [string, Buffer])[] = [
      ['events', Buffer.from(JSON.stringify([...story.events, ...failed.events]))],
      ['the error', Buffer.from(`${message} ${hint} ${String(failed.error?.stack)}`)],
      ['logs', Buffer.from(rig.logged.join('\n'))],
    ];
    for (const { url, headers, body } of rig.sandbox.requests) {
      texts.push(['a request', Buffer.from(`${url} ${JSON.stringify(headers)}`)]);
      if (body) texts.push(['a body', body]);
    }
    const files = [
      ...(await filesBelow(rig.sandbox.dataFolder)),
      ...(await filesBelow(rig.state)).filter((path) => !path.startsWith(join(rig.state, 'keys'))),
    ];
    for (const path of files) texts.push(['a file', await readFile(path)]);
    const spelled = spellings(key);
    for (const [where, text] of texts) assert.ok(!spelled.some((one) => text.includes(one)), where);
    const own = await readFile(join(rig.state, 'keys', `project-${project}`, `${id}.json`));
    assert.ok(
      spelled.some((one) => own.includes(one)),
      'the search finds a key where it is',
    );
    assert.ok(!spellings(randomBytes(32)).some((one) => own.includes(one)));
  });
});

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** A key as bytes and texts hold it; also as JSON of its bytes. */
function spellings(key: Uint8Array): Buffer[] {
  const bytes = Buffer.from(key);
  const listed = [...bytes].join(',');
  return [
    bytes,
    ...[bytes.toString('hex'), bytes.toString('base64'), bytes.toString('base64url'), listed].map((text) =>
      Buffer.from(text),
    ),
  ];
}
