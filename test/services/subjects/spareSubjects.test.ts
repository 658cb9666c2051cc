import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SpareSubjects } from '../../../src/services/subjects/spareSubjects.js';
import {
  nextExperimentLabel,
  nextScanLabel,
  nextSubjectLabel,
  checkedPrefix,
} from '../../../src/services/subjects/labels.js';
import { temporaryFolder } from '../../support/seriesFiles.js';

describe('spare subjects', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  beforeEach(async () => {
    folder = await temporaryFolder();
  });
  afterEach(() => folder.remove());
  const spare = { server: 'http://one', project: 'P', label: 'Auto00001', id: 'S1' };

  it('gives a spare to exactly one of many, also across processes', async () => {
    const one = new SpareSubjects(folder.path);
    await one.keep(spare);
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => new SpareSubjects(folder.path).claim('http://one', 'P', 'Auto')),
    );
    assert.deepEqual(
      claims.filter((claim) => claim !== undefined),
      [spare],
    );
  });

  it('gives none of another server, project or prefix', async () => {
    const spares = new SpareSubjects(folder.path);
    await spares.keep(spare);
    assert.equal(await spares.claim('http://two', 'P', 'Auto'), undefined);
    assert.equal(await spares.claim('http://one', 'Q', 'Auto'), undefined);
    assert.equal(await spares.claim('http://one', 'P', 'Other'), undefined);
    assert.deepEqual(await spares.claim('http://one', 'P', 'Auto'), spare);
  });

  it('keeps a subject whose pseudonym is unsure for that pseudonym alone, also for another process', async () => {
    await new SpareSubjects(folder.path).keepFor('2_25_1', spare);
    const later = new SpareSubjects(folder.path);
    assert.equal(await later.claim('http://one', 'P', 'Auto'), undefined);
    assert.equal(await later.claimFor('2_25_2', spare), undefined);
    assert.equal(await later.claimFor('2_25_1', { server: 'http://two', project: 'P' }), undefined);
    const files = await readdir(join(folder.path, 'spares'));
    assert.equal(files.length, 1);
    assert.ok(!(await readFile(join(folder.path, 'spares', files[0]!), 'utf8')).includes('2_25_1'));
    const claims = await Promise.all(
      Array.from({ length: 8 }, () => new SpareSubjects(folder.path).claimFor('2_25_1', spare)),
    );
    assert.deepEqual(
      claims.filter((claim) => claim !== undefined),
      [spare],
    );
    assert.deepEqual(await readdir(join(folder.path, 'spares')), []);
  });

  it('is lost to its maker when somebody else claimed it first', async () => {
    const spares = new SpareSubjects(folder.path);
    const name = await spares.keep(spare);
    await spares.claim('http://one', 'P', 'Auto');
    assert.equal(await spares.take(name), false);
  });
});

describe('labels', () => {
  it('takes the next free number, also past unpadded ones of older programs', () => {
    assert.equal(nextSubjectLabel('X', new Set()), 'X00001');
    assert.equal(nextSubjectLabel('X', new Set(['X00001', 'X2', 'X00004'])), 'X00003');
    assert.equal(nextExperimentLabel('X00001', new Set(['X00001-Study1'])), 'X00001-Study2');
    assert.equal(nextScanLabel(new Set(['Series1', 'Series3'])), 'Series2');
  });

  it('refuses a prefix the server would choke on', () => {
    for (const prefix of ['a b', 'ä', 'a/b', '', 'x'.repeat(60)]) {
      assert.throws(() => checkedPrefix(prefix), { code: 'INVALID_LABEL' }, prefix);
    }
    assert.equal(checkedPrefix('My_Site-1'), 'My_Site-1');
  });
});
