// One process of the fuzzer: cases `from` to before `to` of a seed. Tells how far it is, and at the end what it found.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deidentifyInstance } from '../../src/services/deid/deidentify.js';
import { inspectInstance } from '../../src/services/deid/inspect.js';
import { needsDateOffset, type Profile } from '../../src/services/deid/profiles/profile.js';
import table from '../../src/services/deid/tableE11.json' with { type: 'json' };
import { giftCloudUidMapper } from '../../src/services/deid/uidMap.js';
import { openContentSource } from '../../src/services/dicom/contentSource.js';
import { segmentSource } from '../../src/services/dicom/segmentSource.js';
import { sendable } from '../support/corpus/catalogue.js';
import { forbiddenTexts, patientValues } from '../support/corpus/forbidden.js';
import { dataSet } from '../support/corpus/keywords.js';
import { saturate, tableTags } from '../support/corpus/planting.js';
import { buildDicom, type BuiltElement, type Syntax } from '../support/dicomBuilder.js';
import { damageBytes } from './bytes.js';
import { fuzzedProfiles } from './profiles.js';
import { Random } from './random.js';
import { changeStructure, sprinkle } from './structure.js';

/** How far a process is; sent to its parent. */
export interface PartReport {
  readonly next: number;
  readonly statuses: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly peakBytes: number;
  readonly findings: readonly string[];
}

const [from = 0, to = 0, seed = 1] = process.argv.slice(2).map(Number);
const syntaxes: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated'];
const identity = { patientName: 'Sub00001', patientId: 'Sub00001-1' };
const options = { mapper: giftCloudUidMapper(), version: '0.0.0' };
const every = 250;

interface Seed {
  readonly name: string;
  readonly elements: readonly BuiltElement[];
  /** What must not be found, by the name of the profile. */
  readonly forbidden: ReadonlyMap<string, readonly string[]>;
}

const tags = tableTags(table.rows);
const seeds = sendable.flatMap(({ name, values }) => {
  const elements = dataSet(values);
  return [seedOf(name, elements), seedOf(`${name} saturated`, saturate(elements, tags).elements)];
});

function seedOf(name: string, elements: readonly BuiltElement[]): Seed {
  const forbidden = fuzzedProfiles.map(
    (profile) => [profile.name, forbiddenTexts(elements, profile)] as const,
  );
  return { name, elements, forbidden: new Map(forbidden) };
}

function resultOf(path: string, profile: Profile): { readonly status: string; readonly bytes?: Buffer } {
  inspectInstance(path);
  const offset = needsDateOffset(profile) ? { dateOffsetDays: -1234 } : {};
  const outcome = deidentifyInstance(path, { profile, identity, ...offset }, options);
  if (outcome.status !== 'verified') return { status: outcome.status };
  const content = openContentSource(path, outcome.instance.sourceDeflated);
  const all = segmentSource(outcome.instance.segments, content);
  const bytes = Buffer.from(all.read(0, all.size));
  content.close();
  return { status: 'verified', bytes };
}

const folder = mkdtempSync(join(tmpdir(), 'gift-cloud-fuzz-'));
const path = join(folder, 'object');
const statuses: Record<string, number> = {};
const findings: string[] = [];
let slowestMs = 0;
let peakBytes = 0;

function runCase(index: number): void {
  const random = new Random(seed * 1_000_003 + index);
  const { name, elements, forbidden } = random.pick(seeds);
  const profile = random.pick(fuzzedProfiles);
  const structural = index % 2 === 0;
  const syntax = random.pick(syntaxes);
  const changed = structural ? sprinkle(changeStructure(elements, random), patientValues, random) : elements;
  const built = buildDicom(changed, { syntax });
  writeFileSync(
    path,
    structural ? built : damageBytes(built, buildDicom(random.pick(seeds).elements), random),
  );
  const label = `${index} ${name} ${syntax} ${profile.name}`;
  const before = process.cpuUsage();
  try {
    const { status, bytes } = resultOf(path, profile);
    const key = `${structural ? 'structure' : 'bytes'} ${status}`;
    statuses[key] = (statuses[key] ?? 0) + 1;
    // Damaged bytes may turn a tag into another one, under which the value is no secret; structure never does.
    const texts = structural ? (forbidden.get(profile.name) ?? []) : [];
    const leaks = bytes ? texts.filter((text) => bytes.includes(text, 0, 'latin1')) : [];
    if (leaks.length > 0) findings.push(`${label}: ${leaks.join(', ')}`);
  } catch (error) {
    findings.push(`${label}: threw ${String(error)}`);
  }
  const { user, system } = process.cpuUsage(before);
  slowestMs = Math.max(slowestMs, (user + system) / 1000);
}

function tell(next: number): void {
  peakBytes = Math.max(peakBytes, process.resourceUsage().maxRSS * 1024);
  process.send?.({ next, statuses, slowestMs, peakBytes, findings } satisfies PartReport);
}

for (let index = from; index < to; index++) {
  runCase(index);
  if (index % every === 0) tell(index);
}
rmSync(folder, { recursive: true });
tell(to);
process.disconnect?.();
