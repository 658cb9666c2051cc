import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendable } from '../support/corpus/catalogue.js';
import { ct } from '../support/corpus/crossSectional.js';
import { held } from '../support/corpus/held.js';
import { dataSet, type DataSet } from '../support/corpus/keywords.js';
import { names } from '../support/corpus/names.js';
import { uids } from '../support/corpus/plan.js';
import { buildDicom } from '../support/dicomBuilder.js';
import { anonymiseFolder, makeSet, sets, type MadeObject } from './support/deidSets.js';
import { comparePairs } from './support/pairs.js';
import { dumpComplaints, inPairs, newErrors, run, textsIn } from './support/peers.js';

/** Sums over the whole suite: the figures of docs/deidentification.md. */
const figures = {
  objects: 0,
  planted: 0,
  leaks: 0,
  pixelFrames: 0,
  references: 0,
  resolved: 0,
  newErrors: 0,
};

describe('de-identified objects beside DCMTK, dicom3tools and pydicom', function () {
  // Hundreds of programs are started one after the other; a busy machine takes its time.
  this.timeout(600_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'gift-cloud-deid-'));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync('test-results', { recursive: true });
    writeFileSync('test-results/deid-figures.json', `${JSON.stringify(figures, undefined, 2)}\n`);
  });

  for (const [variant, coding] of sets) {
    describe(`${variant} study, ${coding}`, () => {
      let made: readonly (MadeObject & { readonly output: string })[];
      let pairs: readonly (readonly [string, string])[];
      before(async () => {
        const set = await makeSet(join(folder, `${variant}-${coding}`), variant, coding);
        const lost = set.filter(({ output }) => output === undefined);
        assert.deepEqual(
          lost.map(({ name, status, reason }) => `${name} ${status}: ${reason}`),
          [],
        );
        made = set.map((object) => ({ ...object, output: object.output ?? '' }));
        pairs = made.map(({ input, output }) => [input, output]);
        figures.objects += made.length;
      });

      it('holds nothing that identifies, in any encoding', () => {
        for (const { name, output, texts } of made) {
          const found = textsIn(output, texts);
          figures.planted += texts.length;
          figures.leaks += found.length;
          assert.deepEqual(found, [], name);
        }
      });

      it('is read by dcmdump without a complaint', async () => {
        const complaints = await inPairs(made, async ({ name, output }) => {
          const text = await dumpComplaints(output);
          return text === '' ? [] : [`${name}: ${text}`];
        });
        assert.deepEqual(complaints, []);
      });

      it('has no error in dciodvfy that the original has not', async () => {
        const worse = await inPairs(made, async ({ name, reference, output }) => {
          const errors = await newErrors(reference, output);
          return errors.length === 0 ? [] : [`${name}: ${errors.join('; ')}`];
        });
        figures.newErrors += worse.length;
        assert.deepEqual(worse, []);
      });

      it('keeps pixels, frames and references, and gives each UID one new one (pydicom)', async () => {
        const report = await comparePairs(pairs);
        figures.pixelFrames += report.frames;
        figures.references += report.references;
        figures.resolved += report.resolved;
        assert.deepEqual(report.findings, []);
        assert.ok(report.references >= 30, String(report.references));
        assert.equal(report.resolved, report.references);
        const targets = Object.values(report.uids);
        assert.ok(targets.every(({ length }) => length === 1));
        assert.equal(new Set(targets.flat()).size, targets.length);
      });
    });
  }

  it('keeps no name in any of sixteen character sets, and the texts that stay', async () => {
    const input = join(folder, 'names', 'in');
    mkdirSync(input, { recursive: true });
    names.forEach(({ characterSet, raw, text, kept }, index) => {
      const values: DataSet = {
        ...ct(),
        SpecificCharacterSet: characterSet,
        SOPInstanceUID: uids.instance(`name${index}`),
        StudyInstanceUID: uids.other(`study${index}`),
        PatientID: `NAMES-${index}`,
        PatientName: raw,
        OtherPatientNames: raw,
        ReferringPhysicianName: raw,
        SeriesDescription: raw,
        Manufacturer: kept,
        ManufacturerModelName: withNames(kept, raw, text),
        // A name once more, in the same character set, under a sequence that stays.
        DerivationCodeSequence: [
          { CodeValue: '1', CodingSchemeDesignator: '99L', CodeMeaning: kept, PersonName: raw },
        ],
      };
      writeFileSync(join(input, String(index)), buildDicom(dataSet(values)));
    });
    const outcomes = await anonymiseFolder(input, join(folder, 'names', 'out'));
    const pairs = names.map(({ characterSet, raw, text }, index) => {
      const path = join(input, String(index));
      const { status, output, reason } = outcomes.get(path) ?? { status: 'lost' };
      assert.equal(status, 'deidentified', `${characterSet}: ${reason}`);
      const result = join(folder, 'names', 'out', output ?? '');
      const parts = [raw.toString('latin1'), text]
        .flatMap((name) => name.split(/[\^=]/))
        .filter((part) => part.length > 1);
      assert.deepEqual(textsIn(result, parts), [], characterSet);
      return [path, result] as const;
    });
    assert.deepEqual((await comparePairs(pairs)).findings, []);
    const texts = async (attribute: string, paths: readonly string[]): Promise<readonly string[]> => {
      const value = `pydicom.dcmread(p).${attribute}`;
      const script = `import sys, pydicom\nfor p in sys.argv[1:]: print(ascii(''.join(${value})))`;
      const { out } = await run('/usr/bin/python3', ['-c', script, ...paths]);
      return out.trim().split('\n');
    };
    const [originals, results] = [pairs.map(([path]) => path), pairs.map(([, path]) => path)];
    const manufacturers = await texts('Manufacturer', originals);
    assert.equal(manufacturers.length, names.length);
    assert.deepEqual(await texts('Manufacturer', results), manufacturers);
    // Of the values beside it, which were names, nothing is left.
    const models = await texts('ManufacturerModelName', originals);
    assert.ok(models.every((model, index) => model.length > (manufacturers[index]?.length ?? 0)));
    assert.deepEqual(await texts('ManufacturerModelName', results), manufacturers);
  });

  it('holds what may show a name in its pixels, and writes nothing of it', async () => {
    const input = join(folder, 'held', 'in');
    const output = join(folder, 'held', 'out');
    mkdirSync(input, { recursive: true });
    for (const [name, values] of Object.entries(held))
      writeFileSync(join(input, name), buildDicom(dataSet(values)));
    const outcomes = await anonymiseFolder(input, output);
    for (const name of Object.keys(held)) assert.equal(outcomes.get(join(input, name))?.status, 'held', name);
    assert.deepEqual(filesBelow(output), []);
  });

  it('covers at least twelve kinds of object', () => {
    assert.ok(new Set(sendable.map(({ values }) => values.SOPClassUID)).size >= 24);
  });
});

/** A text and behind it, as values of their own, the parts of a name that are longer than a letter. */
function withNames(kept: Buffer, raw: Buffer, text: string): Buffer {
  const parts = raw.toString('latin1').split(/[\^=]/);
  const decoded = text.split(/[\^=]/);
  const names = parts.filter((_, index) => (decoded[index]?.length ?? 0) > 1);
  return Buffer.concat([kept, ...names.map((part) => Buffer.from(`\\${part}`, 'latin1'))]);
}

function filesBelow(path: string): readonly string[] {
  try {
    return readdirSync(path, { recursive: true }).map(String);
  } catch {
    return [];
  }
}
