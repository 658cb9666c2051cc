// What researchers do next: conversion of a diffusion series, whose b values and directions are private with most vendors.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicProfile, presetProfile } from '../../src/services/deid/profiles/presets.js';
import type { Profile } from '../../src/services/deid/profiles/profile.js';
import { diffusionSeries, vendors } from '../support/corpus/diffusion.js';
import { patient } from '../support/corpus/plan.js';
import { buildDicom } from '../support/dicomBuilder.js';
import { deidentifyEach } from './support/deidSets.js';
import { run, textsIn } from './support/peers.js';

/** What no profile keeps: who it is, when it was, and the protocol in the header of the vendor. */
const forbidden = [...patient.name.split('^'), patient.id, patient.birthDate, patient.accession, '20190304', 'Protocol of']; // prettier-ignore

interface Converted {
  readonly bValues: string;
  readonly directions: string;
  readonly image: Buffer;
  readonly scale: unknown;
}

describe('dcm2niix after a research profile', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'gift-cloud-nifti-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(vendor: (typeof vendors)[number]): readonly string[] {
    const input = join(folder, 'in');
    mkdirSync(input);
    return diffusionSeries(vendor).map(({ name, elements }) => {
      const path = join(input, name);
      writeFileSync(path, buildDicom(elements, { syntax: vendor === 'SIEMENS' ? 'explicit' : 'implicit' }));
      return path;
    });
  }

  function deidentify(inputs: readonly string[], profile: Profile): string {
    const out = join(folder, profile.name);
    const outcomes = deidentifyEach(inputs, out, profile);
    assert.deepEqual(
      [...outcomes.values()].filter(({ status }) => status !== 'deidentified'),
      [],
    );
    return out;
  }

  /** Undefined where dcm2niix finds no diffusion. */
  async function convert(input: string): Promise<Converted | undefined> {
    const out = `${input}.nifti`;
    mkdirSync(out);
    const { code, out: said } = await run('dcm2niix', ['-b', 'y', '-ba', 'n', '-f', 'x', '-o', out, input]);
    assert.equal(code, 0, said);
    const text = (name: string): string => readFileSync(join(out, name), 'latin1');
    if (!readdirSync(out).includes('x.bval')) return undefined;
    const facts = JSON.parse(text('x.json')) as Record<string, unknown>;
    return {
      bValues: text('x.bval'),
      directions: text('x.bvec'),
      // The field aux_file of NIfTI (24 bytes at 228) holds Image Comments, which no preset keeps.
      image: readFileSync(join(out, 'x.nii')).fill(0, 228, 252),
      scale: facts['PhilipsScaleSlope'],
    };
  }

  const research = presetProfile('research-mr');
  assert.ok(research);

  for (const vendor of vendors) {
    it(`finds the same b values, directions and image of ${vendor}`, async () => {
      const inputs = write(vendor);
      const before = await convert(join(folder, 'in'));
      assert.equal(before?.bValues.trim(), '0 1000 1000 2000');
      const made = deidentify(inputs, research);
      for (const name of readdirSync(made)) assert.deepEqual(textsIn(join(made, name), forbidden), [], name);
      assert.deepEqual(await convert(made), before);
    });
  }

  it('finds them no more after the Basic Profile: they are what the option keeps', async () => {
    const after = await convert(deidentify(write('SIEMENS'), basicProfile));
    assert.equal(after, undefined);
  });
});
