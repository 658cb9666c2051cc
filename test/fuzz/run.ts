// `npm run fuzz [-- runs seed]`: mutated objects through inspection and de-identification. Fails on a thrown error, on a
// planted value in a result, and on an object that takes more than a second of CPU. (The verification reads every result.)
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { basicProfile } from '../../src/services/deid/profiles/presets.js';
import table from '../../src/services/deid/tableE11.json' with { type: 'json' };
import { deidentifyInstance } from '../../src/services/deid/deidentify.js';
import { inspectInstance } from '../../src/services/deid/inspect.js';
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { openContentSource } from '../../src/services/dicom/contentSource.js';
import { segmentSource } from '../../src/services/dicom/segmentSource.js';
import { sendable } from '../support/corpus/catalogue.js';
import { clinicalIdentity } from '../support/corpus/identity.js';
import { dataSet } from '../support/corpus/keywords.js';
import { saturate, tableTags } from '../support/corpus/planting.js';
import { buildDicom, type BuiltElement, type Syntax } from '../support/dicomBuilder.js';
import { damageBytes } from './bytes.js';
import { Random } from './random.js';
import { changeStructure } from './structure.js';

const [runs, seed] = [Number(process.argv[2] ?? 20_000), Number(process.argv[3] ?? 1)];
const longestCpuMs = 1000;
const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated'];
const tags = tableTags(table.rows);
const identity = { patientName: 'Sub00001', patientId: 'Sub00001-1' };
const options = { mapper: giftCloudUidMapper(), version: '0.0.0' };

interface Seed {
  readonly name: string;
  readonly elements: readonly BuiltElement[];
  readonly texts: readonly string[];
}

const seeds = sendable.flatMap(({ name, values }): Seed[] => {
  const elements = dataSet(values);
  const full = saturate(elements, tags);
  return [
    { name, elements, texts: clinicalIdentity },
    { name: `${name} saturated`, elements: full.elements, texts: [...clinicalIdentity, ...full.texts] },
  ];
});

/** Searched for: what can't come about by chance in a mutated file. */
function leaksIn(bytes: Buffer, texts: readonly string[]): readonly string[] {
  return texts.filter((text) => text.length >= 6 && bytes.includes(text, 0, 'latin1'));
}

function resultOf(path: string): { readonly status: string; readonly bytes?: Buffer } {
  inspectInstance(path);
  const outcome = deidentifyInstance(path, { profile: basicProfile, identity }, options);
  if (outcome.status !== 'verified') return { status: outcome.status };
  const content = openContentSource(path, outcome.instance.sourceDeflated);
  const all = segmentSource(outcome.instance.segments, content);
  const bytes = Buffer.from(all.read(0, all.size));
  content.close();
  return { status: 'verified', bytes };
}

const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-fuzz-'));
const path = join(folder, 'object');
const statuses = new Map<string, number>();
const findings: string[] = [];
let slowest = 0;
let peak = 0;

for (let index = 0; index < runs; index++) {
  const random = new Random(seed * 1_000_003 + index);
  const { name, elements, texts } = random.pick(seeds);
  const structural = index % 2 === 0;
  const syntax = random.pick(syntaxes);
  const built = buildDicom(structural ? changeStructure(elements, random) : elements, { syntax });
  const file = structural ? built : damageBytes(built, buildDicom(random.pick(seeds).elements), random);
  writeFileSync(path, file);
  const before = process.cpuUsage();
  try {
    const { status, bytes } = resultOf(path);
    const key = `${structural ? 'structure' : 'bytes'} ${status}`;
    statuses.set(key, (statuses.get(key) ?? 0) + 1);
    // Damaged bytes may turn a tag into another one, under which the value is no secret; structure never does.
    const leaks = bytes && structural ? leaksIn(bytes, texts) : [];
    if (leaks.length > 0) findings.push(`${index} ${name} ${syntax}: ${leaks.join(', ')}`);
  } catch (error) {
    findings.push(`${index} ${name} ${syntax}: threw ${String(error)}`);
  }
  const { user, system } = process.cpuUsage(before);
  slowest = Math.max(slowest, (user + system) / 1000);
  if (index % 500 === 0) peak = Math.max(peak, process.memoryUsage().rss);
}
rmSync(folder, { recursive: true });

if (slowest > longestCpuMs) findings.push(`an object took ${slowest.toFixed(0)} ms`);
console.log(
  `${runs} objects, seed ${seed}: ${[...statuses].map(([key, count]) => `${key} ${count}`).join(', ')}`,
);
console.log(`slowest ${slowest.toFixed(0)} ms of CPU, peak memory ${(peak / 1048576).toFixed(0)} MB`);
for (const finding of findings.slice(0, 50)) console.log(`FOUND ${finding}`);
console.log(`${runs - findings.length} passed, ${findings.length} failed`);
process.exitCode = findings.length > 0 ? 1 : 0;
