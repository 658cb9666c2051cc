import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profileOptions } from '../../src/services/deid/profiles/options.js';
import { presetNames, presetProfile } from '../../src/services/deid/profiles/presets.js';
import type { Profile } from '../../src/services/deid/profiles/profile.js';
import { knownSafePrivate } from '../../src/services/deid/profiles/safePrivate.js';
import { uidRoot } from '../support/corpus/plan.js';
import { dateOffsetDays, makeSet, type Coding, type MadeObject, type Variant } from './support/deidSets.js';
import { comparePairs, judgeActions, type ActionReport, type Pairs } from './support/pairs.js';
import { inPairs, newErrors, textsIn } from './support/peers.js';

/** Everything that can be kept while dates move: more than any preset. */
const generous: Profile = {
  name: 'generous',
  title: 'All options that go together',
  options: profileOptions.filter((option) => option !== 'retainFullDates' && option !== 'retainUids'),
  safePrivate: knownSafePrivate,
  documents: 'replace',
};
const profiles = [...presetNames.map(presetProfile).filter((profile) => profile !== undefined), generous];

const studies: readonly (readonly [Variant, Coding])[] = [
  ['clinical', 'implicit'],
  ['saturated', 'explicit'],
  ['saturated', 'RLE'],
];

interface Figures {
  objects: number;
  held: number;
  leaks: number;
  originalUids: number;
  actions: string;
  kept: string;
  frames: number;
  withoutNewErrors: string;
}

describe('profiles beside pydicom and dicom3tools: every attribute of the table, planted', function () {
  this.timeout(600_000);
  let folder: string;
  const figures: Record<string, Figures> = {};
  before(() => (folder = mkdtempSync(join(tmpdir(), 'gift-cloud-profiles-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync('test-results', { recursive: true });
    writeFileSync('test-results/deid-profiles.json', `${JSON.stringify(figures, undefined, 2)}\n`);
    console.table(figures);
  });

  for (const profile of profiles) {
    describe(profile.name, () => {
      let all: readonly MadeObject[];
      let pairsOfStudies: readonly Pairs[];
      before(async () => {
        const sets: MadeObject[][] = [];
        for (const [variant, coding] of studies) {
          sets.push([
            ...(await makeSet(
              join(folder, `${profile.name}-${variant}-${coding}`),
              variant,
              coding,
              profile,
            )),
          ]);
        }
        all = sets.flat();
        pairsOfStudies = sets.map(pairsOf);
        figures[profile.name] = {
          objects: all.length,
          held: all.filter(({ output }) => output === undefined).length,
          ...{ leaks: 0, originalUids: 0, actions: '', kept: '', frames: 0, withoutNewErrors: '' },
        };
      });

      const figure = (): Figures => {
        const found = figures[profile.name];
        assert.ok(found);
        return found;
      };

      it('loses no object but documents that it can not clean', () => {
        const lost = all.filter(({ output }) => output === undefined);
        const unexpected = lost.filter(
          ({ name, status }) => status !== 'held' || !/^(?:pdf|cda)$/.test(name),
        );
        assert.deepEqual(
          unexpected.map(({ name, status, reason }) => `${name} ${status}: ${reason}`),
          [],
        );
        assert.equal(lost.length, profile.documents === 'hold' ? 6 : 0);
      });

      it('lets nothing through that it should not, and no original UID', () => {
        for (const { name, output, texts } of all) {
          if (output === undefined) continue;
          const found = textsIn(output, texts);
          figure().leaks += found.length;
          const uids = keepsDevices(profile) ? [] : textsIn(output, [uidRoot]);
          figure().originalUids += uids.length;
          assert.deepEqual([...found, ...uids], [], name);
        }
      });

      it('does with every attribute what the table and the options say, and keeps the others', async () => {
        const sums = { actions: 0, wrongActions: 0, kept: 0, changed: 0 };
        const wrong: Record<string, number> = {};
        for (const pairs of pairsOfStudies) {
          const report: ActionReport = await judgeActions(pairs, profile, dateOffsetDays);
          for (const key of ['actions', 'wrongActions', 'kept', 'changed'] as const) sums[key] += report[key];
          for (const [tag, count] of Object.entries(report.wrong)) wrong[tag] = (wrong[tag] ?? 0) + count;
        }
        figure().actions = share(sums.actions - sums.wrongActions, sums.actions);
        figure().kept = share(sums.kept - sums.changed, sums.kept);
        assert.ok(sums.actions > 10_000 && sums.kept > 1_000, JSON.stringify(sums));
        assert.ok(sums.wrongActions <= sums.actions * 0.005, JSON.stringify(wrong));
        assert.ok(sums.changed <= sums.kept * 0.005, JSON.stringify(wrong));
      });

      it('keeps pixels, frames and references, and writes its marks', async () => {
        for (const pairs of pairsOfStudies) {
          const report = await comparePairs(pairs, profile);
          figure().frames += report.frames;
          assert.deepEqual(report.findings, []);
          assert.equal(report.resolved, report.references);
        }
      });

      it('makes objects without new errors in dciodvfy', async () => {
        const made = all.filter(({ output }) => output !== undefined);
        const worse = await inPairs(made, async ({ name, reference, output = '' }) => {
          const errors = (await newErrors(reference, output)).filter((error) => !isOfTable(error, profile));
          return errors.length === 0 ? [] : [`${name}: ${errors.join('; ')}`];
        });
        figure().withoutNewErrors = share(made.length - worse.length, made.length);
        assert.deepEqual(worse, []);
      });
    });
  }
});

/**
 * Retain Institution Identity keeps the name of the ethics committee and no option keeps the number of its approval,
 * without which the name may not be there (PS3.3 C.7.1.3): the table wants it so.
 */
function isOfTable(error: string, { options }: Profile): boolean {
  return options.includes('retainInstitutionIdentity') && error.includes('EthicsCommitteeName');
}

function pairsOf(set: readonly MadeObject[]): Pairs {
  return set.flatMap(({ input, output }) => (output === undefined ? [] : [[input, output] as const]));
}

function keepsDevices({ options }: Profile): boolean {
  return options.includes('retainDeviceIdentity');
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${((100 * part) / whole).toFixed(2)} %)`;
}
